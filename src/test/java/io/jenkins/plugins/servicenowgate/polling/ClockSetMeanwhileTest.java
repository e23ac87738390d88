package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the clock of the controller while the plugin tries to move a change, and polls it no more. */
class ClockSetMeanwhileTest extends PollingTestBase {
    private static final String TEMPLATE = "Deploy to production";
    private static final Duration UNTIL_START = Duration.ofHours(8);

    /** After the instance has answered a request about changes, and before the plugin has the response. */
    private final AtomicReference<Runnable> onItsWay = new AtomicReference<>(() -> {});

    private final OkHttpClient http = HttpClients.create(HttpClients.Timeouts.DEFAULT)
            .newBuilder()
            .addInterceptor(chain -> {
                Response response = chain.proceed(chain.request());
                if (chain.request().url().encodedPath().contains("/change")) {
                    onItsWay.get().run();
                }
                return response;
            })
            .build();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private Instant start;

    @BeforeEach
    void useAClockThatPeopleSet() {
        InstantSource wall = () -> clock.instant().plus(ahead.get());
        client = new ServiceNowClient(
                http,
                InstanceUrl.parse(simulator.baseUrl()),
                () -> SignIn.password(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD),
                wall);
        context = new ConnectionContext(
                () -> client,
                () -> policy,
                rateLimiter,
                clock,
                new InstanceClock(wall),
                random,
                time.timer(),
                time.workers());
        poller = new ChangePoller(context);
        simulator.addModel("Standard", true, "standard", Map.of());
        simulator.addTemplate(TEMPLATE, true, Map.of());
        newChange = new NewChange.Standard(TEMPLATE);
        automaticTransition = true;
        start = clock.instant().plus(UNTIL_START);
    }

    @AfterEach
    void close() {
        http.connectionPool().evictAll();
    }

    private void setForwardOnce() {
        onItsWay.set(() -> {
            onItsWay.set(() -> {});
            ahead.set(UNTIL_START.plusSeconds(60));
        });
    }

    /** Its date is between the times of request and response, whatever these are. */
    @Test
    void aClockThatIsSetWhileAResponseIsOnItsWayReleasesNothingBeforeItsTime() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator
                .people()
                .window(change.number(), start, start.plusSeconds(7200))
                .approve(change.number());
        newChange = new NewChange.Normal();
        automaticTransition = false;
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        setForwardOnce();
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }

    @Test
    void neitherDoesOneThatIsSetWhileTheChangeIsFound() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator
                .people()
                .window(change.number(), start, start.plusSeconds(7200))
                .approve(change.number());
        newChange = new NewChange.Normal();
        automaticTransition = false;
        Waiter waiter = new Waiter(TITLE, null);
        setForwardOnce();
        poller.start(waiter.approval);
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }

    /** The clock was behind, is set right after the change was read, and what is remembered of the instance's adds to that. */
    @Test
    void aClockThatIsSetRightWhileAChangeIsJudgedRefusesNothing() {
        ahead.set(UNTIL_START.negated());
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator
                .people()
                .window(change.number(), clock.instant(), clock.instant().plusSeconds(7200));
        newChange = new NewChange.Normal();
        automaticTransition = false;
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        time.runFor(Duration.ofMinutes(5));
        simulator.people().approve(change.number());
        waiter.whileJudged = () -> {
            if (change.state().equals(Optional.of(SimulatedState.IMPLEMENT))) {
                ahead.set(Duration.ZERO);
            }
        };
        runUntil(() -> waiter.isReleased() || waiter.refusal() != null);
        assertThat(waiter.refusal()).isNull();
        assertThat(ahead.get()).as("it was set").isZero();
    }

    private List<String> statesSent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .map(request -> request.json().get("state").asString())
                .toList();
    }

    /** The transition fails for a while, or its model does not offer it: only the transition is tried again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClockThatIsSetForwardStartsNothingBeforeItsTime(boolean offered) {
        if (offered) {
            simulator.faults().on(Endpoint.UPDATE).always(Fault.unavailable());
        } else {
            simulator.newer().designateModels(Map.of("standard", "Standard"));
            simulator.behaviour().failedCondition("Approved by the CAB");
        }
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        SimulatedChange change = theChange();
        simulator.people().window(change.number(), start, start.plusSeconds(7200));
        time.runFor(Duration.ofMinutes(10));
        assertThat(change.state()).contains(SimulatedState.NEW);

        ahead.set(UNTIL_START.plusSeconds(60));
        simulator.faults().clear();
        simulator.behaviour().failedCondition(null);
        time.runFor(Duration.ofHours(1));

        assertThat(waiter.isReleased()).as("before its planned start").isFalse();
        assertThat(statesSent()).doesNotContain(SimulatedState.IMPLEMENT.code());
        assertThat(change.state()).contains(SimulatedState.SCHEDULED);
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }
}
