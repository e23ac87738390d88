package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;

/** Places in a Jenkinsfile from which it tries to change a mark that a person has set. */
class JenkinsfileMarkPlacesTest extends ControlledJenkinsTestBase {
    private WorkflowJob job;

    @BeforeEach
    void markTheJob() throws Exception {
        agent("worker", null);
        job = ControlledJenkins.job(jenkins, "shop", "");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setProject("A");
        job.addProperty(mark);
    }

    private WorkflowRun run(String script) throws Exception {
        job.setDefinition(ControlledJenkins.script(script));
        return jenkins.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }

    private void isStillMarked() throws Exception {
        assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
        assertThat(job.getProperty(ChangeControlJobProperty.class).getProject()).isEqualTo("A");
        assertThat(FolderPolicies.isControlled(job)).isTrue();
        assertThat(job.getConfigFile().asString()).contains("<project>A</project>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node { BOTH }",
                "parallel a: { node { ONE } }, b: { TWO }",
                "def helper() { BOTH }\nhelper()",
                "node { writeFile(file: 'h.groovy', text: '''def call() { BOTH }\nreturn this''')\nload('h.groovy')() }",
                "try { error 'x' } catch (e) { ONE } finally { TWO }",
                "timeout(1) { retry(2) { BOTH } }",
                "['a', 'b'].each { BOTH }",
                "pipeline { agent none\noptions { changeControl(project: 'A') }\nstages { stage('s') { steps { script { BOTH } } } } }",
                "serviceNowDeployment(environment: 'Dev', version: '1') { BOTH }",
            })
    void aMarkOfAPersonStays(String script) throws Exception {
        String one = "properties([changeControl(project: 'B')])\n";
        String two = "properties([])\n";
        WorkflowRun run =
                run(script.replace("BOTH", one + two).replace("ONE", one).replace("TWO", two));
        isStillMarked();
        // The next save of the job, by whomever.
        job.save();
        isStillMarked();
        jenkins.assertLogContains("It was restored", run);
    }

    /** The step fails in the middle of its change. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "properties([parameters([null])])",
                "properties([null])",
                "properties([pipelineTriggers([null])])",
                "properties([pipelineTriggers([cron('x y z')])])",
                "properties([buildDiscarder(null)])",
                "properties([[$class: 'ParametersDefinitionProperty']])",
                "properties([changeControl(automaticTransition: 'x')])",
                "properties([copyArtifactPermission('x')])",
                "properties(null)",
            })
    void aMarkOfAPersonStaysIfTheStepFails(String step) throws Exception {
        run("properties([changeControl(project: 'A')])\ntry { " + step + " } catch (e) { echo \"FAILED ${e}\" }");
        assertThat(FolderPolicies.isControlled(job)).isTrue();
        // The next save of the job, as the system.
        job.save();
        isStillMarked();
    }

    private void runsAs(String user) {
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate("apps/shop", User.getById(user, true).impersonate2()));
    }

    private static final String JOB_DSL = "node { jobDsl sandbox: true, scriptText: '''pipelineJob('apps/shop') {"
            + " definition { cps { script('echo 1')\nsandbox(true) } } }''' }";

    @Test
    void aMarkOfAPersonStaysThatJobDslWouldRemoveAsTheDeveloper() throws Exception {
        authorization
                .grant(Item.CREATE, Item.EXTENDED_READ, Computer.BUILD)
                .everywhere()
                .to(DEVELOPER);
        runsAs(DEVELOPER);
        jenkins.assertBuildStatusSuccess(run(JOB_DSL));
        isStillMarked();
    }
}
