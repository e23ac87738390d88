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
 * Gets access tokens from {@code /oauth_token.do} and keeps the current one, in memory only, for as long as it lives
 * and the sign-in it was given for has not changed. One request at a time: many gates share one token.
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
     * A token for that sign-in.
     *
     * @param refused a token that the instance did not accept and that must not be given again from memory, or null
     * @throws ServiceNowException {@link Problem#SIGN_IN_REFUSED} where the instance gives none, or a passing problem
     */
    @NonNull
    synchronized String get(@NonNull SignIn signIn, @CheckForNull String refused) throws ServiceNowException {
        if (current != null
                && current.signIn().equals(signIn)
                && !current.value().equals(refused)
                && clock.instant().isBefore(current.expires())) {
            return current.value();
        }
        current = null;
        current = ask(signIn);
        return current.value();
    }

    private Token ask(SignIn signIn) throws ServiceNowException {
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
        Instant asked = clock.instant();
        Transport.Answer answer = transport.send(request);
        switch (answer.code()) {
            case 400, 401, 403 ->
                throw transport.failure(
                        Problem.SIGN_IN_REFUSED,
                        Trouble.SIGN_IN_REFUSED,
                        signIn.redact(
                                answer.errorText().isEmpty() ? String.valueOf(answer.code()) : answer.errorText()),
                        grant(signIn));
            case 404 -> throw transport.failure(Problem.SIGN_IN_REFUSED, Trouble.SIGN_IN_NOT_FOUND);
            default -> {
                JsonNode json = success(answer, signIn);
                JsonNode token = json.get("access_token");
                if (token == null || !token.isString() || !isHeaderValue(token.stringValue())) {
                    throw transport.failure(Problem.BAD_ANSWER, Trouble.NO_TOKEN);
                }
                return new Token(token.stringValue(), signIn, asked.plus(lifetime(json)));
            }
        }
    }

    private JsonNode success(Transport.Answer answer, SignIn signIn) throws ServiceNowException {
        JsonNode body = answer.json();
        if (answer.code() == 200 && body != null && body.has("error")) {
            throw transport.failure(
                    Problem.SIGN_IN_REFUSED, Trouble.SIGN_IN_REFUSED, signIn.redact(answer.errorText()), grant(signIn));
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
     * What is left of the token's life. No margin is taken off: within its lifetime the instance answers with the same
     * token, and one that expires on the way is replaced after the 401.
     */
    private static Duration lifetime(JsonNode json) {
        JsonNode seconds = json.get("expires_in");
        boolean usable = seconds != null && seconds.isIntegralNumber() && seconds.canConvertToInt();
        return Duration.ofSeconds(usable ? Math.max(0, Math.min(seconds.intValue(), 86_400)) : 0);
    }
}
