package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.AbstractItem;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import javax.xml.transform.stream.StreamSource;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;

/** A Jenkinsfile may mark its job, and change or remove its own mark, but none that somebody else has set. */
class JenkinsfileMarkTest extends ControlledJenkinsTestBase {
    private static final String RESTORED = "[ServiceNow] The change control setting of this job was not made by a "
            + "Jenkinsfile, so no Jenkinsfile can change or remove it. It was restored.";
    private static final String DECLARATIVE =
            "pipeline { agent none\n%s stages { stage('Deploy') { steps { echo 'x' } } } }";

    private static ACLContext as(String user) {
        return ACL.as2(User.getById(user, true).impersonate2());
    }

    private static ChangeControlJobProperty mark(String project) {
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setProject(project);
        return mark;
    }

    private static WorkflowJob marked(String project, String script) throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", script);
        job.addProperty(mark(project));
        return job;
    }

    private static WorkflowRun build(WorkflowJob job, String script) throws Exception {
        job.setDefinition(ControlledJenkins.script(script));
        return jenkins.buildAndAssertSuccess(job);
    }

    private static List<String> projects(WorkflowJob job) {
        return job.getAllProperties().stream()
                .filter(ChangeControlJobProperty.class::isInstance)
                .map(property -> ((ChangeControlJobProperty) property).getProject())
                .toList();
    }

    /** Asserts what is in memory, what applies, and what the next start of Jenkins would read. */
    private static void hasOnly(WorkflowJob job, String... projects) throws IOException {
        assertThat(projects(job)).containsExactly(projects);
        assertThat(FolderPolicies.isControlled(job)).isEqualTo(projects.length > 0);
        String stored = job.getConfigFile().asString();
        assertThat(stored.split('<' + ChangeControlJobProperty.class.getName(), -1))
                .as("on disk")
                .hasSize(projects.length + 1);
        assertThat(projects).allSatisfy(project -> assertThat(stored).contains("<project>" + project + "</project>"));
    }

    private static List<String> log(String event) throws IOException {
        return Files.readAllLines(MarkLog.get().files().get(0).toPath()).stream()
                .map(line -> line.split("\t", 2)[1])
                .filter(line -> line.contains("\t" + event + "\t"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "properties([changeControl(project: 'A')])\nproperties([])\n",
                "properties([changeControl(project: 'B')])\nproperties([disableConcurrentBuilds()])\n",
                "properties([changeControl(project: 'B')])\nproperties([changeControl(project: 'B')])\n",
                "properties([changeControl(project: 'B'), changeControl(project: 'C')])\n"
                        + "properties([changeControl(project: 'D'), changeControl(project: 'A')])\nproperties([])\n",
                "properties([changeControl(project: 'A'), changeControl(project: 'A')])\nproperties([])\n",
            })
    void aMarkOfAPersonStays(String script) throws Exception {
        WorkflowJob job = marked("A", script + "serviceNowGate(environment: 'Production', version: '1')\n");
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());

        hasOnly(job, "A");
        jenkins.assertLogContains(RESTORED, run);
        assertThat(log("REFUSED"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("SYSTEM\tREFUSED\tapps/shop\tmark(project: \"A\")\t"));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("A", "1"));
    }

    /** Jenkins lets the present property win first, but regards it as one of the Jenkinsfile from then on. */
    @Test
    void aMarkOfAPersonStaysThatOptionsOfADeclarativePipelineTakeOver() throws Exception {
        WorkflowJob job = marked("A", "");
        build(job, DECLARATIVE.formatted("options { changeControl(project: 'B') }\n"));
        hasOnly(job, "A");
        WorkflowRun replaces = build(job, DECLARATIVE.formatted("options { changeControl(project: 'C') }\n"));
        hasOnly(job, "A");
        jenkins.assertLogContains(RESTORED, replaces);
        WorkflowRun removes = build(job, DECLARATIVE.formatted(""));
        hasOnly(job, "A");
        jenkins.assertLogContains(RESTORED, removes);
    }

    @Test
    void aMarkOfADeclarativePipelineIsItsOwn() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        build(job, DECLARATIVE.formatted("options { changeControl(project: 'A') }\n"));
        hasOnly(job, "A");
        build(job, DECLARATIVE.formatted("options { changeControl(project: 'B') }\n"));
        hasOnly(job, "B");
        build(job, DECLARATIVE.formatted(""));
        hasOnly(job);
        assertThat(log("REFUSED")).isEmpty();
    }

    /** Nothing is said where nothing was wanted. */
    @Test
    void aJenkinsfileWithTheSameSettingsChangesNothing() throws Exception {
        WorkflowJob job = marked("A", "");
        WorkflowRun run = build(job, "properties([changeControl(project: 'A')])\n".repeat(2));
        hasOnly(job, "A");
        jenkins.assertLogNotContains("[ServiceNow]", run);
        assertThat(log("REFUSED")).isEmpty();
    }

    @Test
    void aMarkOfAJenkinsfileIsItsOwn() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        build(job, "properties([changeControl(project: 'A')])");
        hasOnly(job, "A");
        build(job, "properties([changeControl(project: 'B')])");
        job.renameTo("store");
        build(job, "properties([changeControl(project: 'C')])");
        hasOnly(job, "C");
        WorkflowRun last = build(job, "properties([])");
        hasOnly(job);
        jenkins.assertLogNotContains("[ServiceNow]", last);
        assertThat(log("REFUSED")).isEmpty();
    }

    /** What was removed may be set again by a person, and then belongs to that person. */
    @Test
    void aMarkThatAPersonSetsLaterStays() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        build(job, "properties([changeControl(project: 'A')])");
        try (ACLContext ignored = as(ADMIN)) {
            job.removeProperty(ChangeControlJobProperty.class);
            job.addProperty(mark("A"));
        }
        build(job, "properties([])");
        hasOnly(job, "A");
    }

    @Test
    void aMarkThatAPersonConfirmsStays() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        build(job, "properties([changeControl(project: 'A')])");
        update(job, ADMIN, "<project>A<", "<project>A<");
        build(job, "properties([])");
        hasOnly(job, "A");
    }

    /** A user without the permission for marks takes over no mark of a Jenkinsfile. */
    @Test
    void aChangeOfSomebodyElseTakesNothingOver() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        build(job, "properties([changeControl(project: 'A')])");
        update(job, DEVELOPER, "<project>A<", "<project>A<");
        build(job, "properties([])");
        hasOnly(job);
    }

    @Test
    void aMarkThatAnOwnerAddedStays() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        try (ACLContext ignored = as(DEVELOPER)) {
            job.addProperty(mark("A"));
        }
        build(job, "properties([changeControl(project: 'A')])\nproperties([])");
        hasOnly(job, "A");
    }

    private static void update(AbstractItem item, String user, String from, String to) throws Exception {
        String now = item.getConfigFile().asString();
        try (ACLContext ignored = as(user)) {
            item.updateByXml(new StreamSource(new StringReader(now.replace(from, to))));
        }
    }

    /** Nobody knows who would have set the mark of a copy. */
    @Test
    void aMarkOfACopiedJobStays() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", "");
        build(job, "properties([changeControl(project: 'A')])");
        WorkflowJob copy = (WorkflowJob) jenkins.jenkins
                .getItemByFullName("apps", com.cloudbees.hudson.plugins.folder.Folder.class)
                .copy(job, "copy");
        build(copy, "properties([])");
        hasOnly(copy, "A");
    }

    /** Authorize Project: the script is not by the person as whom the build runs. */
    @Test
    void aBuildThatRunsAsAnAdministratorChangesNoMarkOfAPerson() throws Exception {
        WorkflowJob job = marked("A", "");
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate("apps/shop", User.getById(ADMIN, true).impersonate2()));
        WorkflowRun run = build(job, "properties([changeControl(project: 'B')])\nproperties([])");
        hasOnly(job, "A");
        jenkins.assertLogContains(RESTORED, run);
    }
}
