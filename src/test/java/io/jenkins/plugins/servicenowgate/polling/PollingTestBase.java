package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
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
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.jvnet.localizer.Localizable;

/**
 * The poller of one connection, against the simulator, and deployments that wait at it. Unless a test asks for real time,
 * poller and simulator share a clock that passes only while the test waits, at the pace of a real instance.
 */
public abstract class PollingTestBase {
    protected static final String TITLE = "Jenkins: Deploy \"shop\" version 1 to \"Production\"";
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    /** One connection pool for all tests; each closes what it opened. */
    private static final OkHttpClient HTTP =
            HttpClients.create(new HttpClients.Timeouts(READ_TIMEOUT, READ_TIMEOUT, READ_TIMEOUT.multipliedBy(2)));

    protected final TestTime time;
    protected final InstantSource clock;
    protected final RateLimiter rateLimiter = new RateLimiter();
    /** Spreads waits. */
    protected final Random random = new Random(1);

    protected PollingPolicy policy;
    protected ServiceNowSimulator simulator;
    protected ServiceNowClient client;
    protected ConnectionContext context;
    protected ChangePoller poller;
    protected volatile ServiceNowException noConnection;
    protected NewChange newChange = new NewChange.Normal();
    protected boolean automaticTransition;
    protected boolean waitsAfterRejection;
    /** What administrators have mapped. */
    protected ModelStates states = ModelStates.DEFAULT;
    /** What the deployments of a test want of a new change. */
    protected Map<String, String> fields = Map.of("description", "d");

    protected Map<ItemSetting, String> items = Map.of();
    protected ChangeEvidence evidence;
    protected DeploymentWindow window;
    protected final Set<String> finished = new HashSet<>();
    private volatile Duration readTimeout = READ_TIMEOUT;
    private volatile Duration latency = Duration.ZERO;
    /** After the instance has executed a request, and before the plugin has its response. */
    protected volatile Consumer<Request> whenAnswered = request -> {};

    protected PollingTestBase() {
        this(
                new ManualScheduler(new SettableClock(Instant.parse("2026-12-01T20:00:00Z"))),
                PollingPolicy.of(Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(5)));
    }

    protected PollingTestBase(TestTime time, PollingPolicy policy) {
        this.time = time;
        this.clock = time.clock();
        this.policy = policy;
    }

    @BeforeEach
    protected final void start() {
        simulator = ServiceNowSimulator.builder().clock(clock).start();
        useWallClock(clock);
    }

    /**
     * Begins anew, with a clock of this controller that people may set.
     *
     * @param wall may differ from the clock by which everything is scheduled, which is that of the instance, too
     */
    protected final void useWallClock(InstantSource wall) {
        client = new ServiceNowClient(
                HTTP.newBuilder().addInterceptor(this::send).build(),
                InstanceUrl.parse(simulator.baseUrl()),
                () -> SignIn.password(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD),
                wall);
        context = new ConnectionContext(
                () -> {
                    if (noConnection != null) {
                        throw noConnection;
                    }
                    return client;
                },
                () -> policy,
                rateLimiter,
                clock,
                new InstanceClock(wall),
                random,
                time.timer(),
                time.workers(),
                () -> states,
                new SeenModelStates());
        poller = new ChangePoller(context);
    }

    @AfterEach
    protected final void stop() {
        time.close();
        simulator.close();
        HTTP.connectionPool().evictAll();
    }

    private Response send(Interceptor.Chain chain) throws IOException {
        try {
            Response response = chain.withReadTimeout((int) readTimeout.toMillis(), TimeUnit.MILLISECONDS)
                    .proceed(chain.request());
            time.elapsed(latency);
            whenAnswered.accept(chain.request());
            return response;
        } catch (InterruptedIOException e) {
            time.elapsed(HttpClients.Timeouts.DEFAULT.read());
            throw e;
        }
    }

    /** For faults that are slower: by the clock of the test, a request still takes as long as it does in production. */
    protected final void realReadTimeout(Duration timeout) {
        readTimeout = timeout;
    }

    /** How long each answer takes by the clock of the test. */
    protected final void latency(Duration duration) {
        latency = duration;
    }

