package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.FormBody;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * Requests access tokens from {@code /oauth_token.do} and caches the current one, in memory only, until it expires or
 * the sign-in changes. All deployments share one token: while one thread requests it, the others wait for its result.
 */
final class AccessTokens {
    private final Transport transport;
    private final InstantSource clock;
    private final SignInFailures failures;
    private Token current;
    private PendingSignIn pending;
    /** How far the clock of the instance is ahead; null before the first response. JWTs are valid by that clock. */
    private volatile Duration clockDifference;

    AccessTokens(Transport transport, InstantSource clock, SignInFailures failures) {
        this.transport = transport;
        this.clock = clock;
        this.failures = failures;
    }

    /**
     * An access token.
     *
     * @param scope the granted scope, sanitized; empty if the instance names none
     */
    record Token(String value, SignIn.OAuth signIn, String scope, Instant expires) {
        @Override
        public String toString() {
            return "Token[" + signIn + ", expires=" + expires + "]";
        }
    }

    private record PendingSignIn(SignIn.OAuth signIn, CompletableFuture<Token> token) {}

    /** Takes note of the clock of the instance, as measured by a response. */
    void recordClock(@CheckForNull Duration difference) {
        if (difference != null) {
            clockDifference = difference;
        }
    }

    /**
     * Returns a token for a sign-in, from the cache or a new one. No lock is held during the request.
     *
     * @param rejected a token that the instance rejected, and that must not be returned from the cache; or null
     * @throws ServiceNowException {@link FailureKind#SIGN_IN_REFUSED} if the instance issues no token, or a transient
     *     failure
     */
    @NonNull
    Token get(@NonNull SignIn.OAuth signIn, @CheckForNull String rejected) throws ServiceNowException {
        PendingSignIn shared;
        PendingSignIn own = null;
        synchronized (this) {
            if (current != null
                    && current.signIn().equals(signIn)
                    && !current.value().equals(rejected)
                    && clock.instant().isBefore(current.expires())) {
                return current;
            }
            shared = pending;
            if (shared == null || !shared.signIn().equals(signIn)) {
                failures.check(transport.instance(), signIn);
                current = null;
                own = new PendingSignIn(signIn, new CompletableFuture<>());
                pending = own;
            }
        }
        return own == null ? await(shared.token()) : signIn(own);
    }

    private Token signIn(PendingSignIn own) throws ServiceNowException {
        Throwable failure = null;
        Token token = null;
        try {
            token = request(own.signIn());
            failures.succeeded(transport.instance(), own.signIn());
            return token;
        } catch (ServiceNowException e) {
            ServiceNowException recorded = failures.failed(transport.instance(), own.signIn(), e);
            failure = recorded;
            throw recorded;
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            synchronized (this) {
                if (pending == own) {
                    pending = null;
                    current = token;
                }
            }
            if (failure == null) {
                own.token().complete(token);
            } else {
                own.token().completeExceptionally(failure);
            }
        }
    }

