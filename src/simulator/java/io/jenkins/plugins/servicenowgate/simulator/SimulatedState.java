package io.jenkins.plugins.servicenowgate.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The states of the default life cycle with the codes and labels that ServiceNow ships. */
public enum SimulatedState {
    NEW(-5, "New"),
    ASSESS(-4, "Assess"),
    AUTHORIZE(-3, "Authorize"),
    SCHEDULED(-2, "Scheduled"),
    IMPLEMENT(-1, "Implement"),
    REVIEW(0, "Review"),
    CLOSED(3, "Closed"),
    CANCELED(4, "Canceled");

    private final int code;
    private final String label;

    SimulatedState(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** The value stored in the column {@code state}. */
    public String code() {
        return Integer.toString(code);
    }

    public String label() {
        return label;
    }

    /** True for Closed and Canceled: only there {@code active} is false. */
    public boolean isFinal() {
        return this == CLOSED || this == CANCELED;
    }

    /** The state of this code; empty for a state that somebody added to the instance. */
    public static Optional<SimulatedState> ofCode(String code) {
        return Arrays.stream(values())
                .filter(state -> state.code().equals(code))
                .findFirst();
    }
}
