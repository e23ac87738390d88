package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The keeper of one connection at a quick pace, against the simulator, and deployments that wait at it. */
abstract class Waiting {
    static final String TITLE = "Jenkins: Deploy \"shop\" version 1 to \"Production\"";
    static final Duration INTERVAL = Duration.ofMillis(60);

    final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    final ExecutorService workers = Executors.newFixedThreadPool(4);
    ServiceNowSimulator simulator;
    ServiceNowClient client;
    Pace pace = new Pace(INTERVAL, Duration.ofMillis(20), Duration.ofMillis(80), Duration.ofMillis(400), 3, 3);
    final Budget budget = new Budget();
    GateKeeper keeper;
    volatile ServiceNowException noConnection;
    NewChange newChange = new NewChange.Normal();
    boolean automaticTransition;
    final Set<String> finished = new HashSet<>();

    @BeforeEach
    final void start() {
        timer.setRemoveOnCancelPolicy(true);
        simulator = ServiceNowSimulator.start();
        client = new ServiceNowClient(
                HttpClients.create(
                        new HttpClients.Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(3))),
                InstanceUrl.parse(simulator.baseUrl()),
                () -> new SignIn(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD),
                Clock.systemUTC());
        keeper = new GateKeeper(
                () -> {
                    if (noConnection != null) {
                        throw noConnection;
                    }
                    return client;
                },
                () -> pace,
                budget,
                Clock.systemUTC(),
                new Random(1),
                timer,
                workers);
    }

    @AfterEach
    final void stop() {
        timer.shutdownNow();
        workers.shutdownNow();
        simulator.close();
    }

    /** A listener that writes everything down. */
    final class Waiter implements GateListener {
        final GateRecord record = new GateRecord();
        final List<Object> lines = new ArrayList<>();
        final List<String> texts = new ArrayList<>();
        final List<String> saved = new ArrayList<>();
        final AtomicBoolean diskFull = new AtomicBoolean();
        final Gate gate;
        boolean slowDisk;
        Phrase refusal;
        boolean released;

        Waiter(String title, String number) {
            gate = new Gate(
                    new GateRequest(title, number, newChange, Map.of("description", "d"), automaticTransition),
                    record,
                    this,
                    Instant.now());
        }

        @Override
        public synchronized void save() throws IOException {
            if (slowDisk) {
                try {
                    // The time in which another gate could come between looking and creating.
                    new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (diskFull.get()) {
                throw new IOException("disk full");
            }
            saved.add(record.number() + "/" + record.creationsSent() + "/"
                    + simulator.changes().size());
        }

        @Override
        public synchronized void tell(Phrase news) {
            lines.add(news.key());
            texts.add(news.text());
        }

        @Override
        public void looked(
                io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest change, Decision decision, Instant next) {
            assertThat(next == null).isEqualTo(!(decision instanceof Decision.Wait));
        }

        @Override
        public synchronized boolean isFinished(SysId change) {
            return finished.contains(change.value());
        }

        @Override
        public synchronized void proceed(io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest change) {
            assertThat(released || refusal != null).isFalse();
            assertThat(change.sysId()).isEqualTo(record.sysId());
            released = true;
        }

        @Override
        public synchronized void refuse(Phrase reason) {
            assertThat(released || refusal != null).isFalse();
            refusal = reason;
        }

        synchronized boolean isReleased() {
            return released;
        }

        synchronized Object refusal() {
            return refusal == null ? null : refusal.key();
        }

        synchronized List<Object> lines() {
            return List.copyOf(lines);
        }

        synchronized List<String> texts() {
            return List.copyOf(texts);
        }

        /** As after a restart. */
        void linkedTo(String number) {
            try {
                record.link(client.findByNumber(number).orElseThrow());
            } catch (ServiceNowException e) {
                throw new IllegalStateException(e);
            }
        }

        Waiter admit() {
            keeper.admit(gate);
            return this;
        }
    }

    Waiter byTitle() {
        return new Waiter(TITLE, null).admit();
    }

    SimulatedChange theChange() {
        await().until(() -> simulator.changes().size() == 1);
        return simulator.changes().get(0);
    }
}
