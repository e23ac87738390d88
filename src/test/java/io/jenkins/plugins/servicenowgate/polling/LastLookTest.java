package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Between reading a change and its release, other changes of the batch and the conflicts are read, which may take minutes. */
class LastLookTest extends PollingTestBase {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** What people do with a change that was approved. */
    enum Act {
        CANCEL((simulator, number) -> simulator.people().cancel(number), "ReleaseRule.Finished", null),
        HOLD(
                (simulator, number) -> simulator.change(number).set("on_hold", "true"),
                null,
                "ReleaseRule.WaitsOnHoldUnexplained"),
        RENAME(
                (simulator, number) -> simulator.change(number).set("short_description", "x"),
                "ChangeMatch.Renamed",
                null);

        private final BiConsumer<ServiceNowSimulator, String> act;
        private final String refusal;
        private final String line;

        Act(BiConsumer<ServiceNowSimulator, String> act, String refusal, String line) {
            this.act = act;
            this.refusal = refusal;
            this.line = line;
        }
    }

    private Waiter waiting(String title) {
        Waiter waiter = new Waiter(title, null).admit();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForImplement"));
        return waiter;
    }

    private void approve(Waiter waiter) {
        simulator.people().approve(waiter.record.number());
    }

    private void slowly(Waiter waiter, Runnable meanwhile) {
        waiter.whileJudged = () -> {
            waiter.whileJudged = () -> {};
            time.elapsed(LONG);
            meanwhile.run();
        };
    }

    @ParameterizedTest
    @EnumSource(Act.class)
    void whatPeopleDoMeanwhileCounts(Act act) {
        Waiter waiter = waiting(TITLE);
        String number = waiter.record.number();
        slowly(waiter, () -> act.act.accept(simulator, number));
        approve(waiter);
        runUntil(() -> act.refusal == null ? waiter.lines().contains(act.line) : waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo(act.refusal);
        assertThat(waiter.isReleased()).isFalse();
    }

    @Test
    void alsoWhileAnotherDeploymentOfTheBatchIsDecided() {
        Waiter one = waiting("one");
        Waiter other = waiting("other");
        slowly(one, () -> simulator.people().cancel(other.record.number()));
        slowly(other, () -> simulator.people().cancel(one.record.number()));
        approve(one);
        approve(other);
        runUntil(() -> one.refusal() != null || other.refusal() != null || one.isReleased() && other.isReleased());
        assertThat(one.isReleased() && other.isReleased()).isFalse();
    }

    /** An instance that is always slow releases, too; one that can't be read again does not. */
    @Test
    void anInstanceThatIsAlwaysSlowReleases() {
        Waiter waiter = waiting(TITLE);
        latency(Duration.ofSeconds(25));
        approve(waiter);
        runUntil(waiter::isReleased);
    }

    @Test
    void whatCanNotBeReadAgainWaits() {
        Waiter waiter = waiting(TITLE);
        waiter.conflicts = ConflictPolicy.TELL;
        slowly(waiter, () -> simulator.faults().on(Endpoint.LIST).times(1, Fault.unavailable()));
        approve(waiter);
        runUntil(() -> waiter.lines().contains("ReleaseCheck.NotReadAgain"));
        assertThat(waiter.isReleased()).isFalse();
        runUntil(waiter::isReleased);
    }
}
