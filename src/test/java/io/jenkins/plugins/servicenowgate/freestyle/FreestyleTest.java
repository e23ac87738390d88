package io.jenkins.plugins.servicenowgate.freestyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.CaptureEnvironmentBuilder;

/** Jobs that are not pipelines, waiting on an executor and waiting in the queue. */
class FreestyleTest extends ControlledJenkinsTestBase {
    private DumbSlave agent;
    private FreeStyleProject job;
    private final CaptureEnvironmentBuilder deployment = new CaptureEnvironmentBuilder();

    @BeforeEach
    void createTheJob() throws Exception {
        agent = agent("worker", null);
        job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("VERSION", "7")));
    }

    private void withStep() throws Exception {
        job.addProperty(new ChangeControlJobProperty());
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setVersion("${VERSION}");
        step.setFields(List.of(new ChangeField("category", "v${VERSION}")));
        job.getBuildersList().add(step);
        job.getBuildersList().add(deployment);
    }

    private void inQueue(String version) throws Exception {
        job.addProperty(ControlledJenkins.queuedMark(version));
        job.getBuildersList().add(deployment);
    }

    private List<DeploymentRecord> deployments(FreeStyleBuild build) {
        return build.getAction(ChangeRequestsAction.class).getDeployments();
    }

    @Test
    void theStepWaitsAndSetsVariablesForLaterSteps() throws Exception {
        withStep();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(deployment.getEnvVars()).isNull();
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));

        assertThat(deployment.getEnvVars())
                .containsEntry("SERVICENOW_CHANGE_NUMBER", theChange().number())
                .containsEntry("SERVICENOW_CHANGE_SYS_ID", theChange().sysId());
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().get("short_description").stringValue())
                            .isEqualTo(ControlledJenkins.title("apps/shop", "7"));
                    assertThat(request.json().get("category").stringValue()).isEqualTo("v7");
                });
        await().until(() -> theChange().workNotes().size() == 3);
        assertThat(theChange().workNotes().get(2)).contains("ended: successful");
    }

    @Test
    void theStepFailsWithOneLine() throws Exception {
        withStep();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        simulator.people().cancel(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        jenkins.assertLogContains("is in Canceled", build);
        jenkins.assertLogNotContains("\tat ", build);
        assertThat(deployment.getEnvVars()).isNull();
    }

    @Test
    void theStepIsAborted() throws Exception {
        withStep();
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        build.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        await().until(() -> deployments(build).get(0).getOutcome() == GateOutcome.ABORTED);
        await().until(() -> theChange().workNotes().size() == 2);
        int polls = simulator.requests().count(Endpoint.LIST);
        simulator.people().approve(theChange().number());
        assertThat(deployment.getEnvVars()).isNull();
        assertThat(simulator.requests().count(Endpoint.LIST)).isLessThanOrEqualTo(polls + 1);
    }

    @Test
    void theStepRoundTripsThroughItsForm() throws Exception {
        withStep();
        job.getBuildersList().remove(deployment);
        ServiceNowGateBuilder step = job.getBuildersList().get(ServiceNowGateBuilder.class);
        step.setEmergency(true);
        step.setProject("shop-eu");
        step.setChangeRequestNumber("CHG1");
        job = asAdministrator().configRoundtrip(job);
        ServiceNowGateBuilder after = job.getBuildersList().get(ServiceNowGateBuilder.class);
        jenkins.assertEqualDataBoundBeans(step, after);
        assertThat(after.getFields())
                .singleElement()
                .satisfies(field -> assertThat(field.getValue()).isEqualTo("v${VERSION}"));
    }

    @Test
    void waitsInTheQueueWithoutAnExecutor() throws Exception {
        inQueue("${VERSION}");
        var future = job.scheduleBuild2(0);
        await().until(() -> why().startsWith("Waiting: CHG"));
        assertThat(why()).contains(theChange().number(), "is in New");
        assertThat(agent.toComputer().countBusy()).isZero();
        assertThat(theChange().get("short_description")).contains("version 7 to");
        simulator.people().approve(theChange().number());
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(future);

        jenkins.assertLogContains("[ServiceNow] Created the Normal change", build);
        assertThat(deployment.getEnvVars())
                .containsEntry("SERVICENOW_CHANGE_NUMBER", theChange().number());
        assertThat(deployments(build))
                .singleElement()
                .satisfies(record -> assertThat(record.getOutcome()).isEqualTo(GateOutcome.PROCEED));
        await().until(() -> theChange().workNotes().size() == 3);
        assertThat(theChange().workNotes().get(0)).contains("waits for this change");
        assertThat(theChange().workNotes().get(1)).contains("started", build.getUrl());
        assertThat(theChange().workNotes().get(2)).contains("ended: successful");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    private String why() {
        Queue.Item item = job.getQueueItem();
        String why = item == null ? null : item.getWhy();
        return why == null ? "" : why;
    }

    @Test
    void aRefusalInTheQueueIsAFailedBuildWithTheReason() throws Exception {
        inQueue("${VERSION}");
        var future = job.scheduleBuild2(0);
        await().until(() -> why().startsWith("Waiting: CHG"));
        simulator.people().cancel(theChange().number());
        FreeStyleBuild build = jenkins.assertBuildStatus(Result.FAILURE, future);
        jenkins.assertLogContains("is in Canceled", build);
        assertThat(deployment.getEnvVars()).isNull();
    }

    @Test
    void cancelingTheItemCancelsTheDeployment() throws Exception {
        inQueue("${VERSION}");
        job.scheduleBuild2(0);
        await().until(() -> why().startsWith("Waiting: CHG"));
        await().until(() -> theChange().workNotes().size() == 1);
        jenkins.jenkins.getQueue().cancel(job.getQueueItem());
        await().until(() -> theChange().workNotes().size() == 2);
        assertThat(theChange().workNotes().get(1)).contains("did not take place", "cancelled in the queue");
        simulator.people().approve(theChange().number());
        assertThat(job.getLastBuild()).isNull();
    }

    /** The change is checked again when the build has its executor. */
    @Test
    void checksTheChangeAgainWhenItHasAnExecutor() throws Exception {
        inQueue("${VERSION}");
        agent.toComputer().setTemporarilyOffline(true, null);
        var future = job.scheduleBuild2(0);
        await().until(() -> why().startsWith("Waiting: CHG"));
        simulator.people().approve(theChange().number());
        await().until(() -> !why().startsWith("Waiting: CHG"));
        simulator.people().cancel(theChange().number());
        agent.toComputer().setTemporarilyOffline(false, null);
        FreeStyleBuild build = jenkins.assertBuildStatus(Result.FAILURE, future);
        jenkins.assertLogContains("is in Canceled", build);
        assertThat(deployment.getEnvVars()).isNull();
    }

    @Test
    void needsAVersion() throws Exception {
        inQueue("");
        FreeStyleBuild build = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        jenkins.assertLogContains("names an environment but no version", build);
        assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void createsItsChangeWhenTheQuietPeriodHasPassed() throws Exception {
        inQueue("${VERSION}");
        var future = job.scheduleBuild2(3);
        jenkins.jenkins.getQueue().maintain();
        assertThat(job.getQueueItem()).isInstanceOf(Queue.WaitingItem.class);
        assertThat(simulator.requests().count()).isZero();
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(future);
    }

    @Test
    void aJobThatDeploysElsewhereDoesNotWait() throws Exception {
        inQueue("${VERSION}");
        job.getProperty(ChangeControlJobProperty.class).setEnvironment("Dev");
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);
        jenkins.assertLogContains("No approved change required", build);
        assertThat(simulator.requests().count()).isZero();
    }

    /** A stored step, whose fields no form or constructor has validated. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type     | Refused: the field type can't be set from Jenkins",
                "chg_model| Refused: the field chg_model can't be set from Jenkins",
                "approval | Refused: the field approval can't be set from Jenkins",
                "' type ' | Refused: \"type\" is not a column name",
                "Type     | Refused: \"Type\" is not a column name",
            })
    void aStoredColumnThatCanNotBeSetIsRefused(String column, String line) throws Exception {
        withStep();
        String name = ServiceNowGateBuilder.class.getName();
        String field = ChangeField.class.getName();
        job.getBuildersList().replaceBy(List.of((ServiceNowGateBuilder) Items.XSTREAM2.fromXML("<" + name
                + "><environment>Production</environment><version>1</version><fields><" + field + "><name>" + column
                + "</name><value>emergency</value></" + field + "></fields></" + name + ">")));
        FreeStyleBuild build = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        jenkins.assertLogContains("ERROR: " + line, build);
        jenkins.assertLogNotContains("Exception", build);
        assertThat(simulator.requests().count()).isZero();
        assertThat(deployments(build)).extracting(DeploymentRecord::getOutcome).containsExactly(GateOutcome.REFUSE);
    }
}
