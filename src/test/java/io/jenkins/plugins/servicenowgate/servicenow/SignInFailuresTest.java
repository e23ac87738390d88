package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a sign-in that failed is sent again, and that deployments share one sign-in and its failure. */
class SignInFailuresTest {
    private static final String REFUSED = "{\"error\":\"server_error\",\"error_description\":\"access_denied\"}";
    private static final Duration STEP = Duration.ofSeconds(5);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-12-01T20:00:00Z"));
    private final SignInFailures failures = new SignInFailures(clock);
    private final AtomicInteger sent = new AtomicInteger();
    private volatile Supplier<Response.Builder> answer = () -> response(401, REFUSED);
    private volatile Runnable whileSigningIn = () -> {};
    private String address = "https://scripted.example";
    private volatile SignIn signIn = SignIn.password("client", "secret", "user", "pass");
    private ServiceNowClient client = client();

    private static Response.Builder response(int status, String body) {
        return ScriptedAnswers.response(status, "application/json", body);
    }

    private ServiceNowClient client() {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    sent.incrementAndGet();
                    whileSigningIn.run();
                    return answer.get().request(chain.request()).build();
                })
                .build();
        return new ServiceNowClient(http, InstanceUrl.parse(address), () -> signIn, clock, failures);
    }

    private ServiceNowException fails() {
        return catchThrowableOfType(ServiceNowException.class, client::signIn);
    }

    /** Many deployments try every few seconds; the times are seconds after the first refusal. */
    @Test
    void aRefusedSignInIsSentAtMostThreeTimesMoreInFifteenMinutes() {
        List<Long> times = new ArrayList<>();
        for (Duration after = Duration.ZERO; after.compareTo(Duration.ofMinutes(40)) <= 0; after = after.plus(STEP)) {
            int before = sent.get();
            ServiceNowException e = fails();
            assertThat(e.problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
            assertThat(e.getMessage()).contains("server_error: access_denied");
            assertThat(e.isRepeated()).isEqualTo(sent.get() == before);
            assertThat(e.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(30));
            if (sent.get() > before) {
                times.add(after.toSeconds());
            }
            clock.advance(STEP);
        }
        assertThat(times).containsExactly(0L, 60L, 300L, 900L, 1200L, 1500L, 1800L, 2100L, 2400L);
    }

    @Test
    void aClientWithOtherSettingsSendsNoFurtherSignIns() {
        fails();
        client = client();
        assertThat(fails().isRepeated()).isTrue();
        assertThat(sent).hasValue(1);
    }

    @Test
    void changedCredentialsAreTriedAtOnce() throws Exception {
        fails();
        for (SignIn changed : List.of(
                SignIn.password("client", "secret", "user", "other"),
                SignIn.password("client", "other", "user", "pass"),
                SignIn.password("client", "secret", "other", "pass"),
                SignIn.clientCredentials("client", "secret"),
                // The same text, divided in another way.
                SignIn.password("clients", "ecret", "user", "pass"))) {
            signIn = changed;
            assertThat(fails().isRepeated()).isFalse();
            assertThat(fails().isRepeated()).isTrue();
        }
        assertThat(sent).hasValue(6);

        signIn = SignIn.password("client", "secret", "user", "right");
        answer = () -> response(200, ScriptedAnswers.TOKEN);
        client.signIn();
    }

    @Test
    void aSuccessEndsTheSeries() throws Exception {
        fails();
        clock.advance(Duration.ofMinutes(1));
        answer = () -> response(200, "{\"access_token\":\"t\",\"expires_in\":1}");
        client.signIn();
        clock.advance(Duration.ofSeconds(1));
        answer = () -> response(401, REFUSED);
        fails();
        clock.advance(Duration.ofMinutes(1));
        assertThat(fails().isRepeated()).isFalse();
        assertThat(sent).hasValue(4);
    }

    @Test
    void anotherFailureIsSharedForThreeSeconds() {
        answer = () -> response(502, "");
        assertThat(fails().isRepeated()).isFalse();
        clock.advance(Duration.ofMillis(2999));
        assertThat(fails().isRepeated()).isTrue();
        assertThat(sent).hasValue(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(fails().problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(sent).hasValue(2);
    }

    @Test
    void concurrentDeploymentsShareOneSignIn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        whileSigningIn = () -> {
            begun.countDown();
            try {
                answered.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        List<CompletableFuture<ServiceNowException>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(CompletableFuture.supplyAsync(this::fails));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        }
        // No lock is held during the request: other credentials need not wait for it.
        whileSigningIn = () -> {};
        signIn = SignIn.password("client", "secret", "user", "other");
        assertThat(fails().problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
        answered.countDown();

        for (CompletableFuture<ServiceNowException> one : all) {
            assertThat(one.get(30, TimeUnit.SECONDS).problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
        }
        assertThat(sent).hasValueLessThanOrEqualTo(3);
    }

    /** Each of its requests is a sign-in. */
    @Test
    void anAcceptedApiKeyEndsTheSeries() throws Exception {
        signIn = new SignIn.ApiKey("k3y");
        assertThat(readFails().problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
        clock.advance(Duration.ofMinutes(1));
        answer = () -> response(200, "{\"result\":[]}");
        client.findByNumber("CHG1");
        answer = () -> response(401, REFUSED);
        assertThat(readFails().isRepeated()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(readFails().isRepeated()).as("the first delay again").isFalse();
        assertThat(sent).hasValue(4);
    }

    private ServiceNowException readFails() {
        return catchThrowableOfType(ServiceNowException.class, () -> client.findByNumber("CHG1"));
    }

    @Test
    void theSameCredentialsAreTriedAtAnotherInstance() {
        fails();
        assertThat(fails().isRepeated()).isTrue();
        address = "https://other.example";
        client = client();
        assertThat(fails().isRepeated()).isFalse();
        assertThat(sent).hasValue(2);
    }

    /** Credentials that nobody has used for an hour after their delay begin anew. */
    @ParameterizedTest
    @CsvSource({"3600, true", "3601, false"})
    void anOldFailureDoesNotCount(int secondsAfterItsDelay, boolean counts) {
        fails();
        clock.advance(Duration.ofMinutes(1).plusSeconds(secondsAfterItsDelay));
        assertThat(fails().isRepeated()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(fails().isRepeated()).as("the second delay").isEqualTo(counts);
    }

    /** Another deployment that waits for the same sign-in. */
    private CompletableFuture<Optional<ServiceNowClient.Grant>> other;

    /** While the sign-in is sent, another deployment begins to wait for it. */
    private void anotherWaits() {
        whileSigningIn = () -> {
            whileSigningIn = () -> {};
            other = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    other.complete(client.signIn());
                } catch (ServiceNowException | RuntimeException e) {
                    other.completeExceptionally(e);
                }
            });
            waiting.start();
            await().until(() -> waiting.getState() == Thread.State.WAITING || other.isDone());
        };
    }

    @Test
    void whoeverWaitsForASignInSharesItsToken() throws Exception {
        answer = () -> response(200, ScriptedAnswers.TOKEN);
        anotherWaits();
        Optional<ServiceNowClient.Grant> grant = client.signIn();
        assertThat(grant)
                .contains(new ServiceNowClient.Grant("", clock.instant().plusSeconds(1800)));
        assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(grant);
        assertThat(sent).hasValue(1);
    }

    @Test
    void whoeverWaitsForASignInSharesItsFailure() {
        anotherWaits();
        assertThat(fails().isRepeated()).isFalse();
        assertThatThrownBy(() -> other.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(ServiceNowException.class, e -> {
                    assertThat(e.problem()).isEqualTo(FailureKind.SIGN_IN_REFUSED);
                    assertThat(e.isRepeated()).isTrue();
                });
        assertThat(sent).hasValue(1);
    }

    @Test
    void whoeverWaitsForASignInSharesAnAccident() {
        IllegalStateException ours = new IllegalStateException("ours");
        answer = () -> {
            throw ours;
        };
        anotherWaits();
        assertThatThrownBy(client::signIn).isSameAs(ours);
        assertThatThrownBy(() -> other.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasCause(ours);
    }

    /** As when the thread is stopped: the interrupt remains, and the deployment tries again. */
    @Test
    void whoeverIsInterruptedWaitsNoLonger() throws Exception {
        answer = () -> response(200, ScriptedAnswers.TOKEN);
        List<FailureKind> failed = new ArrayList<>();
        whileSigningIn = () -> {
            whileSigningIn = () -> {};
            Thread.currentThread().interrupt();
            failed.add(fails().problem());
            assertThat(Thread.interrupted()).isTrue();
        };
        assertThat(client.signIn()).isPresent();
        assertThat(failed).containsExactly(FailureKind.UNREACHABLE);
        assertThat(sent).hasValue(1);
    }

    /** A gateway that is broken for a moment must not let more sign-ins through. */
    @Test
    void anotherFailureDoesNotEndTheSeries() {
        fails();
        clock.advance(Duration.ofMinutes(1));
        answer = () -> response(502, "");
        assertThat(fails().problem()).isEqualTo(FailureKind.UNAVAILABLE);
        answer = () -> response(401, REFUSED);
        assertThat(fails().isRepeated()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(fails().isRepeated()).as("the second delay").isTrue();
    }
}