    private Token await(CompletableFuture<Token> token) throws ServiceNowException {
        try {
            return token.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceNowException.of(
                    FailureKind.UNREACHABLE,
                    Messages._Transport_TimedOut(transport.instance().toString()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ServiceNowException failure) {
                throw failure.repeated(failure.retryAfter());
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Requests a token. If the first JWT is refused, and the response shows that its times were not valid by the clock of
     * the instance, one with the right times follows. Both count as refused sign-ins.
     */
    private Token request(SignIn.OAuth signIn) throws ServiceNowException {
        boolean isClockUnknown = clockDifference == null;
        try {
            return send(signIn);
        } catch (ServiceNowException e) {
            if (!isClockUnknown
                    || !(signIn instanceof SignIn.JwtBearer)
                    || e.problem() != FailureKind.SIGN_IN_REFUSED
                    || knownDifference().abs().compareTo(JwtAssertion.CLOCK_MARGIN) <= 0) {
                throw e;
            }
            failures.failed(transport.instance(), signIn, e);
            return send(signIn);
        }
    }

    private Duration knownDifference() {
        Duration known = clockDifference;
        return known == null ? Duration.ZERO : known;
    }

    private Token send(SignIn.OAuth signIn) throws ServiceNowException {
        Instant requested = clock.instant();
        Map<String, String> parameters = parameters(signIn, requested.plus(knownDifference()));
        Request request = new Request.Builder()
                .url(transport.url("oauth_token.do").build())
                .header("Accept", "application/json")
                .post(new OneShotBody(form(signIn, parameters)))
                .build();
        Transport.Answer answer = transport.send(request);
        if (answer.json() != null) {
            // A page of a proxy may have another time.
            recordClock(answer.clockDifference());
        }
        String error = answer.ownError();
        if (error != null && (answer.code() == 200 || isRefusal(answer.code()))) {
            String told = redact(error.isEmpty() ? String.valueOf(answer.code()) : error, signIn, parameters);
            throw ServiceNowException.of(
                    FailureKind.SIGN_IN_REFUSED,
                    signIn instanceof SignIn.JwtBearer
                            ? Messages._AccessTokens_JwtRejected(
                                    transport.instance().toString(), told, signIn.grant())
                            : Messages._AccessTokens_SignInRejected(
                                    transport.instance().toString(), told, signIn.grant()));
        }
        if (answer.code() == 404) {
            throw ServiceNowException.of(
                    FailureKind.UNAVAILABLE,
                    Messages._AccessTokens_NoTokenService(transport.instance().toString()));
        }
        JsonNode json = transport.success(answer, true);
        JsonNode token = json.get("access_token");
        if (token == null || !token.isString() || !isHeaderValue(token.stringValue())) {
            throw ServiceNowException.of(
                    FailureKind.BAD_ANSWER,
                    Messages._AccessTokens_NoToken(transport.instance().toString()));
        }
        JsonNode scope = json.path("scope");
        return new Token(
                token.stringValue(),
                signIn,
                TextSanitizer.clean(scope.isString() ? scope.stringValue() : ""),
                requested.plus(lifetime(json)));
    }

    private Map<String, String> parameters(SignIn.OAuth signIn, Instant instanceTime) throws ServiceNowException {
        try {
            return signIn.parameters(instanceTime);
        } catch (GeneralSecurityException e) {
            // Only the type, because the message belongs to a security provider.
            throw ServiceNowException.of(
                    FailureKind.CREDENTIALS_UNAVAILABLE,
                    Messages._AccessTokens_NotSigned(
                            transport.instance().toString(), e.getClass().getSimpleName()));
        }
    }

    private static FormBody form(SignIn.OAuth signIn, Map<String, String> parameters) {
        FormBody.Builder form =
                new FormBody.Builder().add("grant_type", signIn.grant()).add("client_id", signIn.clientId());
        String clientSecret = signIn.clientSecret();
        if (clientSecret != null) {
            form.add("client_secret", clientSecret);
        }
        parameters.forEach(form::add);
        String scope = signIn.scope();
        if (scope != null) {
            form.add("scope", scope);
        }
        return form.build();
    }

    private static String redact(String error, SignIn signIn, Map<String, String> parameters) {
        String redacted = signIn.redact(error);
        String assertion = parameters.get("assertion");
        return assertion == null
                ? redacted
                : redacted.replace(assertion, "****")
                        .replace(assertion.substring(assertion.lastIndexOf('.') + 1), "****");
    }

    private static boolean isRefusal(int status) {
        return status == 400 || status == 401 || status == 403 || status == 404;
    }

    private static boolean isHeaderValue(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127);
    }

    /**
     * The remaining lifetime of the token. No safety margin is subtracted: ServiceNow returns the same token until it
     * expires (docs/servicenow-guide.md, "Tokens and access policies"), and a token that expires in transit is replaced after the 401.
     */
    private static Duration lifetime(JsonNode json) {
        JsonNode seconds = json.get("expires_in");
        boolean usable = seconds != null && seconds.isIntegralNumber() && seconds.canConvertToInt();
        return Duration.ofSeconds(usable ? Math.max(0, Math.min(seconds.intValue(), 86_400)) : 0);
    }
}
