package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** {@code /oauth_token.do} and the check of bearer tokens. Every refusal looks the same, as on a real instance. */
final class Tokens {
    /** What the administrator of the instance registered. */
    record Credentials(String clientId, String clientSecret, String userName, String password) {}

    private record Token(String value, String grantee, Instant end) {}

    private static final Set<String> NEVER_IN_URL =
            Set.of("grant_type", "client_id", "client_secret", "username", "password", "refresh_token");
    private static final String CLIENT = "the client itself";

    private final Credentials credentials;
    private final Behaviour behaviour;
    private final InstantSource clock;
    private final Map<String, Token> accessByGrantee = new HashMap<>();
    private final Map<String, Token> access = new HashMap<>();
    private final Map<String, Token> refreshByGrantee = new HashMap<>();
    private final Map<String, Token> refresh = new HashMap<>();
    private boolean userRejected;

    Tokens(Credentials credentials, Behaviour behaviour, InstantSource clock) {
        this.credentials = credentials;
        this.behaviour = behaviour;
        this.clock = clock;
    }

    synchronized Answer answer(RecordedRequest request) {
        boolean leaked = request.query().keySet().stream().anyMatch(NEVER_IN_URL::contains);
        if (leaked || !request.method().equals("POST") || userRejected) {
            return Refusals.token();
        }
        Map<String, String> form = request.form();
        if (!credentials.clientId().equals(form.get("client_id"))
                || !credentials.clientSecret().equals(form.get("client_secret"))) {
            return Refusals.token();
        }
        String grantee = grantee(form);
        return grantee == null ? Refusals.token() : grant(grantee);
    }

    /** Whom the grant is for; null when it is refused. */
    private String grantee(Map<String, String> form) {
        switch (form.getOrDefault("grant_type", "")) {
            case "password":
                boolean known = credentials.userName().equals(form.get("username"))
                        && credentials.password().equals(form.get("password"));
                return behaviour.passwordGrant && known ? credentials.userName() : null;
            case "client_credentials":
                return behaviour.clientCredentialsGrant ? CLIENT : null;
            case "refresh_token":
                Token token = refresh.get(form.getOrDefault("refresh_token", ""));
                return behaviour.refreshTokens && isAlive(token) ? token.grantee() : null;
            default:
                return null;
        }
    }

    private Answer grant(String grantee) {
        Token token = current(grantee, accessByGrantee, access, behaviour.tokenLifetime);
        ObjectNode body = Json.object().put("access_token", token.value());
        if (behaviour.refreshTokens && (!grantee.equals(CLIENT) || behaviour.refreshTokenForClientCredentials)) {
            body.put(
                    "refresh_token",
                    current(grantee, refreshByGrantee, refresh, behaviour.refreshTokenLifetime)
                            .value());
        }
        long remaining = Duration.between(clock.instant(), token.end()).toSeconds();
        return Answer.json(
                200,
                body.put("scope", "useraccount").put("token_type", "Bearer").put("expires_in", remaining));
    }

    /** The same token again while it lives. */
    private Token current(String grantee, Map<String, Token> byGrantee, Map<String, Token> byValue, Duration lifetime) {
        Token token = byGrantee.get(grantee);
        if (!isAlive(token)) {
            token = new Token(
                    Texts.newRecordId() + Texts.newRecordId(),
                    grantee,
                    clock.instant().plus(lifetime));
            byGrantee.put(grantee, token);
            byValue.put(token.value(), token);
        }
        return token;
    }

    private boolean isAlive(Token token) {
        return token != null && clock.instant().isBefore(token.end());
    }

    synchronized boolean accepts(String authorization) {
        if (userRejected || authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        return isAlive(access.get(authorization.substring("Bearer ".length())));
    }

    synchronized void expire() {
        access.clear();
        accessByGrantee.clear();
    }

    synchronized void revoke() {
        expire();
        refresh.clear();
        refreshByGrantee.clear();
    }

    synchronized void rejectUser(boolean reject) {
        userRejected = reject;
    }
}
