package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** A request that is refused before any search for a change is stored with its build, and stays refused. */
class DeploymentRequestHandlerTest extends ControlledJenkinsTestBase {
    private WorkflowRun refused(String script) throws Exception {
        return jenkins.buildAndAssertStatus(Result.FAILURE, ControlledJenkins.controlledJob(jenkins, "shop", script));
    }

    private static DeploymentRecord only(Run<?, ?> run) {
        assertThat(run.getAction(ChangeRequestsAction.class)).isNotNull();
        assertThat(run.getAction(ChangeRequestsAction.class).getDeployments()).hasSize(1);
        return run.getAction(ChangeRequestsAction.class).getDeployments().get(0);
    }

    @Test
    void anEnvironmentThatNobodyDeclaredIsAmongTheRefusals() throws Exception {
        WorkflowRun run = refused("serviceNowGate(environment: 'Produktion', version: '1')");

        DeploymentRecord record = only(run);
        assertThat(record.getOutcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(record.getEnvironment()).isEqualTo("Produktion");
        assertThat(record.getReason()).contains("Produktion");
        jenkins.assertLogContains(record.getReason(), run);
        assertThat(web(READER)
                        .getJSON("servicenow-gates/audit/api/json")
                        .getJSONObject()
                        .toString())
                .contains("\"environment\":\"Produktion\"", "\"decision\":\"REFUSE\"", "apps » shop #1");
        assertThat(web(READER).getPage(run).asNormalizedText())
                .contains("No change", "Refused", record.getReason())
                .doesNotContain("No change yet");
        assertThat(DeploymentRegistry.get().isUsedByAnother(record)).isFalse();
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void anEmergencyThatIsNotAllowedIsAmongTheRefusals() throws Exception {
        WorkflowRun run = refused("serviceNowGate(environment: 'Production', version: '1', emergency: true)");

        assertThat(only(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(simulator.changes()).isEmpty();
    }

    /** A name that can't stand in a title can't stand in a list either: it is shown without what makes it so. */
    @Test
    void aNameThatCannotBeSearchedForIsShownWithoutItsControlCharacters() throws Exception {
        WorkflowRun run = refused("serviceNowGate(environment: 'Production', version: '1\\n2\\u202E3')");

        assertThat(only(run).getVersion()).isEqualTo("1 2 3");
        assertThat(only(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
    }

    /** Its gate can't be opened any more: it does not wait, and its change hears of that. */
    @Test
    void whatWaitedAndCannotGoOnIsRefused() throws Exception {
        WorkflowRun run = waiting(build("shop", "serviceNowGate(environment: 'Production', version: '1')"));
        List<String> heard = new ArrayList<>();

        DeploymentRequestHandler.refuse(
                new BuildHost(run, TaskListener.NULL),
                deployment(run).getId(),
                DeploymentRequest.of(run, "Production", "1", null, null, false, Map.of(), Map.of()),
                face(heard),
                "It can't be found any more.");

        assertThat(heard).containsExactly("It can't be found any more.");
        assertThat(only(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(DeploymentState.of(only(run)).isFinal()).isTrue();
        await().untilAsserted(() -> assertThat(theChange().workNotes())
                .last()
                .asString()
                .contains("did not take place", "It can't be found any more."));
        run.doKill();
        await().until(() -> !run.isBuilding());
    }

    private static GateCallback face(List<String> heard) {
        return new GateCallback() {
            @Override
            public void proceed(DeploymentRecord deployment) {
                heard.add("go");
            }

            @Override
            public void refuse(String reason) {
                heard.add(reason);
            }
        };
    }

    /** A step that asks again after a restart finds its record there. */
    @Test
    void whatWasRefusedStaysRefusedWhenItAsksAgain() throws Exception {
        WorkflowRun run = refused("serviceNowGate(environment: 'Produktion', version: '1')");
        List<String> heard = new ArrayList<>();

        Deployment gate = DeploymentRequestHandler.open(
                new BuildHost(run, TaskListener.NULL),
                only(run).getId(),
                DeploymentRequest.of(run, "Produktion", "1", null, null, false, Map.of(), Map.of()),
                face(heard));

        assertThat(gate).isNull();
        assertThat(heard).containsExactly(only(run).getReason());
        assertThat(run.getAction(ChangeRequestsAction.class).getDeployments()).hasSize(1);
    }

    @Test
    void anItemOfTheQueueWithoutAVersionIsAmongTheRefusals() throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setEnvironment("Production");
        job.addProperty(mark);

        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        assertThat(only(build).getOutcome()).isEqualTo(GateOutcome.REFUSE);
        assertThat(simulator.changes()).isEmpty();
    }
}
