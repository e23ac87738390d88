package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.yaml.YamlSource;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedTask;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Jenkinsfiles and the YAML of the scenarios in the documentation, exactly as they stand there. */
@Timeout(600)
class ScenariosTest extends ControlledJenkinsTestBase {

    /** The connections of a page's YAML. */
    private List<ServiceNowConnection> configured;

    /** The Jenkinsfiles deploy in a node block. */
    @BeforeEach
    void startAnAgent() throws Exception {
        agent("worker", null);
    }

    private WorkflowJob job(String page) throws Exception {
        return define(ControlledJenkins.create(jenkins, WorkflowJob.class, "shop"), page);
    }

    private static WorkflowJob define(WorkflowJob job, String page) throws Exception {
        String script = ScenarioPages.blocks(page, "groovy").get(0);
        job.setDefinition(new CpsFlowDefinition(
                script.replace("sh './deploy.sh'", "echo 'DEPLOYED'").replace("sh './build.sh'", "echo 'BUILT'"),
                true));
        return job;
    }

    private WorkflowRun waits(WorkflowJob job) throws Exception {
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        return run;
    }

    private void goes(WorkflowRun run) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("DEPLOYED", run);
    }

    private SimulatedChange change(int index) {
        await().until(() -> simulator.changes().size() > index);
        return simulator.changes().get(index);
    }

    /** A date that a script has computed, as it was sent. */
    private static Instant planned(RecordedRequest request, String column) {
        return LocalDateTime.parse(
                        request.json().get(column).stringValue(), DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"))
                .toInstant(ZoneOffset.UTC);
    }

    /** The environments of a page's YAML, the connection as the test has it. */
    private void configure(String page) throws Exception {
        var connections = ServiceNowGateConfiguration.get().getConnections();
        byte[] yaml = ScenarioPages.blocks(page, "yaml").get(0).getBytes(StandardCharsets.UTF_8);
        ConfigurationAsCode.get().configureWith(YamlSource.of(new ByteArrayInputStream(yaml)));
        configured = ServiceNowGateConfiguration.get().getConnections();
        ServiceNowGateConfiguration.get().setConnections(connections);
    }

    @Test
    void ownNumber() throws Exception {
        SimulatedChange own = simulator.addChange(Map.of("short_description", "Christmas release"));
        WorkflowJob job = job("own-number");
        // The first build makes the parameter known; without a number it goes by the title.
        WorkflowRun first = waits(job);
        simulator.people().cancel(change(1).number());
        jenkins.waitForCompletion(first);
        WorkflowRun run = job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("CHANGE", own.number())))
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        simulator.people().approve(own.number());
        goes(run);
    }

    @Test
    void titleMatch() throws Exception {
        SimulatedChange open = simulator.addChange(
                Map.of("short_description", "Jenkins: Deploy \"shop\" version 1.0.1 to \"Production\""));
        WorkflowRun run = waits(job("title-match"));
        simulator.people().approve(open.number());
        goes(run);
        jenkins.assertLogContains("Deploying with " + open.number(), run);
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void separateDuties() throws Exception {
        configure("separate-duties");
        simulator.addUser("john.doe", "John Doe", "");
        WorkflowRun run = job("separate-duties")
                .scheduleBuild2(0, new CauseAction(new Cause.UserIdCause("jdoe")))
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        simulator.people().approve(change(0).number());
        goes(run);
        jenkins.assertLogContains("Approved by Ann Approver (ann.approver) at 20", run);
    }

    @Test
    void changeLockdown() throws Exception {
        simulator.newer().lockdown("Change lockdown: quarter end");
        WorkflowRun run = waits(job("change-lockdown"));
        String number = change(0).number();
        jenkins.waitForMessage("Waiting: " + number + " is on hold: Change lockdown: quarter end", run);
        simulator.people().endLockdown(number);
        jenkins.waitForMessage("Waiting: " + number + " is in New", run);
        simulator.people().approve(number);
        goes(run);
        assertThat(simulator.changes()).hasSize(1);
    }

    /** The connection of the page, at the address of the simulator. */
    @Test
    void changeModels() throws Exception {
        Map<String, String> states = new LinkedHashMap<>();
        List.of("Draft", "Ready", "Done").forEach(label -> states.put(String.valueOf(10 * states.size() + 10), label));
        simulator.addModel("Low risk", true, "normal", states);
        configure("change-models");
        ServiceNowConnection corp = ControlledJenkins.connection("corp", simulator);
        corp.setStates(configured.get(0).getStates());
        ServiceNowGateConfiguration.get().setConnections(List.of(corp));
        WorkflowRun run = waits(job("change-models"));
        jenkins.assertLogContains("is in Draft (approval: not requested)", run);
        simulator.people().moveTo(change(0).number(), "20", "approved");
        goes(run);
        assertThat(simulator.requests().count(Endpoint.CREATE_OF_MODEL)).isEqualTo(1);
    }

    @Test
    void conflicts() throws Exception {
        simulator.addRow("cmdb_ci", Map.of("name", "web-shop"));
        simulator.newer().conflictCheckTakes(Duration.ofSeconds(2));
        configure("conflicts");
        WorkflowRun run = waits(job("conflicts"));
        String number = change(0).number();
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(planned(request, "start_date")).isAfter(Instant.now());
                    assertThat(planned(request, "end_date")).isAfter(planned(request, "start_date"));
                });
        await().until(() -> simulator.requests().count(Endpoint.CHECK_CONFLICTS) == 1);
        simulator
                .people()
                .addConflict(number, "CI Already Scheduled", "CHG0030077")
                .window(number, Instant.now().minusSeconds(10), Instant.now().plusSeconds(600))
                .approve(number);
        jenkins.waitForMessage("has conflicts: CI Already Scheduled: CHG0030077.", run);
        // Once for each of the two windows.
        assertThat(simulator.requests().count(Endpoint.CHECK_CONFLICTS)).isEqualTo(2);
        simulator.people().clearConflicts(number).checkConflicts(number);
        goes(run);
    }

    @Test
    void normalChange() throws Exception {
        WorkflowRun run = waits(job("normal-change"));
        jenkins.assertLogContains("BUILT", run);
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request ->
                        assertThat(request.json().get("category").stringValue()).isEqualTo("Software"));
        simulator.people().approve(change(0).number());
        goes(run);
    }

    @Test
    void standardChange() throws Exception {
        simulator.addTemplate("Deploy shop", true, Map.of());
        WorkflowRun run = waits(job("standard-change"));
        assertThat(change(0).get("type")).isEqualTo("standard");
        simulator.people().approve(change(0).number());
        goes(run);
    }

    @Test
    void auditRecord() throws Exception {
        simulator.addTemplate("Deploy shop", true, Map.of());
        goes(job("audit-record").scheduleBuild2(0).waitForStart());
        await().until(() -> change(0).state().equals(Optional.of(SimulatedState.REVIEW)));
        assertThat(change(0).get("close_code")).isEqualTo("successful");
    }

    @Test
    void wholeLife() throws Exception {
        configure("whole-life");
        WorkflowJob job = job("whole-life");
        WorkflowRun aborted = waits(job);
        aborted.doStop();
        jenkins.waitForCompletion(aborted);
        await().until(() -> change(0).state().equals(Optional.of(SimulatedState.CANCELED)));

        WorkflowRun run = waits(job);
        simulator.people().reject(change(1).number());
        jenkins.waitForMessage("request approval again", run);
        SimulatedTask task = simulator.addTask(change(1).number(), "Smoke test");
        simulator.people().approve(change(1).number());
        goes(run);
        await().until(() -> change(1).state().equals(Optional.of(SimulatedState.CLOSED)));
        assertThat(task.isOpen()).isFalse();
    }

    @Test
    void window() throws Exception {
        WorkflowRun run = waits(job("window"));
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(planned(request, "start_date")).isAfter(Instant.now());
                    assertThat(planned(request, "end_date")).isAfter(planned(request, "start_date"));
                });
        simulator
                .people()
                .window(
                        change(0).number(),
                        Instant.now().plusSeconds(3),
                        Instant.now().plusSeconds(600));
        simulator.people().approve(change(0).number());
        jenkins.waitForMessage("its planned start is", run);
        goes(run);
    }

    @Test
    void maintenanceWindow() throws Exception {
        configure("maintenance-window");
        WorkflowRun run = waits(job("maintenance-window"));
        assertThat(DeploymentWindow.parse("20:00", "2", "Europe/Berlin", "MON-THU")
                        .contains(
                                change(0).instant("start_date").orElseThrow(),
                                change(0).instant("end_date").orElseThrow()))
                .isTrue();
        simulator
                .people()
                .window(
                        change(0).number(),
                        Instant.now().minusSeconds(10),
                        Instant.now().plusSeconds(600));
        simulator.people().approve(change(0).number());
        goes(run);
    }

    @Test
    void tenants() throws Exception {
        simulator.addTemplate("Deploy Europe", true, Map.of());
        WorkflowJob job = job("tenants");
        // The first build makes the parameters known, and has none itself.
        jenkins.assertLogContains(
                "the variable ${REGION} is not set in this build", jenkins.buildAndAssertStatus(Result.FAILURE, job));
        WorkflowRun run = waits(job);
        assertThat(change(0).get("std_change_producer_version")).isEqualTo("Deploy Europe");
        assertThat(change(0).get("justification")).isEqualTo("Deployment for acme in Europe");
        assertThat(change(0).get("short_description")).contains("version 1.0.1 acme to");
        simulator.people().approve(change(0).number());
        goes(run);
        await().until(() -> !change(0).workNotes().isEmpty());
        assertThat(change(0).workNotes().get(0)).contains("1.0.1 acme");
    }

    @Test
    void emergency() throws Exception {
        configure("emergency");
        WorkflowRun run = waits(job("emergency"));
        assertThat(change(0).get("type")).isEqualTo("emergency");
        simulator.people().approve(change(0).number());
        goes(run);
    }

    @Test
    void folderWideControl() throws Exception {
        Folder ops = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setConnection("corp");
        ops.addProperty(mark);
        WorkflowRun run = waits(define(ops.createProject(WorkflowJob.class, "shop"), "folder-wide-control"));
        simulator.people().approve(change(0).number());
        goes(run);
    }

    @Test
    void environmentTemplates() throws Exception {
        configure("environment-templates");
        simulator.addTemplate("Deploy to staging", true, Map.of());
        simulator.addTemplate("Deploy to production", true, Map.of());
        WorkflowRun run = job("environment-templates").scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        await().until(() -> change(0).state().equals(java.util.Optional.of(SimulatedState.CLOSED)));
        assertThat(change(1).get("std_change_producer_version")).isEqualTo("Deploy to production");
        simulator.people().approve(change(1).number());
        goes(run);
    }

    @Test
    void evidence() throws Exception {
        configure("evidence");
        WorkflowRun run = waits(job("evidence"));
        assertThat(deployment(run).evidence().description())
                .contains("Artifacts: 1 archived by apps » shop #1\n- target/shop.txt, 10 bytes, SHA-256 ")
                .contains(
                        "- Runbook: https://example.com/runbook\n- Release notes: https://example.com/shop/releases\n")
                .contains("Version to go back to: unknown");
        simulator.people().approve(change(0).number());
        goes(run);
    }

    @Test
    void everyPageIsTriedOrListed() throws Exception {
        assertThat(ScenarioPages.names())
                .containsExactlyInAnyOrder(
                        "README.md",
                        "own-number.md",
                        "title-match.md",
                        "normal-change.md",
                        "standard-change.md",
                        "audit-record.md",
                        "window.md",
                        "evidence.md",
                        "emergency.md",
                        "freestyle-step.md",
                        "freestyle-queue.md",
                        "folder-wide-control.md",
                        "environment-templates.md",
                        "whole-life.md",
                        "separate-duties.md",
                        "maintenance-window.md",
                        "tenants.md",
                        "change-lockdown.md",
                        "change-models.md",
                        "conflicts.md");
    }
}
