package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/** What becomes of changes whose deployments were let go: seen for as long as it matters, together, and no longer. */
class ReleasedChangeMonitorTest extends PollingTestBase {
    private ReleasedChangeMonitor releasedMonitor;

    @BeforeEach
    void open() {
        releasedMonitor = new ReleasedChangeMonitor(context);
    }

    private final class Running implements ReleasedChangeMonitor.MonitoredDeployment {
        final SimulatedChange change;
        final List<ReleaseDecision> seen = new CopyOnWriteArrayList<>();
        final List<Localizable> unseen = new CopyOnWriteArrayList<>();
        volatile boolean open = true;
        volatile String number;

        Running() {
            change = simulator.addChange(Map.of("short_description", TITLE));
            simulator.people().approve(change.number());
            number = change.number();
        }

        @Override
        public SysId change() {
            return new SysId(change.sysId());
        }

        @Override
        public String number() {
            return number;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void onPolled(ChangeRequest row, ReleaseDecision decision) {
            seen.add(decision);
        }

        @Override
        public void onPollFailed(Localizable why) {
            unseen.add(why);
        }

        ReleaseDecision last() {
            return seen.get(seen.size() - 1);
        }
    }

    @Test
    void reportsDecisionsUntilNobodyNeedsThem() {
        Running running = new Running();
        releasedMonitor.watch(running, true);
        runUntil(() -> running.seen.size() > 1);
        assertThat(running.last()).isInstanceOf(ReleaseDecision.Proceed.class);

        simulator.people().hold(running.number, "CAB meets");
        runUntil(() -> running.last() instanceof ReleaseDecision.Wait);
        assertThat(running.last().reason().toString()).contains("CAB meets");
        simulator.people().resume(running.number);
        runUntil(() -> running.last() instanceof ReleaseDecision.Proceed);
        simulator.people().cancel(running.number);
        runUntil(() -> running.last() instanceof ReleaseDecision.Refuse);

        running.open = false;
        runUntil(() -> releasedMonitor.size() == 0);
        int requests = simulator.requests().count();
        time.runFor(policy.interval().multipliedBy(5));
        assertThat(simulator.requests().count()).isEqualTo(requests);
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void theFirstPollComesSoonOnlyWhereNothingIsKnown() {
        policy = new PollingPolicy(Duration.ofHours(1), policy.firstRetry(), policy.lastRetry(), policy.settle(), 3, 3);
        Running known = new Running();
        releasedMonitor.watch(known, false);
        Running unknown = new Running();
        time.runFor(Duration.ofMinutes(59));
        assertThat(known.seen).isEmpty();
        releasedMonitor.watch(unknown, true);
        runUntil(() -> unknown.seen.size() == 1);
    }

    @Test
    void pollsAtTheEndOfAWindowWithoutWaitingForItsTurn() {
        Running running = new Running();
        Instant end = clock.instant().plus(Duration.ofMinutes(20)).truncatedTo(ChronoUnit.SECONDS);
        simulator.people().window(running.number, null, end);
        policy = new PollingPolicy(Duration.ofHours(1), policy.firstRetry(), policy.lastRetry(), policy.settle(), 3, 3);
        releasedMonitor.watch(running, true);
        runUntil(() -> running.seen.size() == 2);
        assertThat(running.seen.get(0)).isInstanceOf(ReleaseDecision.Proceed.class);
        assertThat(running.seen.get(1)).isInstanceOf(ReleaseDecision.Refuse.class);
        assertThat(clock.instant()).isBetween(end, end.plusSeconds(1));
    }

    @Test
    void manyNeedOneRequestForAHundred() {
        List<Running> all = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            all.add(new Running());
        }
        simulator.requests().clear();
        all.forEach(running -> releasedMonitor.watch(running, false));
        runUntil(() -> all.stream().allMatch(running -> running.seen.size() == 1));
        assertThat(simulator.requests().count(Endpoint.LIST)).isEqualTo(2);
    }

    @Test
    void reportsWhatItCannotReadAndKeepsTheGateClosed() {
        Running running = new Running();
        releasedMonitor.watch(running, true);
        runUntil(() -> !running.seen.isEmpty());
        simulator.faults().on(Endpoint.LIST).always(Fault.unavailable());
        runUntil(() -> running.unseen.size() > 1);
        simulator.faults().clear();
        int before = running.seen.size();
        runUntil(() -> running.seen.size() > before);

        simulator.people().hide(running.number);
        running.unseen.clear();
        runUntil(() -> !running.unseen.isEmpty());
        assertThat(running.unseen.get(0)).hasToString(Messages.ChangePoller_Absent(running.number));
    }

    @Test
    void anotherNumberInTheRowProvesNothing() {
        Running running = new Running();
        running.number = "CHG0099999";
        releasedMonitor.watch(running, true);
        runUntil(() -> !running.unseen.isEmpty());
        assertThat(running.unseen.get(0))
                .hasToString(Messages.ChangePoller_OtherNumber("CHG0099999", running.change.number()));
        assertThat(running.seen).isEmpty();
    }

    @Test
    void isQuietAsLongAsTheInstanceAsksForIt() {
        Running running = new Running();
        rateLimiter.pause(clock.instant(), Duration.ofMinutes(10), null);
        simulator.requests().clear();
        releasedMonitor.watch(running, true);
        time.runFor(Duration.ofMinutes(9));
        assertThat(simulator.requests().count()).isZero();
        runUntil(() -> !running.seen.isEmpty());
    }
}
