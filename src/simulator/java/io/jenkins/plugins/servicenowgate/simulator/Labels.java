package io.jenkins.plugins.servicenowgate.simulator;

import java.util.Map;

/** The labels of choices: what display_value shows for them. */
final class Labels {
    private static final Map<String, Map<String, String>> CHOICES = Map.of(
            "type", Map.of("normal", "Normal", "standard", "Standard", "emergency", "Emergency"),
            "approval",
                    Map.of(
                            "not requested", "Not Yet Requested",
                            "requested", "Requested",
                            "approved", "Approved",
                            "rejected", "Rejected"),
            "close_code",
                    Map.of(
                            "successful", "Successful",
                            "successful_issues", "Successful with issues",
                            "unsuccessful", "Unsuccessful"),
            "category", Map.of("other", "Other"),
            "risk", Map.of("2", "High", "3", "Moderate", "4", "Low"),
            "impact", Map.of("1", "1 - High", "2", "2 - Medium", "3", "3 - Low"),
            "urgency", Map.of("1", "1 - High", "2", "2 - Medium", "3", "3 - Low"),
            "priority", Map.of("1", "1 - Critical", "2", "2 - High", "3", "3 - Moderate", "4", "4 - Low"));

    private Labels() {}

    static String of(String field, String value) {
        if (field.equals("state")) {
            return SimulatedState.ofCode(value).map(SimulatedState::label).orElse(value);
        }
        return CHOICES.getOrDefault(field, Map.of()).getOrDefault(value, value);
    }
}
