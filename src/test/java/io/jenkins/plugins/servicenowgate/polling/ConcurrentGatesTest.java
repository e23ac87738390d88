package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/**
 * What several threads do at the same time. These tests run on the system's clock, a timer thread and four workers, since
 * a race can't happen on the single thread of the other tests.
 */
class ConcurrentGatesTest extends PollingTestBase {
    private static final int MANY = 60;

    ConcurrentGatesTest() {
        super(
                new RealTime(),
                new PollingPolicy(
                        Duration.ofMillis(60),
                        Duration.ofMillis(20),
                        Duration.ofMillis(80),
                        Duration.ofMillis(400),
                        3,
                        3));
    }

    private List<Waiter> admitted(int count) {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiters.add(new Waiter(TITLE.replace("shop", "s" + i), null).admit());
        }
        return waiters;
    }

    @Test
    void createsOneChangeForTheSameDeploymentTwice() {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Waiter waiter = new Waiter(TITLE, null);
            // The time in which another gate could come between looking and creating.
            waiter.whileSaving = () -> pause(50);
            waiters.add(waiter.admit());
        }
        runUntil(() -> waiters.stream().allMatch(w -> w.record.isLinked()));

        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    private static void pause(int milliseconds) {
        try {
            new CountDownLatch(1).await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void everyGateGoesOnceThroughAnOutage() {
        simulator.faults().on(Endpoint.LIST).times(20, Fault.unavailable());
        List<Waiter> waiters = admitted(MANY);
        runUntil(() -> waiters.stream().allMatch(w -> w.record.isLinked()));
        assertThat(simulator.changes()).hasSize(MANY);
        simulator.faults().on(Endpoint.LIST).times(3, Fault.unavailable());
        waiters.forEach(waiter -> simulator.people().approve(waiter.record.number()));
        runUntil(() -> waiters.stream().allMatch(Waiter::isReleased));

        runUntil(() -> poller.size() == 0 && time.scheduled() == 0);
        assertThat(waiters).allSatisfy(waiter -> assertThat(waiter.refusal()).isNull());
    }

    @Test
    void gatesComeAndGoWhileOthersAreRead() {
        List<Waiter> stay = admitted(MANY);
        runUntil(() -> stay.stream().allMatch(w -> w.record.isLinked()));
        List<Waiter> leave = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Waiter waiter = new Waiter(TITLE.replace("shop", "t" + i), null).admit();
            leave.add(waiter);
            simulator.people().approve(stay.get(i).record.number());
            poller.cancel(waiter.approval);
        }
        runUntil(() -> stay.stream().allMatch(Waiter::isReleased));

        assertThat(poller.size()).isZero();
        assertThat(leave).allSatisfy(waiter -> {
            assertThat(waiter.isReleased()).isFalse();
            assertThat(waiter.refusal()).isNull();
        });
    }

    @Test
    void eachBookIsWrittenOnceAndInOrder() {
        simulator.behaviour().journalShown(true);
        ChangeUpdateQueue updateQueue = newUpdateQueue();
        RecordingOwner owner = new RecordingOwner();
        simulator.faults().on(Endpoint.UPDATE).times(10, Fault.unavailable());
        List<SimulatedChange> changes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
            simulator.people().moveTo(change.number(), SimulatedState.IMPLEMENT);
            changes.add(change);
            ChangeOutbox outbox = new ChangeOutbox();
            outbox.note("first", i + "-a");
            outbox.note("second", i + "-b");
            outbox.finish(RecordingOwner.ended(PendingUpdate.CloseCode.SUCCESSFUL, false));
            ChangeUpdateQueue.DeploymentUpdates updates = updates(change, outbox, owner);
            updateQueue.write(updates);
            updateQueue.write(updates);
        }
        runUntil(() -> owner.settled.get() >= MANY && time.scheduled() == 0);

        assertThat(owner.givenUp).isEmpty();
        assertThat(changes).allSatisfy(change -> {
            assertThat(change.workNotes()).hasSize(2);
            assertThat(change.workNotes().get(0)).startsWith("first");
            assertThat(change.state()).contains(SimulatedState.REVIEW);
        });
    }

    @Test
    void deploymentsComeAndEndWhileOthersAreGuarded() {
        ReleasedChangeMonitor releasedMonitor = new ReleasedChangeMonitor(context);
        List<MonitoredDeployment> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
            simulator.people().approve(change.number());
            MonitoredDeployment guarded = new MonitoredDeployment(change);
            all.add(guarded);
            releasedMonitor.watch(guarded, true);
            all.get(i / 2).open = i % 2 == 0;
        }
        runUntil(() -> all.stream().filter(guarded -> guarded.open).allMatch(guarded -> guarded.seen.get() > 1));
        all.forEach(guarded -> guarded.open = false);

        runUntil(() -> releasedMonitor.size() == 0 && time.scheduled() == 0);
        assertThat(all).allSatisfy(guarded -> assertThat(guarded.unseen).isEmpty());
    }

    private static final class MonitoredDeployment implements ReleasedChangeMonitor.MonitoredDeployment {
        final SimulatedChange change;
        final AtomicInteger seen = new AtomicInteger();
        final List<Localizable> unseen = new CopyOnWriteArrayList<>();
        volatile boolean open = true;

        MonitoredDeployment(SimulatedChange change) {
            this.change = change;
        }

        @Override
        public SysId change() {
            return new SysId(change.sysId());
        }

        @Override
        public String number() {
            return change.number();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void onPolled(ChangeRequest row, ReleaseDecision decision) {
            seen.incrementAndGet();
        }

        @Override
        public void onPollFailed(Localizable why) {
            unseen.add(why);
        }
    }
}
