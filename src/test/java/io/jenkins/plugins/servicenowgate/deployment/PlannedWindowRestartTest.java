package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A planned window is moved on after a restart as before it. */
@Timeout(300)
class PlannedWindowRestartTest extends RestartTestBase {
    private final LocalTime start =
            LocalTime.now(ZoneOffset.UTC).plusHours(3).withSecond(0).withNano(0);
    private final String script = "serviceNowDeployment(environment: 'Production', version: '1'," + " window: [start: '"
            + start + "', hours: 2, zone: 'UTC']) { echo 'DEPLOYED' }";

    private Instant plannedStart() {
        return simulator.changes().get(0).instant("start_date").orElseThrow();
    }

    private long sent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .filter(request -> request.json().has("start_date"))
                .count();
    }

    /** The update is sent before the restart, and its response is lost. */
    @Test
    void isMovedOnOnceAndGoesOn() throws Throwable {
        Instant[] first = new Instant[1];
        sessions.then(jenkins -> {
            beginWaiting(jenkins, script);
            first[0] = plannedStart();
            simulator
                    .faults()
                    .on(Endpoint.UPDATE)
                    .always(Fault.connectionReset().afterCommit());
            simulator
                    .behaviour()
                    .dateSkew(Duration.between(Instant.now(), first[0]).minusSeconds(30));
            await().until(() -> sent() > 0);
        });
        simulator.faults().clear();
        Instant second = first[0].plus(Duration.ofDays(1));
        assertThat(plannedStart()).isEqualTo(second);
        long before = sent();
        sessions.then(jenkins -> {
            await().until(() -> second.toString()
                    .equals(
                            deployment(jenkins).getSeen().getPlannedStart() == null
                                    ? ""
                                    : deployment(jenkins).getPlannedStart()));
            assertThat(sent()).as("once").isEqualTo(before);
            simulator
                    .behaviour()
                    .dateSkew(Duration.between(Instant.now(), second).minusSeconds(30));
            await().until(() -> plannedStart().equals(second.plus(Duration.ofDays(1))));
            simulator
                    .behaviour()
                    .dateSkew(Duration.between(Instant.now(), plannedStart()).plusSeconds(5));
            simulator.people().approve(simulator.changes().get(0).number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(theRun(jenkins)));
        });
        assertThat(plannedStart()).isEqualTo(second.plus(Duration.ofDays(1)));
        assertThat(simulator.changes()).hasSize(1);
    }

    private static DeploymentRecord deployment(org.jvnet.hudson.test.JenkinsRule jenkins) {
        return theRun(jenkins)
                .getAction(ChangeRequestsAction.class)
                .getDeployments()
                .get(0);
    }
}
