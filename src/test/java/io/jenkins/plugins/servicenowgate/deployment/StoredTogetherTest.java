package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A build is stored by whoever likes, at any moment. What a controller finds that crashed right then must not be half of
 * what became of a deployment: over, and nothing to tell of its end.
 */
class StoredTogetherTest extends ControlledJenkinsTestBase {
    private WorkflowRun run;
    private DeploymentRecord record;
    private volatile String stored;

    @BeforeEach
    void deploy() throws Exception {
        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Production", true)));
        run = build("shop", "serviceNowDeployment(environment: 'Production', version: '1') { semaphore 'running' }");
        await().until(() -> !theChange().workNotes().isEmpty());
        record = deployment(run);
    }

    @AfterEach
    void kill() throws Exception {
        run.doKill();
        await().until(() -> !run.isBuilding());
    }

    /** Somebody else stores the build while the words of a note are sought. */
    private Deployment ofABuildThatIsStoredMeanwhile(List<Thread> others) {
        DeploymentHost host = new BuildHost(run, TaskListener.NULL);
        DeploymentHost stored = (DeploymentHost) Proxy.newProxyInstance(
                DeploymentHost.class.getClassLoader(),
                new Class<?>[] {DeploymentHost.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("url")) {
                        Thread other = new Thread(this::store);
                        others.add(other);
                        other.start();
                        other.join(1000);
                    }
                    try {
                        return method.invoke(host, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new Deployment(stored, record, DeploymentRegistry.get());
    }

    private void store() {
        try {
            run.save();
            stored = Files.readString(run.getRootDir().toPath().resolve("build.xml"));
        } catch (IOException e) {
            stored = e.toString();
        }
    }

    private String storedDuring(Act act) throws InterruptedException {
        List<Thread> others = new CopyOnWriteArrayList<>();
        act.happen(ofABuildThatIsStoredMeanwhile(others));
        assertThat(others).isNotEmpty();
        for (Thread other : others) {
            other.join();
        }
        return stored;
    }

    /** What was sent before the build was stored would not be in its file any more. */
    private void keepNotesPending() {
        simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
    }

    private interface Act {
        void happen(Deployment deployment);
    }

    @Test
    void aReleaseIsStoredWithItsNote() throws Exception {
        keepNotesPending();

        String xml = storedDuring(deployment -> deployment.markReleased("Released: approved."));

        assertThat(xml)
                .contains("<outcome>PROCEED</outcome>", "&quot; started.")
                .doesNotContain("<started>0</started>");
    }

    @Test
    void anEndIsStoredWithItsNote() throws Exception {
        simulator.people().approve(simulator.changes().get(0).number());
        SemaphoreStep.waitForStart("running/1", run);
        await().atMost(Duration.ofSeconds(30)).until(() -> record.outbox().isEmpty());
        keepNotesPending();

        String xml = storedDuring(deployment -> deployment.finish(Result.SUCCESS));

        assertThat(xml).contains("&quot; ended: successful").doesNotContain("<ended>0</ended>");
    }

    @Test
    void aRefusalIsStoredWithItsNote() throws Exception {
        // No poll writes its own reason in between.
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        keepNotesPending();
        jenkins.waitForMessage("[ServiceNow] ServiceNow is unavailable", run);

        String xml = storedDuring(
                deployment -> deployment.endUnstarted(DeploymentState.REFUSED, "The change was rejected."));

        assertThat(xml)
                .contains("<outcome>REFUSE</outcome>", "The change was rejected. ")
                .doesNotContain("<ended>0</ended>");
    }
}