    protected final void runUntil(BooleanSupplier condition) {
        time.runUntil(condition);
    }

    protected final ChangeUpdateQueue newUpdateQueue() {
        return new ChangeUpdateQueue(context);
    }

    protected static ChangeUpdateQueue.DeploymentUpdates updates(
            SimulatedChange change, ChangeOutbox outbox, ChangeUpdateQueue.Owner owner) {
        return new ChangeUpdateQueue.DeploymentUpdates(new SysId(change.sysId()), change.number(), outbox, owner);
    }

    /** Of a deployment that has nothing to write but this note. */
    protected static ChangeOutbox outboxWith(String note) {
        ChangeOutbox outbox = new ChangeOutbox();
        outbox.note(note, "1-a");
        return outbox;
    }

    /** Begins to write what is pending, with a queue of its own. */
    protected final RecordingOwner write(SimulatedChange change, ChangeOutbox outbox) {
        RecordingOwner owner = new RecordingOwner();
        newUpdateQueue().write(updates(change, outbox, owner));
        return owner;
    }

    /** A listener that writes everything down. */
    public final class Waiter implements ApprovalListener, ReleaseRequirements {
        final String id;
        final ChangeLink record;
        final List<Object> lines = new ArrayList<>();
        final List<String> texts = new ArrayList<>();
        final List<String> outages = new ArrayList<>();
        final List<String> saved = new ArrayList<>();
        final AtomicBoolean diskFull = new AtomicBoolean();
        final PendingApproval approval;
        Runnable whileSaving = () -> {};
        Runnable whileJudged = () -> {};
        Runnable whilePolled = () -> {};
        Runnable whileReporting = () -> {};
        final List<ApprovalRound> approvals = new ArrayList<>();
        volatile Separation separation;
        volatile ConflictPolicy conflicts = ConflictPolicy.UNSET;
        Localizable refusal;
        boolean released;

        Waiter(String title, String number) {
            this(title, number, UUID.randomUUID().toString(), new ChangeLink());
        }

        /** As after a restart. */
        Waiter(String title, String number, String id, ChangeLink record) {
            this.id = id;
            this.record = record;
            approval = new PendingApproval(
                    new ChangeSpec(title, number, newChange, fields, automaticTransition)
                            .withItems(items)
                            .withEvidence(evidence)
                            .withWindow(window)
                            .waitingAfterRejection(waitsAfterRejection)
                            .forDeployment(id),
                    record,
                    this,
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
        public synchronized void reportOutage(Localizable news, Localizable error) {
            assertThat(news.toString()).contains(error.toString());
            outages.add(news.getKey());
            report(news);
        }

        @Override
        public synchronized void report(Localizable news) {
            whileReporting.run();
            lines.add(news.getKey());
            texts.add(news.toString());
        }

        @Override
        public void onPolled(
                io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest change,
                ReleaseDecision decision,
                Instant next) {
            assertThat(next == null).isEqualTo(!(decision instanceof ReleaseDecision.Wait));
            whilePolled.run();
        }

        @Override
        public synchronized boolean isFinished(SysId change) {
            return finished.contains(change.value());
        }

        @Override
        public synchronized void proceed(
                io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest change, Localizable reason) {
            assertThat(released || refusal != null).isFalse();
            assertThat(change.sysId()).isEqualTo(record.sysId());
            released = true;
        }

        @Override
        public synchronized void refuse(Localizable reason) {
            assertThat(released || refusal != null).isFalse();
            refusal = reason;
        }

        @Override
        public synchronized void onApprovals(ApprovalRound read) {
            approvals.add(read);
        }

        @Override
        public ConflictPolicy conflictPolicy() {
            whileJudged.run();
            return conflicts;
        }

        @Override
        public Separation separation() {
            return separation;
        }

        synchronized boolean isReleased() {
            return released;
        }

        synchronized Object refusal() {
            return refusal == null ? null : refusal.getKey();
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
            poller.resume(approval);
            return this;
        }
    }

    protected Waiter byTitle() {
        return new Waiter(TITLE, null).admit();
    }

    protected SimulatedChange theChange() {
        runUntil(() -> simulator.changes().size() == 1);
        return simulator.changes().get(0);
    }
}
