package io.jenkins.plugins.servicenowgate.freestyle;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FileParameterDefinition;
import hudson.model.FileParameterValue;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.PasswordParameterDefinition;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.RunParameterDefinition;
import hudson.model.RunParameterValue;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.TaskListener;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.pipeline.ServiceNowGateStep;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.File;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.CaptureEnvironmentBuilder;

/**
 * Version and number of a job that waits in the queue: only values that are known there, and only parameters that the
 * job defines.
 */
class QueuedNamesTest extends ControlledJenkinsTestBase {
    private FreeStyleProject job;
    private final CaptureEnvironmentBuilder deployment = new CaptureEnvironmentBuilder();

    @BeforeEach
    void createTheAgent() throws Exception {
        agent("worker", null);
    }

    private void mark(String version) throws Exception {
        job = ControlledJenkins.queuedJob(jenkins, "shop", version);
        job.getBuildersList().add(deployment);
    }

    private void defines(String name, String value) throws Exception {
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition(name, value)));
    }

    private FreeStyleBuild refused(FreeStyleBuild build) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, build);
        assertThat(deployment.getEnvVars()).isNull();
        jenkins.assertLogNotContains("\tat ", build);
        assertThat(simulator.requests().count()).isZero();
        return build;
    }

    private FreeStyleBuild refused() throws Exception {
        return refused(job.scheduleBuild2(0).get());
    }

    /** Attack: the same title for every build, so that the first approval releases all later builds. */
    @ParameterizedTest
    @ValueSource(
            strings = {"1.0.${BUILD_NUMBER}", "$BUILD_ID", "1.${env.X}", "${VERSION}", "$${VERSION}", "1-$GIT_COMMIT"})
    void aVariableThatIsNotKnownInTheQueueIsRefused(String version) throws Exception {
        mark(version);
        jenkins.assertLogContains("contains a variable that was not expanded", refused());
        jenkins.assertLogContains("contains a variable that was not expanded", refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "${BUILD_NUMBER}", "", " ", "1.0-null"})
    void anEmptyParameterIsRefused(String value) throws Exception {
        mark("${VERSION}");
        defines("VERSION", value);
        jenkins.assertLogContains("Refused: the", refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1$2", "7"})
    void validVersionsAreAccepted(String version) throws Exception {
        mark("${VERSION}");
        defines("VERSION", version);
        job.scheduleBuild2(0);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", version));
    }

    /** The form says so while somebody types, for users who may configure the job. */
    @Test
    void theFormWarnsOfVersionsThatAreRefused() throws Exception {
        mark("1");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("VERSION", ""), new PasswordParameterDefinition("SECRET", "s3cret", "")));
        String queue = ChangeControlJobProperty.class.getName();
        String step = ServiceNowGateBuilder.class.getName();
        for (String accepted : new String[] {"", "1", "${VERSION}", "v$version.1", "1$2"}) {
            assertThat(warning(queue, accepted, DEVELOPER)).as(accepted).doesNotContain("Refused");
        }
        for (String refused : new String[] {"1.0.${BUILD_NUMBER}", "$SECRET", "${env.VERSION}", "${VERSION}-null"}) {
            assertThat(warning(queue, refused, DEVELOPER)).as(refused).contains("warning", "Refused: the version ");
            assertThat(warning(queue, refused, READER)).as(refused).doesNotContain("Refused");
        }
        assertThat(warning(step, "1.0.${BUILD_NUMBER}", DEVELOPER)).doesNotContain("Refused");
        assertThat(warning(step, "1.0.null", DEVELOPER)).contains("Refused: the version ");
        assertThat(warning(ServiceNowGateStep.class.getName(), "1.0.${BUILD_NUMBER}", DEVELOPER))
                .contains("use double quotes");
    }

    private String warning(String descriptor, String version, String user) throws Exception {
        return webWithErrors(user)
                .getPage(new WebRequest(
                        new URL(jenkins.getURL() + job.getUrl() + "descriptorByName/" + descriptor
                                + "/checkVersion?value=" + URLEncoder.encode(version, StandardCharsets.UTF_8)),
                        HttpMethod.POST))
                .getWebResponse()
                .getContentAsString();
    }

    /** The approved change of another deployment. */
    private SimulatedChange approved() {
        SimulatedChange other = simulator.addChange(
                Map.of("short_description", "Jenkins: Deploy \"other\" version 9 to \"Production\""));
        simulator.people().approve(other.number());
        return other;
    }

    /** Attack: a user who may start the job adds the number of a change that was approved for something else. */
    @Test
    void aNumberThatTheJobDoesNotDefineDoesNotCount() throws Exception {
        SimulatedChange other = approved();
        mark("1");
        WorkflowRun trigger = ControlledJenkins.job(
                        jenkins,
                        "trigger",
                        "build job: 'shop', wait: false, parameters: [string(name: 'SERVICENOW_CHANGE_REQUEST_NUMBER',"
                                + " value: '" + other.number() + "'), string(name: 'VERSION', value: '9')]")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(trigger));

        waitsForItsOwn(other);
    }

    @Test
    void aNumberScheduledWithTheItemDoesNotCount() throws Exception {
        SimulatedChange other = approved();
        mark("1");
        job.scheduleBuild2(
                0,
                new ParametersAction(
                        new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", other.number()),
                        new StringParameterValue("servicenow_change_request_number", other.number())),
                ParametersAction.class.cast(new ParametersAction(
                        java.util.List.of(new StringParameterValue("SERVICENOW_CHANGE_REQUEST_NUMBER", other.number())),
                        java.util.Set.of("SERVICENOW_CHANGE_REQUEST_NUMBER"))));
        waitsForItsOwn(other);
    }

    /** Attack: the number as a variable of the agent and of the controller, which the started build has. */
    @Test
    void aNumberOfTheAgentOrTheControllerDoesNotReplaceTheChange() throws Exception {
        SimulatedChange other = approved();
        mark("1");
        EnvironmentVariablesNodeProperty number = new EnvironmentVariablesNodeProperty(
                new EnvironmentVariablesNodeProperty.Entry("SERVICENOW_CHANGE_REQUEST_NUMBER", other.number()));
        newAgent("own", "own").getNodeProperties().add(number);
        job.setAssignedLabel(Label.get("own"));
        jenkins.jenkins.getGlobalNodeProperties().add(number);
        try {
            job.scheduleBuild2(0);
            waitsForItsOwn(other);
        } finally {
            jenkins.jenkins.getGlobalNodeProperties().remove(number);
        }
        assertThat(deployment.getEnvVars()).containsEntry("SERVICENOW_CHANGE_REQUEST_NUMBER", other.number());
    }

    @Test
    void aNumberInAPasswordParameterDoesNotCount() throws Exception {
        SimulatedChange other = approved();
        mark("1");
        job.addProperty(new ParametersDefinitionProperty(
                new PasswordParameterDefinition("SERVICENOW_CHANGE_REQUEST_NUMBER", other.number(), "")));
        job.scheduleBuild2(0);
        waitsForItsOwn(other);
    }

    private void waitsForItsOwn(SimulatedChange other) throws Exception {
        await().until(() -> simulator.changes().size() == 2);
        SimulatedChange own = simulator.changes().get(1);
        assertThat(own.get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        Queue.Item item = job.getQueueItem();
        assertThat(item).isNotNull();
        assertThat(deployment.getEnvVars()).isNull();
        simulator.people().approve(own.number());
        await().until(() -> job.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        assertThat(deployment.getEnvVars()).containsEntry("SERVICENOW_CHANGE_NUMBER", own.number());
        assertThat(other.workNotes()).isEmpty();
    }

    /** Attack: what is approved in the queue is not what the build deploys, because variables ignore the case. */
    @ParameterizedTest
    @ValueSource(strings = {"VERSION", "version"})
    void parametersThatDifferInCaseHaveTheValueOfTheBuild(String name) throws Exception {
        mark("${" + name + "}");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("VERSION", "1.0"), new StringParameterDefinition("version", "2.0")));
        job.scheduleBuild2(0);
        deploysWhatIsApproved(name);
    }

    /** Attack: the same with a password, whose value the queue must not show. */
    @Test
    void aPasswordUnderTheNameOfAnotherParameterIsNoVersion() throws Exception {
        mark("${VERSION}");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("VERSION", "1.0"),
                new PasswordParameterDefinition("version", "2.0", "")));
        jenkins.assertLogContains("contains a variable that was not expanded", refused());
    }

    /** Attack: the same with the further variables that a parameter sets in the build. */
    @ParameterizedTest
    @CsvSource({"UP_NUMBER, UP", "up_name, UP", "PASS, pa\u00df"})
    void aParameterThatAnotherOneReplacesIsNoVersion(String name, String other) throws Exception {
        FreeStyleProject up = ControlledJenkins.create(jenkins, FreeStyleProject.class, "up");
        up.scheduleBuild2(0).get();
        boolean run = other.equals("UP");
        mark("${" + name + "}");
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition(name, ""),
                run
                        ? new RunParameterDefinition(other, "apps/up", "", null)
                        : new StringParameterDefinition(other, "")));
        job.scheduleBuild2(
                0,
                new ParametersAction(
                        new StringParameterValue(name, "7.0"),
                        run ? new RunParameterValue(other, "apps/up#1") : new StringParameterValue(other, "2.0")));
        await().until(() -> job.getLastBuild() != null || !simulator.changes().isEmpty());
        assertThat(simulator.changes()).isEmpty();
        FreeStyleBuild build = refused(jenkins.waitForCompletion(job.getLastBuild()));
        jenkins.assertLogContains("contains a variable that was not expanded", build);
        assertThat(build.getEnvironment(TaskListener.NULL).get(name)).isNotEqualTo("7.0");
    }

    @Test
    void aBuildAsAParameterHasTheValueOfTheBuild() throws Exception {
        FreeStyleProject up = ControlledJenkins.create(jenkins, FreeStyleProject.class, "up");
        up.scheduleBuild2(0).get();
        mark("${UP}");
        job.addProperty(new ParametersDefinitionProperty(new RunParameterDefinition("UP", "apps/up", "", null)));
        job.scheduleBuild2(0, new ParametersAction(new RunParameterValue("UP", "apps/up#1")));
        deploysWhatIsApproved("UP");
    }

    @Test
    void aFileAsAParameterHasTheValueOfTheBuild() throws Exception {
        mark("${NAME}");
        job.addProperty(new ParametersDefinitionProperty(new FileParameterDefinition("NAME", "")));
        File file = new File(jenkins.jenkins.getRootDir(), "shop-1.2.war");
        Files.writeString(file.toPath(), "x");
        job.scheduleBuild2(0, new ParametersAction(new FileParameterValue("NAME", file, "shop-1.2.war")));
        deploysWhatIsApproved("NAME");
    }

    private void deploysWhatIsApproved(String variable) throws Exception {
        simulator.people().approve(theChange().number());
        await().until(() -> job.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(job.getLastBuild()));
        String deployed = deployment.getEnvVars().get(variable);
        assertThat(deployed).isNotEmpty();
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", deployed));
    }

    /** Values of these kinds are not known in the queue, or are not to be shown. */
    @Test
    void aBuildThatDoesNotExistAndAPasswordAreNoVersions() throws Exception {
        FreeStyleProject up = ControlledJenkins.create(jenkins, FreeStyleProject.class, "up");
        FreeStyleBuild gone = up.scheduleBuild2(0).get();
        mark("1-${UP}");
        job.addProperty(new ParametersDefinitionProperty(
                new RunParameterDefinition("UP", "apps/up", "", null),
                new PasswordParameterDefinition("SECRET", "s3cret", "")));
        ParametersAction parameters = new ParametersAction(new RunParameterValue("UP", "apps/up#1"));
        gone.delete();
        job.scheduleBuild2(0, parameters);
        await().until(() -> job.getLastBuild() != null);
        jenkins.assertLogContains(
                "contains a variable that was not expanded", refused(jenkins.waitForCompletion(job.getLastBuild())));
        job.removeProperty(ParametersDefinitionProperty.class);
        job.addProperty(new ParametersDefinitionProperty(new PasswordParameterDefinition("SECRET", "s3cret", "")));
        for (String version : new String[] {"1-${SECRET}", "${UP_NUMBER}"}) {
            job.removeProperty(ChangeControlJobProperty.class);
            job.addProperty(ControlledJenkins.queuedMark(version));
            jenkins.assertLogContains("contains a variable that was not expanded", refused());
        }
    }

    @Test
    void aVersionThatTheJobDoesNotDefineDoesNotCount() throws Exception {
        mark("${VERSION}");
        job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("VERSION", "9")));
        await().until(() -> job.getLastBuild() != null);
        jenkins.assertLogContains(
                "contains a variable that was not expanded", refused(jenkins.waitForCompletion(job.getLastBuild())));
    }

    @Test
    void aNumberThatTheJobDefinesCounts() throws Exception {
        SimulatedChange own = simulator.addChange(Map.of("short_description", "Anything"));
        simulator.people().approve(own.number());
        mark("1");
        defines("SERVICENOW_CHANGE_REQUEST_NUMBER", own.number());
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(job.scheduleBuild2(0));
        jenkins.assertLogContains("Linked to " + own.number(), build);
        assertThat(simulator.changes()).hasSize(1);
    }

    // ---- the build step, where the build has a number

    private FreeStyleBuild step(String version, String project) throws Exception {
        job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        defines("VERSION", "");
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setVersion(version);
        step.setProject(project);
        job.getBuildersList().add(step);
        job.getBuildersList().add(deployment);
        return job.scheduleBuild2(0).waitForStart();
    }

    @ParameterizedTest
    @ValueSource(strings = {"${NOT_SET}", "1.$NOT_SET", "1-null"})
    void aVariableThatTheBuildDoesNotHaveIsRefused(String version) throws Exception {
        refused(jenkins.waitForCompletion(step(version, null)));
    }

    /** An empty field of the form means the default; an empty variable is an error. */
    @Test
    void aVariableThatIsEmptyIsNoVersion() throws Exception {
        jenkins.assertLogContains(
                "Refused: the version is null or empty", refused(jenkins.waitForCompletion(step("${VERSION}", null))));
    }

    @Test
    void theBuildNumberIsAvailable() throws Exception {
        FreeStyleBuild build = waiting(step("1.0.${BUILD_NUMBER}", null));
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1.0.1"));
        build.doStop();
        jenkins.waitForCompletion(build);
    }
}
