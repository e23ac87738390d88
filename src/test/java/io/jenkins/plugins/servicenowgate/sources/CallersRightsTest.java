package io.jenkins.plugins.servicenowgate.sources;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * These calls of Jenkins answer by the rights of the caller: what the caller may not read looks as if it did not exist.
 * Each place that makes one is named here with the authentication that it has.
 */
class CallersRightsTest {
    private static final Pattern CALL =
            Pattern.compile("\\b(?:fromExternalizableId|getItemByFullName|getAllItems|allItems)(?=\\()"
                    + "|(?<=[qQ]ueue\\(\\)\\.|[qQ]ueue\\.|Queue\\.getInstance\\(\\)\\.)(?:save|getItems)(?=\\(\\))");

    /** The class and the call, and why its answer is complete or is meant for the caller. */
    private static final Map<String, String> PLACES = Map.ofEntries(
            entry("AuditView.getItemByFullName", "as the system; the viewer's permission is checked next"),
            entry("ArtifactCheck.getItemByFullName", "on a gate's thread, which runs as the system"),
            entry(
                    "ChangeControlPage.getItemByFullName",
                    "of the viewer, who may see the builds of readable jobs alone"),
            entry("ControlledEnvironment.allItems", "as the system, in the method itself; pages filter what they show"),
            entry("EnforcementCheck.allItems", "as the system: whether there is any, and none is named"),
            entry("SetupPage.getItemByFullName", "of the viewer, who may see findings about readable folders alone"),
            entry("Diagnostics.allItems", "as the system: items are counted, and none is named"),
            entry("GatesPage.getItemByFullName", "of the viewer, who may see the changes of readable jobs alone"),
            entry("MarkEnforcer.allItems", "an initializer of Jenkins, which runs as the system"),
            entry("DeploymentRegistry.allItems", "on a gate's thread, which runs as the system"),
            entry("DeploymentRegistry.fromExternalizableId", "on a gate's thread, which runs as the system"),
            entry("QueueItemStore.getItems", "on a gate's thread, which runs as the system"),
            entry("QueueItemStore.save", "on a gate's thread, which runs as the system"),
            entry("StoredQueueItem.getItemByFullName", "on a gate's thread, which runs as the system"),
            entry("ReleaseHistory.getItemByFullName", "on a thread for evidence, which runs as the system"),
            entry("Reservations.allItems", "as the system, in the method itself"),
            entry("RootJob.getItemByFullName", "as the system, in the method itself"),
            entry("UndeclaredNames.allItems", "periodic work, which Jenkins runs as the system"),
            entry("UndeclaredNames.getItemByFullName", "as the system, in the method itself"));

    @Test
    void areMadeOnlyWhereTheAuthenticationIsKnown() {
        Set<String> calls = new TreeSet<>();
        for (Path file : Texts.files(Texts.CODE, name -> name.endsWith(".java"))) {
            String type = file.getFileName().toString().replace(".java", "");
            CALL.matcher(Texts.withoutComments(Texts.content(file)).replaceAll("\\s+\\.", "."))
                    .results()
                    .forEach(call -> calls.add(type + "." + call.group()));
        }
        assertThat(calls).containsExactlyInAnyOrderElementsOf(PLACES.keySet());
    }
}
