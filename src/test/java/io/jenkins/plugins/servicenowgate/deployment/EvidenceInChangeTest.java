package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedAttachment;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The way of the evidence from a build into its change. */
@Timeout(300)
class EvidenceInChangeTest extends ProductionPipelineTestBase {
    private static final String ARCHIVE = """
            node('worker') {
              writeFile file: 'report.html', text: "report ${currentBuild.number}"
              archiveArtifacts 'report.html'
            }
            """;

    @BeforeEach
    void switchOn() throws Exception {
        agent("worker", "worker");
        EvidenceSettings evidence = new EvidenceSettings();
        evidence.setFiles(List.of("*.html"));
        evidence.setLinks(Map.of("Runbook", "https://wiki.example/runbook"));
        production.setEvidence(evidence);
    }

    private WorkflowRun waitingRun(WorkflowJob job) throws Exception {
        return waiting(job.scheduleBuild2(0).waitForStart());
    }

    private List<String> attached(SimulatedChange change) {
        return simulator.attachments(change.number()).stream()
                .map(SimulatedAttachment::name)
                .toList();
    }

    private static List<String> evidenceNotes(SimulatedChange change) {
        return change.workNotes().stream()
                .filter(note -> note.contains(" evidence]"))
                .toList();
    }

    @Test
    void aCreatedChangeHasItInItsColumnsAndTheFileAttached() throws Exception {
        WorkflowRun run = waitingRun(job(ARCHIVE + DEPLOY));
        SimulatedChange change = theChange();
        await().until(() -> attached(change).equals(List.of("report.html")));

        RecordedRequest creation =
                simulator.requests().to(Endpoint.CREATE_NORMAL).get(0);
        assertThat(creation.json().path("description").asString()).contains("https://wiki.example/runbook");
        assertThat(change.get("description"))
                .isEqualTo(deployment(run).evidence().description());
        assertThat(simulator.attachments(change.number()).get(0).text()).isEqualTo("report 1");
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(evidenceNotes(change)).isEmpty();
        assertThat(attached(change)).containsExactly("report.html");
        assertThat(deployment(run).getWarning()).isNull();
    }

    @Test
    void aStandardChangeGetsANoteAndTheJson() throws Exception {
        standard("false");
        WorkflowRun run = waitingRun(job(ARCHIVE + DEPLOY));
        SimulatedChange change = theChange();
        await().until(() -> attached(change).size() == 2);

        assertThat(simulator
                        .requests()
                        .to(Endpoint.CREATE_STANDARD)
                        .get(0)
                        .json()
                        .has("description"))
                .isFalse();
        assertThat(attached(change)).containsExactly("jenkins-evidence.json", "report.html");
        assertThat(simulator.attachments(change.number()).get(0).text())
                .isEqualTo(deployment(run).evidence().json());
        await().until(() -> !evidenceNotes(change).isEmpty());
        assertThat(evidenceNotes(change)).singleElement().asString().contains("https://wiki.example/runbook");
    }

    /**
     * ServiceNow creates a Standard change with the description and plans of its template, whatever the request says
     * (servicenow-guide.md, "Evidence"); who approves is told all the same.
     */
    @Test
    void whatAStandardChangeIgnoresIsTheEvidenceNote() throws Exception {
        simulator.addTemplate(
                "Deploy shop", true, Map.of("description", "of the template", "backout_plan", "as always"));
        production.setStandardChangeTemplate("Deploy shop");
        Map<String, String> ignored = Map.of(
                "description", "by hand",
                "test_plan", "by hand",
                "backout_plan", "by hand",
                "implementation_plan", "by hand");
        List<ChangeField> fields = new ArrayList<>();
        ignored.forEach((column, value) -> fields.add(new ChangeField(column, value)));
        fields.add(new ChangeField("justification", "on request"));
        production.setFields(fields);
        WorkflowRun run = waitingRun(job(ARCHIVE + DEPLOY));
        SimulatedChange change = theChange();
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        attached(change).size() == 2 && !evidenceNotes(change).isEmpty());

