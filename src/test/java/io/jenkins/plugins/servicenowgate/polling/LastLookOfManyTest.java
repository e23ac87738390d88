package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the last look before a release costs where many deployments are released at once, and how old it may be. */
class LastLookOfManyTest extends LastLookTestBase {
    private static final Duration SLOW = Duration.ofSeconds(11);

    /** One request reads all of them again, and the poller is not busy with them for minutes. */
    @Test
    void aHundredDeploymentsAreReadAgainTogether() {
        List<Waiter> all = waiting(100);
        latency(SLOW);
        approve(all);
        Instant began = clock.instant();
        runUntil(() -> all.stream().allMatch(Waiter::isReleased));
        assertThat(reads()).isLessThanOrEqualTo(6);
        assertThat(Duration.between(began, clock.instant())).isLessThan(Duration.ofMinutes(5));
    }

    /** Requests to the instance pause from the first answer that says so. */
    @Test
    void nothingMoreIsReadAgainWhileRequestsPause() {
        List<Waiter> all = waiting(3);
        approve(all);
        all.forEach(waiter -> waiter.whileJudged = () -> {
            all.forEach(each -> each.whileJudged = () -> {});
            time.elapsed(SLOW);
            simulator.faults().on(Endpoint.LIST).once(Fault.rateLimited(Duration.ofMinutes(10)));
        });
        runUntil(() -> all.stream().anyMatch(waiter -> waiter.lines().contains("ReleaseCheck.NotReadAgain")));
        assertThat(all).noneMatch(Waiter::isReleased);
        Instant refused = lastRead();
        runUntil(() -> all.stream().allMatch(Waiter::isReleased));
        assertThat(simulator.requests().all().stream()
                        .map(RecordedRequest::time)
                        .filter(at -> at.isAfter(refused)))
                .allMatch(at -> !at.isBefore(refused.plus(Duration.ofMinutes(10))));
    }

    private Instant lastRead() {
        List<RecordedRequest> reads = simulator.requests().to(Endpoint.LIST);
        return reads.get(reads.size() - 1).time();
    }

    /** One row makes the response unreadable, so that the batch is read in parts: the first is as old as it is. */
    @Test
    void whatWasReadInAnEarlierPartIsNotFresh() {
        List<Waiter> all = waiting(2);
        approve(all);
        simulator.faults().on(Endpoint.LIST).once(Fault.cutOffJson());
        List<Waiter> canceled = new ArrayList<>();
        List<RecordedRequest> parts = new ArrayList<>();
        whenAnswered = request -> {
            if (reads() == 2 && parts.isEmpty()) {
                parts.addAll(simulator.requests().to(Endpoint.LIST));
            } else if (reads() == 3 && canceled.isEmpty()) {
                time.elapsed(Duration.ofMinutes(2));
                String query = parts.get(1).query().get("sysparm_query");
                Waiter first = all.stream()
                        .filter(waiter -> query.contains(waiter.record.sysId().value()))
                        .findFirst()
                        .orElseThrow();
                canceled.add(first);
                simulator.people().cancel(first.record.number());
            }
        };
        runUntil(() -> all.stream().allMatch(waiter -> waiter.isReleased() || waiter.refusal() != null));
        assertThat(canceled)
                .singleElement()
                .satisfies(waiter -> assertThat(waiter.refusal()).isEqualTo("ReleaseRule.Finished"));
    }

    /** A change that is found is read before what else is asked of the instance to link it. */
    @Test
    void aChangeIsFoundAndCanceledBeforeTheDeploymentIsLinked() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().approve(change.number());
        Waiter waiter = new Waiter(TITLE, null);
        waiter.whileSaving = () -> {
            waiter.whileSaving = () -> {};
            time.elapsed(Duration.ofMinutes(2));
            simulator.people().cancel(change.number());
        };
        poller.start(waiter.approval);
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ReleaseRule.Finished");
    }

    /** Reading what conflicts takes long, too: the last that is read is the change. */
    @Test
    void theLastThatIsReadIsTheChangeAlsoIfItHasConflicts() {
        simulator.newer().conflictWithEmptyList(true);
        fields = Map.of("cmdb_ci", "shop", "start_date", "2026-12-01 19:00:00", "end_date", "2026-12-02 20:00:00");
        Waiter waiter = waiting(1).get(0);
        waiter.conflicts = ConflictPolicy.TELL;
        simulator.people().checkConflicts(waiter.record.number());
        time.runFor(Duration.ofMinutes(5));
        latency(SLOW);
        simulator.requests().clear();
        approve(List.of(waiter));
        runUntil(waiter::isReleased);
        assertThat(simulator.requests().all()).map(RecordedRequest::endpoint).contains(Endpoint.CONFLICTS);
        assertThat(simulator
                        .requests()
                        .all()
                        .get(simulator.requests().count() - 1)
                        .endpoint())
                .isEqualTo(Endpoint.LIST);
    }

    /** Approvals of a Standard change were not looked at. */
    @Test
    void aChangeThatIsNoStandardChangeAnyMoreIsCheckedAnew() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE, "type", "standard"));
        Waiter waiter = new Waiter(TITLE, null);
        waiter.separation = new Separation("Production", true, Set.of(), null);
        poller.start(waiter.approval);
        runUntil(waiter.record::isLinked);
        time.runFor(Duration.ofMinutes(5));
        change.set("approval", "approved").set("state", "-1");
        waiter.whileJudged = () -> {
            waiter.whileJudged = () -> {};
            time.elapsed(SLOW);
            change.set("type", "normal");
        };
        time.runFor(Duration.ofHours(2));
        assertThat(change.get("type")).isEqualTo("normal");
        assertThat(waiter.isReleased()).as("nobody approved it").isFalse();
    }
}
