package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

    AccessTokens(Transport transport, InstantSource clock, SignInFailures failures) {
        this.transport = transport;
        this.clock = clock;
        this.failures = failures;
    }

    private record Token(String value, SignIn signIn, Instant expires) {}

    private record PendingSignIn(SignIn signIn, CompletableFuture<Token> token) {}

    /**
     * Returns a token for a sign-in, from the cache or a new one. No lock is held during the request.
     *
     * @param rejected a token that the instance rejected, and that must not be returned from the cache; or null
     * @throws ServiceNowException {@link FailureKind#SIGN_IN_REFUSED} if the instance issues no token, or a transient
     *     failure
     */
    @NonNull
    String get(@NonNull SignIn signIn, @CheckForNull String rejected) throws ServiceNowException {
        PendingSignIn shared;
        PendingSignIn own = null;
        synchronized (this) {
            if (current != null
                    && current.signIn().equals(signIn)
                    && !current.value().equals(rejected)
                    && clock.instant().isBefore(current.expires())) {
                return current.value();
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

    private String signIn(PendingSignIn own) throws ServiceNowException {
        Throwable failure = null;
        Token token = null;
        try {
            token = request(own.signIn());
            failures.succeeded(transport.instance(), own.signIn());
            return token.value();
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

    private String await(CompletableFuture<Token> token) throws ServiceNowException {
        try {
            return token.get().value();
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

    private Token request(SignIn signIn) throws ServiceNowException {
        FormBody.Builder form = new FormBody.Builder()
                .add("grant_type", grant(signIn))
                .add("client_id", signIn.clientId())
                .add("client_secret", signIn.clientSecret());
        String userName = signIn.userName();
        String password = signIn.password();
        if (userName != null) {
            form.add("username", userName).add("password", password == null ? "" : password);
        }
        Request request = new Request.Builder()
                .url(transport.url("oauth_token.do").build())
                .header("Accept", "application/json")
                .post(new OneShotBody(form.build()))
                .build();
        Instant requested = clock.instant();
        Transport.Answer answer = transport.send(request);
        String error = answer.ownError();
        if (error != null && (answer.code() == 200 || isRefusal(answer.code()))) {
            throw ServiceNowException.of(
                    FailureKind.SIGN_IN_REFUSED,
                    Messages._AccessTokens_SignInRejected(
                            transport.instance().toString(),
                            signIn.redact(error.isEmpty() ? String.valueOf(answer.code()) : error),
                            grant(signIn)));
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
        return new Token(token.stringValue(), signIn, requested.plus(lifetime(json)));
    }

    private static boolean isRefusal(int status) {
        return status == 400 || status == 401 || status == 403 || status == 404;
    }

    private static String grant(SignIn signIn) {
        return signIn.usesPasswordGrant() ? "password" : "client_credentials";
    }

    private static boolean isHeaderValue(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127);
    }

    /**
     * The remaining lifetime of the token. No safety margin is subtracted: ServiceNow returns the same token until it
     * expires (docs/servicenow-guide.md, "OAuth"), and a token that expires in transit is replaced after the 401.
     */
    private static Duration lifetime(JsonNode json) {
        JsonNode seconds = json.get("expires_in");
        boolean usable = seconds != null && seconds.isIntegralNumber() && seconds.canConvertToInt();
        return Duration.ofSeconds(usable ? Math.max(0, Math.min(seconds.intValue(), 86_400)) : 0);
    }
}