        JsonNode creation =
                simulator.requests().to(Endpoint.CREATE_STANDARD).get(0).json();
        ignored.forEach((column, value) ->
                assertThat(creation.path(column).asString()).as(column).isEqualTo(value));
        assertThat(change.get("description")).isEqualTo("of the template");
        assertThat(change.get("backout_plan")).isEqualTo("as always");
        assertThat(change.get("test_plan")).isEmpty();
        assertThat(change.get("implementation_plan")).isEmpty();
        assertThat(change.get("justification")).as("no column of templates").isEqualTo("on request");

        ChangeEvidence evidence = deployment(run).evidence();
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .extracting(request -> request.json().path("work_notes").asString())
                .filteredOn(note -> note.contains(" evidence]"))
                .singleElement()
                .asString()
                .startsWith(evidence.workNote())
                .contains("Version made by", "https://wiki.example/runbook");
        assertThat(simulator.requests().to(Endpoint.ATTACH))
                .extracting(RecordedRequest::body)
                .containsExactly(evidence.json(), "report 1");
        assertThat(change.get("description")).as("not edited").isEqualTo("of the template");
    }

    /** What an approver saw stays. */
    @Test
    void aLaterBuildOfTheVersionAddsItsOwn() throws Exception {
        WorkflowJob job = job(ARCHIVE + DEPLOY);
        WorkflowRun first = waitingRun(job);
        SimulatedChange change = theChange();
        await().until(() -> attached(change).size() == 1);
        String description = change.get("description");
        first.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(first));

        WorkflowRun second = waitingRun(job);
        await().until(() -> attached(change).size() == 3);
        String id = deployment(second).getId().substring(0, 8);
        assertThat(attached(change)).containsExactly("report.html", "jenkins-evidence.json", "report-" + id + ".html");
        assertThat(simulator.attachments(change.number()).get(2).text()).isEqualTo("report 2");
        await().until(() -> evidenceNotes(change).size() == 1);
        assertThat(change.get("description")).isEqualTo(description);
    }

    @Test
    void nothingWaitsForAnAttachment() throws Exception {
        simulator.behaviour().attachmentRole(false);
        WorkflowRun run = waitingRun(job(ARCHIVE + DEPLOY));
        SimulatedChange change = theChange();
        await().until(() -> deployment(run).getWarning() != null);
        assertThat(deployment(run).getWarning())
                .contains("The attachment report.html of " + change.number(), "403", "sys_attachment");

        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        await().until(() -> sent().equals(List.of("waits", "started.", "ended:")));
        assertThat(attached(change)).isEmpty();
    }

    /** What the instance does not take is missing, and nothing else. */
    @Test
    void aFileThatIsTooLargeForTheInstance() throws Exception {
        simulator.behaviour().attachmentSize(1000, 413);
        WorkflowRun run = waitingRun(job("""
                node('worker') {
                  deleteDir()
                  writeFile file: 'a.html', text: 'a' * 2000
                  writeFile file: 'b.html', text: 'b'
                  archiveArtifacts '*.html'
                }
                """ + DEPLOY));
        SimulatedChange change = theChange();
        await().until(() -> attached(change).equals(List.of("b.html")));
        await().until(() -> deployment(run).getWarning() != null);
        assertThat(deployment(run).getWarning()).contains("a.html", change.number(), "413");

        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(attached(change)).containsExactly("b.html");
    }

    /** The files are still there for those who look into the change. */
    @Test
    void withoutWorkNotesThereAreAttachmentsOnly() throws Exception {
        ServiceNowGateConfiguration.get().setWorkNotesEnabled(false);
        standard("false");
        waitingRun(job(ARCHIVE + DEPLOY));
        SimulatedChange change = theChange();
        await().until(() -> attached(change).size() == 2);
        assertThat(change.workNotes()).isEmpty();
    }

    @Test
    void aCreationThatIsRejectedBecauseOfItIsAWarning() throws Exception {
        simulator
                .behaviour()
                .businessRule(
                        "no links",
                        400,
                        fields -> fields.getOrDefault("description", "").contains("https://wiki"));
        WorkflowRun run = waitingRun(job(ARCHIVE + DEPLOY));
        SimulatedChange change = theChange();
        assertThat(deployment(run).getWarning())
                .contains("rejected the new change with the evidence", "see the console");
        await().until(() -> evidenceNotes(change).size() == 1);
        jenkins.assertLogContains("ServiceNow rejected the new change with the evidence in its description", run);
    }
}
