package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/** An instance that accepts connections and never answers delays nobody else, with real threads. */
class FairConnectionsTest {
    private static final int SHARE = 6;
    private static final int MANY = 10;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    /** Far longer than the test waits for the other connection. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private ConnectionContext context(String url) {
        ServiceNowClient client = new ServiceNowClient(
                HttpClients.create(new HttpClients.Timeouts(TIMEOUT, TIMEOUT, TIMEOUT)),
                InstanceUrl.parse(url),
                () -> SignIn.password(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD),
                Clock.systemUTC());
        PollingPolicy policy = new PollingPolicy(INTERVAL, INTERVAL, INTERVAL, INTERVAL, 3, 3);
        return new ConnectionContext(
                () -> client,
                () -> policy,
                new RateLimiter(),
                new SteadyClock(),
                new InstanceClock(Clock.systemUTC()),
                new Random(1),
                timer,
                new BoundedExecutor(threads, SHARE));
    }

    private static final class Deployment implements ApprovalListener {
        final ChangeLink record = new ChangeLink();
        final AtomicBoolean released = new AtomicBoolean();
        final PendingApproval approval;

        Deployment(String title) {
            approval = new PendingApproval(
                    new ChangeSpec(title, null, new NewChange.Normal(), Map.of(), false),
                    record,
                    this,
                    new NoRequirements(),
                    Instant.now());
        }

        @Override
        public void save() {
            // Kept in memory.
        }

        @Override
        public void report(Localizable news) {
            // Nobody reads it.
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            // Nobody reads it.
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            released.set(true);
        }

        @Override
        public void refuse(Localizable reason) {
            throw new AssertionError(reason.toString());
        }
    }

    @Test
    void anInstanceThatNeverAnswersDelaysNoOther() throws Exception {
        try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                ServiceNowSimulator simulator = ServiceNowSimulator.builder().start()) {
            ConnectionContext silent = context("http://127.0.0.1:" + blackHole.getLocalPort());
            ChangePoller silentPoller = new ChangePoller(silent);
            ChangeUpdateQueue silentUpdates = new ChangeUpdateQueue(silent);
            RecordingOwner owner = new RecordingOwner();
            for (int i = 0; i < MANY; i++) {
                silentPoller.start(new Deployment("silent " + i).approval);
                ChangeOutbox outbox = new ChangeOutbox();
                outbox.note("a note", "mark " + i);
                silentUpdates.write(new ChangeUpdateQueue.DeploymentUpdates(
                        new SysId(String.format("%032x", i)), "CHG" + i, outbox, owner));
            }
            // The share of the silent connection is in use by now, or will be.
            blackHole.accept();

            ChangePoller poller = new ChangePoller(context(simulator.baseUrl()));
            Deployment deployment = new Deployment("answers");
            poller.start(deployment.approval);
            await().atMost(Duration.ofSeconds(60)).until(deployment.record::isLinked);
            SimulatedChange change = simulator.changes().get(0);
            simulator.people().approve(change.number());
            await().atMost(Duration.ofSeconds(60)).untilTrue(deployment.released);
            assertThat(silentPoller.size()).isEqualTo(MANY);
            assertThat(owner.isSettled()).isFalse();
            assertThat(owner.givenUp).isEmpty();
        }
    }

    @Test
    void aShareIsNeverExceededAndServesEveryTask() throws Exception {
        BoundedExecutor share = new BoundedExecutor(threads, 2);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch third = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            share.execute(() -> {
                begun.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException("a failed task must not keep its place");
            });
        }
        share.execute(third::countDown);
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        BoundedExecutor other = new BoundedExecutor(threads, 1);
        CountDownLatch otherRan = new CountDownLatch(1);
        other.execute(otherRan::countDown);
        assertThat(otherRan.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(third.getCount()).isEqualTo(1);

        mayEnd.countDown();
        assertThat(third.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
