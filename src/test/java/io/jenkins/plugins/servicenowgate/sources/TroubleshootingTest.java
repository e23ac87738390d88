package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The guide to error lines names every line that the plugin can print, and no other. */
class TroubleshootingTest {
    private static final Path GUIDE = Path.of("docs", "troubleshooting.md");

    /** What a gate says when all is well. */
    private static final Set<String> NEWS = Set.of(
            "ChangeResolver.LinkedByNumber",
            "ChangeResolver.LinkedByTitle",
            "ChangeResolver.Created",
            "ReleaseRule.Released",
            "ChangeTransitioner.Moved",
            "ColumnUpdate.Replanned",
            "ChangePoller.AvailableAgain",
            "ReleaseRule.WaitsForImplement",
            "ReleaseRule.WaitsOnHold",
            "ReleaseRule.WaitsOnHoldUnexplained",
            "ReleaseRule.WaitsForStart",
            "ReleaseRule.WaitsForState",
            "ReleaseRule.WaitsForApproval",
            "ReleaseRule.NamelessModel",
            "ConflictCheck.Started",
            "ApprovalRound.Waits",
            "ApprovalRound.WaitsRejected",
            "ApprovalRound.WaitsRejectedBecause",
            "ApprovalRound.Group",
            "ApprovalRound.GroupUnanswered",
            "ApprovalRound.More",
            "ApprovalRound.OfGroup",
            "ApprovalRound.UnknownTime",
            "ChangeTransitioner.WaitsForStart",
            "ReleaseRule.WaitsAfterRejection",
            "ChangeUpdateQueue.Cancellation",
            "ChangeUpdateQueue.WorkNote",
            "ChangeUpdateQueue.TransitionToReview",
            "ChangeUpdateQueue.TransitionToClosed",
            "ChangeUpdateQueue.Attachment",
            "ChangeUpdateQueue.Attachments");

    /** Which entries of {@code Messages} tell of trouble. */
    private static final List<String> TROUBLE = List.of(
            "PolicyDecision.",
            "Agents.",
            "Separation.",
            "BreakGlass.",
            "CheckNow.",
            "OpenGate.",
            "Gate.N",
            "Gate.Required",
            "Mark.",
            "Gate.Aborted",
            "Queue.Canceled",
            "Queue.Failed",
            "Queue.Lost",
            "Queue.Mark",
            "Queue.NotBuilt",
            "Queue.OtherVersion",
            "Queue.Unreadable",
            "Queue.VersionMissing",
            "Step.",
            "Publisher.",
            "Restarted.",
            "Version.NotGiven",
            "GateStep.FieldLine");

    private static final Predicate<String> ALSO = key -> key.matches(
            "(AutomaticTransition\\.Unknown|ChangeField\\.NameTwice|Configuration\\.(PollInterval|File.*)|Environment\\.Name.*"
                    + "|Environment\\.(BadLabel|NoAgent|ApprovalSettings)|MappedProject\\.Missing|MappedUser\\.(Missing|Twice)|MappedModel\\.(?!DisplayName).*|ReservedAgents\\.(Minutes|Unknown)|StrictBoolean\\..*"
                    + "|Evidence\\.(?!DisplayName|Gathering).*|Connection\\.(?!DisplayName|LeftOut).*)");

    private static final Set<String> NOT = Set.of(
            "PolicyDecision.None", "PolicyDecision.EnvironmentNotControlled", "PolicyDecision.ProjectNotControlled");

    private static Set<String> lines() {
        Set<String> lines = new TreeSet<>();
        for (String core : List.of("servicenow", "rules", "polling", "worknotes")) {
            add(lines, core + "/Messages.properties", key -> !NEWS.contains(key));
        }
        add(
                lines,
                "Messages.properties",
                key -> !NOT.contains(key) && (TROUBLE.stream().anyMatch(key::startsWith) || ALSO.test(key)));
        return lines;
    }

    private static void add(Set<String> lines, String file, Predicate<String> counts) {
        Texts.properties(Texts.PACKAGE_RESOURCES.resolve(file)).forEach((key, text) -> {
            if (counts.test((String) key)) {
                lines.add(text.toString().replaceAll("\\{\\d}", "…").replace("''", "'"));
            }
        });
    }

    @Test
    void everyMessageHasARow() {
        Set<String> told = new TreeSet<>();
        for (String row : Texts.content(GUIDE).lines().toList()) {
            if (row.startsWith("| ") && !row.startsWith("| line ")) {
                String[] cells = row.split(" \\| ");
                assertThat(cells).as(row).hasSize(3);
                assertThat(cells[1]).as(row).isNotBlank();
                assertThat(told.add(cells[0].substring(2))).as("twice: %s", row).isTrue();
            }
        }
        assertThat(told).isEqualTo(lines());
    }
}
