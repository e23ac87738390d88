package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.audit.AuditEntry;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the audit keeps, for how long, and what a damaged file costs. */
class AuditTest extends ControlledJenkinsTestBase {
    private DeploymentHost host;

    @BeforeEach
    void build() throws Exception {
        WorkflowRun run =
                jenkins.buildAndAssertSuccess(ControlledJenkins.controlledJob(jenkins, "shop", "echo 'nothing'"));
        host = new BuildHost(run, TaskListener.NULL);
    }

    private void refused(String version, Instant requested) {
        DeploymentRecord record = new DeploymentRecord(
                "id-" + version, new ChangeTitle("apps/shop", version, "Production"), "corp", null, requested);
        record.transitionTo(GateOutcome.REFUSE, "Rejected ü \n");
        DeploymentListener.fireChanged(
                new Deployment(host, record, DeploymentRegistry.get()),
                DeploymentState.WAITING,
                DeploymentState.REFUSED);
    }

    private static List<String> versions() {
        return AuditLog.get().newest().stream().map(AuditEntry::version).toList();
    }

    private static Path file(String name) {
        return new File(jenkins.jenkins.getRootDir(), "servicenow-gate/audit/" + name).toPath();
    }

    @Test
    void keepsAllAndReadsThemAgain() {
        Instant begin = Instant.now().minusSeconds(4000);
        for (int i = 0; i < 2500; i++) {
            refused("v" + i, begin.plusSeconds(i));
        }
        assertThat(versions()).hasSize(2500).startsWith("v2499").endsWith("v0");
        List<AuditEntry> before = AuditLog.get().newest();
        AuditLog.get().reloadForTests();
        assertThat(AuditLog.get().newest()).isEqualTo(before);
        assertThat(file("audit-000001.jsonl")).exists();
        assertThat(file("audit-000002.jsonl"))
                .as("a file has about one megabyte")
                .exists();
    }

    @Test
    void forgetsWhatIsOlderThanConfigured() throws Exception {
        refused("old", Instant.now().minus(Duration.ofDays(11)));
        refused("new", Instant.now().minus(Duration.ofDays(9)));
        assertThat(versions()).containsExactly("new", "old");
        ServiceNowGateConfiguration.get().setAuditRetentionDays(10);
        assertThat(versions()).containsExactly("new");
        // A whole file goes once its last line is too old.
        Files.move(file("audit-000001.jsonl"), file("audit-000002.jsonl"));
        Files.writeString(file("audit-000001.jsonl"), "{}\n");
        Files.setLastModifiedTime(
                file("audit-000001.jsonl"), FileTime.from(Instant.now().minus(Duration.ofDays(11))));
        refused("newest", Instant.now());
        assertThat(file("audit-000001.jsonl")).doesNotExist();
        assertThat(versions()).containsExactly("newest", "new");
    }

    @Test
    void anIncompleteLineCostsThatLineOnly() throws Exception {
        refused("1", Instant.now());
        refused("2", Instant.now().plusSeconds(1));
        Files.writeString(file("audit-000001.jsonl"), "{\"entry\":{\"id\":\"torn", StandardOpenOption.APPEND);
        AuditLog.get().reloadForTests();
        assertThat(versions()).containsExactly("2", "1");
        refused("3", Instant.now().plusSeconds(2));
        AuditLog.get().reloadForTests();
        assertThat(versions()).containsExactly("3", "2", "1");
    }

    @Test
    void oneDeploymentHasOneEntryHoweverOftenItChanged() throws Exception {
        refused("1", Instant.now());
        refused("1", Instant.now());
        assertThat(versions()).containsExactly("1");
    }
}
