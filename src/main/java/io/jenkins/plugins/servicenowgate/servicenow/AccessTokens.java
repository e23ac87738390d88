package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import okhttp3.FormBody;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * Requests access tokens from {@code /oauth_token.do} and caches the current one, in memory only, until it expires or
 * the sign-in changes. Requests are serialized, because all gates share one token.
 */
final class AccessTokens {
    private final Transport transport;
    private final InstantSource clock;
    private Token current;

    AccessTokens(Transport transport, InstantSource clock) {
        this.transport = transport;
        this.clock = clock;
    }

    private record Token(String value, SignIn signIn, Instant expires) {}

    /**
     * Returns a token for a sign-in, from the cache or a new one.
     *
     * @param rejected a token that the instance rejected, and that must not be returned from the cache; or null
     * @throws ServiceNowException {@link FailureKind#SIGN_IN_REFUSED} if the instance issues no token, or a transient
     *     failure
     */
    @NonNull
    synchronized String get(@NonNull SignIn signIn, @CheckForNull String rejected) throws ServiceNowException {
        if (current != null
                && current.signIn().equals(signIn)
                && !current.value().equals(rejected)
                && clock.instant().isBefore(current.expires())) {
            return current.value();
        }
        current = null;
        current = request(signIn);
        return current.value();
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
                .post(form.build())
                .build();
        Instant requested = clock.instant();
        Transport.Answer answer = transport.send(request);
        switch (answer.code()) {
            case 400, 401, 403 ->
                throw transport.failure(
                        FailureKind.SIGN_IN_REFUSED,
                        Trouble.SIGN_IN_REFUSED,
                        signIn.redact(
                                answer.errorText().isEmpty() ? String.valueOf(answer.code()) : answer.errorText()),
                        grant(signIn));
            case 404 -> throw transport.failure(FailureKind.SIGN_IN_REFUSED, Trouble.SIGN_IN_NOT_FOUND);
            default -> {
                JsonNode json = success(answer, signIn);
                JsonNode token = json.get("access_token");
                if (token == null || !token.isString() || !isHeaderValue(token.stringValue())) {
                    throw transport.failure(FailureKind.BAD_ANSWER, Trouble.NO_TOKEN);
                }
                return new Token(token.stringValue(), signIn, requested.plus(lifetime(json)));
            }
        }
    }

    private JsonNode success(Transport.Answer answer, SignIn signIn) throws ServiceNowException {
        JsonNode body = answer.json();
        if (answer.code() == 200 && body != null && body.has("error")) {
            throw transport.failure(
                    FailureKind.SIGN_IN_REFUSED,
                    Trouble.SIGN_IN_REFUSED,
                    signIn.redact(answer.errorText()),
                    grant(signIn));
        }
        return transport.success(answer);
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
