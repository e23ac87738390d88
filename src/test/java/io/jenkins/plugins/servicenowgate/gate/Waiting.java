package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The keeper of one connection, against the simulator, and deployments that wait at it. Unless a test asks for real time,
 * keeper and simulator share a clock that passes only while the test waits, at the pace of a real instance.
 */
abstract class Waiting {
    static final String TITLE = "Jenkins: Deploy \"shop\" version 1 to \"Production\"";
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    /** One connection pool for all tests; each closes what it opened. */
    private static final OkHttpClient HTTP =
            HttpClients.create(new HttpClients.Timeouts(READ_TIMEOUT, READ_TIMEOUT, READ_TIMEOUT.multipliedBy(2)));

    final TestTime time;
    final InstantSource clock;
    final Budget budget = new Budget();
    /** Spreads waits. */
    final Random random = new Random(1);

    Pace pace;
    ServiceNowSimulator simulator;
    ServiceNowClient client;
    GateKeeper keeper;
    volatile ServiceNowException noConnection;
    NewChange newChange = new NewChange.Normal();
    boolean automaticTransition;
    final Set<String> finished = new HashSet<>();
    private volatile Duration readTimeout = READ_TIMEOUT;
    private volatile Duration latency = Duration.ZERO;

    Waiting() {
        this(
                new ManualScheduler(new SettableClock(Instant.parse("2026-12-01T20:00:00Z"))),
                Pace.of(Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(5)));
    }

    Waiting(TestTime time, Pace pace) {
        this.time = time;
        this.clock = time.clock();
        this.pace = pace;
    }

    @BeforeEach
    final void start() {
        simulator = ServiceNowSimulator.builder().clock(clock).start();
        client = new ServiceNowClient(
                HTTP.newBuilder().addInterceptor(this::send).build(),
                InstanceUrl.parse(simulator.baseUrl()),
                () -> new SignIn(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD),
                clock);
        keeper = new GateKeeper(
                () -> {
                    if (noConnection != null) {
                        throw noConnection;
                    }
                    return client;
                },
                () -> pace,
                budget,
                clock,
                random,
                time.timer(),
                time.workers());
    }

    @AfterEach
    final void stop() {
        time.close();
        simulator.close();
        HTTP.connectionPool().evictAll();
    }

    private Response send(Interceptor.Chain chain) throws IOException {
        try {
            Response response = chain.withReadTimeout((int) readTimeout.toMillis(), TimeUnit.MILLISECONDS)
                    .proceed(chain.request());
            time.elapsed(latency);
            return response;
        } catch (InterruptedIOException e) {
            time.elapsed(HttpClients.Timeouts.DEFAULT.read());
            throw e;
        }
    }

    /** For faults that are slower: by the clock of the test, a request still takes as long as it does in production. */
    final void realReadTimeout(Duration timeout) {
        readTimeout = timeout;
    }

    /** How long each answer takes by the clock of the test. */
    final void latency(Duration duration) {
        latency = duration;
    }

    final void runUntil(BooleanSupplier condition) {
        time.runUntil(condition);
    }

    final Bookkeeper newBookkeeper() {
        return new Bookkeeper(() -> client, () -> pace, budget, clock, random, time.timer(), time.workers());
    }

    /** A listener that writes everything down. */
    final class Waiter implements GateListener {
        final GateRecord record = new GateRecord();
        final List<Object> lines = new ArrayList<>();
        final List<String> texts = new ArrayList<>();
        final List<String> saved = new ArrayList<>();
        final AtomicBoolean diskFull = new AtomicBoolean();
        final Gate gate;
        Runnable whileSaving = () -> {};
        Phrase refusal;
        boolean released;

        Waiter(String title, String number) {
            gate = new Gate(
                    new GateRequest(title, number, newChange, Map.of("description", "d"), automaticTransition),
                    record,
                    this,
                    clock.instant());
        }

        @Override
        public synchronized void save() throws IOException {
            whileSaving.run();
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
        runUntil(() -> simulator.changes().size() == 1);
        return simulator.changes().get(0);
    }
}
