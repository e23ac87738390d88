package io.jenkins.plugins.servicenowgate.evidence;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The texts of the columns. In English, since approvers may be anywhere. Each fits its column: the details of all parts are
 * shortened evenly, with a count of what is left out.
 */
final class EvidenceTexts {
    /** The default length of the columns description, test_plan, backout_plan and justification, and of a journal entry. */
    static final int MAX_LENGTH = 4000;

    private final EvidenceReport report;

    EvidenceTexts(@NonNull EvidenceReport report) {
        this.report = report;
    }

    @NonNull
    String description() {
        return fit(most -> {
            List<String> lines = new ArrayList<>();
            lines.add("Deployment of " + clean(report.project()) + ", version " + clean(report.version()) + ", to "
                    + clean(report.environment()) + ".");
            lines.add("Requested by " + build(report.build()) + " (" + clean(report.requestedBy()) + ")");
            lines.add("Version made by " + (report.madeBy() == null ? "an unknown build" : build(report.madeBy())));
            report.parts().values().forEach(part -> addPart(lines, part, most));
            lines.add("");
            lines.add("Version to go back to: " + previous());
            if (!report.files().isEmpty()) {
                lines.add("");
                lines.add("Attachments: " + report.files().size());
                EvidencePart files = EvidencePart.of("", "");
                report.files().forEach(file -> files.line(file.name() + ", SHA-256 " + file.sha256()));
                lines.addAll(files.lines(most));
            }
            if (!report.missing().isEmpty()) {
                lines.add("");
                report.missing().forEach(line -> lines.add(clean(line)));
            }
            return lines;
        });
    }

    /** The same, for people who see it among other notes. */
    @NonNull
    String workNote() {
        return description();
    }

    /** The tests that were run; empty where none are known. */
    @NonNull
    String testPlan() {
        if (report.parts().values().stream().noneMatch(EvidencePart::isTest)) {
            return "";
        }
        return fit(most -> {
            List<String> lines = new ArrayList<>();
            lines.add("Tests of " + clean(report.project()) + ", version " + clean(report.version()) + ":");
            report.parts().values().stream().filter(EvidencePart::isTest).forEach(part -> addPart(lines, part, most));
            return lines;
        });
    }

    /** How to go back; empty where the version to go back to is not known. */
    @NonNull
    String backoutPlan() {
        return report.previous() == null
                ? ""
                : "Deploy " + clean(report.project()) + " version " + previous() + " to " + clean(report.environment())
                        + " again.";
    }

    /** Why it is deployed; empty where the commits are not known. */
    @NonNull
    String justification() {
        EvidencePart changes = report.parts().get("changes");
        if (changes == null) {
            return "";
        }
        return fit(most -> {
            List<String> lines = new ArrayList<>();
            lines.add(
                    "Version " + clean(report.version()) + " of " + clean(report.project()) + ". " + changes.heading());
            lines.addAll(changes.lines(most));
            return lines;
        });
    }

    private String previous() {
        EvidenceReport.Previous previous = report.previous();
        if (previous == null) {
            return "unknown, because no earlier release to " + clean(report.environment()) + " is known";
        }
        return clean(previous.version()) + " (" + (previous.change() == null ? "without a change" : previous.change())
                + ", released " + previous.releasedAt().truncatedTo(ChronoUnit.SECONDS) + ")";
    }

    private static String build(EvidenceReport.Build build) {
        return clean(build.name()) + (build.url() == null ? "" : ": " + build.url());
    }

    private static void addPart(List<String> lines, EvidencePart part, int most) {
        lines.add("");
        lines.add(part.heading());
        lines.addAll(part.lines(most));
    }

    private static String clean(@CheckForNull String text) {
        return TextSanitizer.clean(text, EvidencePart.MAX_LINE);
    }

    /** The text with as many lines of each part as fit. */
    private static String fit(IntFunction<List<String>> text) {
        for (int most = EvidencePart.MAX_LINES; most >= 0; most--) {
            String joined = String.join("\n", text.apply(most));
            if (joined.length() <= MAX_LENGTH) {
                return joined;
            }
        }
        return cut(String.join("\n", text.apply(0)));
    }

    private static String cut(String text) {
        int end = MAX_LENGTH - 40;
        // A character of two parts stays whole.
        end -= Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
        return text.substring(0, end) + "\n(" + (text.length() - end) + " more characters)";
    }
}
