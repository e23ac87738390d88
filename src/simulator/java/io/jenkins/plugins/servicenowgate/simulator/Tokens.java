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

    private record Token(String value, String grantee, String scope, Instant end) {}

    private static final String JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String DEFAULT_SCOPE = "useraccount";

    private static final Set<String> NEVER_IN_URL =
            Set.of("grant_type", "client_id", "client_secret", "username", "password", "refresh_token", "assertion");
    private static final String CLIENT = "the client itself";

    private final Credentials credentials;
    private final Behaviour behaviour;
    private final InstantSource clock;
    private final JwtVerifier jwts;
    private final Map<String, Token> accessByGrantee = new HashMap<>();
    private final Map<String, Token> access = new HashMap<>();
    private final Map<String, Token> refreshByGrantee = new HashMap<>();
    private final Map<String, Token> refresh = new HashMap<>();
    private boolean userRejected;

    Tokens(Credentials credentials, Behaviour behaviour, InstantSource clock) {
        this.credentials = credentials;
        this.behaviour = behaviour;
        this.clock = clock;
        this.jwts = new JwtVerifier(behaviour);
    }

    JwtVerifier jwts() {
        return jwts;
    }

    synchronized Answer answer(RecordedRequest request) {
        boolean leaked = request.query().keySet().stream().anyMatch(NEVER_IN_URL::contains);
        if (leaked || !request.method().equals("POST") || userRejected) {
            return Refusals.token();
        }
        Map<String, String> form = request.form();
        boolean publicClient = behaviour.publicClient
                && JWT_GRANT.equals(form.get("grant_type"))
                && !form.containsKey("client_secret");
        if (!credentials.clientId().equals(form.get("client_id"))
                || !publicClient && !credentials.clientSecret().equals(form.get("client_secret"))) {
            return Refusals.token();
        }
        String scope = scope(form.get("scope"));
        String grantee = scope == null ? null : grantee(form);
        return grantee == null ? Refusals.token() : grant(grantee, scope);
    }

    /** The scope to grant; null when the client has not the one that is asked for. */
    private String scope(String wanted) {
        if (wanted == null) {
            return behaviour.scopes.isEmpty() ? DEFAULT_SCOPE : "";
        }
        return behaviour.scopes.containsAll(Set.of(wanted.split(" "))) ? wanted : null;
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
            case JWT_GRANT:
                String subject =
                        jwts.subject(form.getOrDefault("assertion", ""), credentials.clientId(), clock.instant());
                return behaviour.jwtGrant && credentials.userName().equals(subject) ? subject : null;
            case "refresh_token":
                Token token = refresh.get(form.getOrDefault("refresh_token", ""));
                return behaviour.refreshTokens && isAlive(token) ? token.grantee() : null;
            default:
                return null;
        }
    }

    private Answer grant(String grantee, String scope) {
        Token token = current(grantee, scope, accessByGrantee, access, behaviour.tokenLifetime);
        ObjectNode body = Json.object().put("access_token", token.value());
        if (behaviour.refreshTokens && (!grantee.equals(CLIENT) || behaviour.refreshTokenForClientCredentials)) {
            body.put(
                    "refresh_token",
                    current(grantee, scope, refreshByGrantee, refresh, behaviour.refreshTokenLifetime)
                            .value());
        }
        long remaining = Duration.between(clock.instant(), token.end()).toSeconds();
        return Answer.json(
                200,
                body.put("scope", token.scope()).put("token_type", "Bearer").put("expires_in", remaining));
    }

    /** The same token again while it lives. */
    private Token current(
            String grantee, String scope, Map<String, Token> byGrantee, Map<String, Token> byValue, Duration lifetime) {
        String key = grantee + " " + scope;
        Token token = byGrantee.get(key);
        if (!isAlive(token)) {
            token = new Token(
                    Texts.newRecordId() + Texts.newRecordId(),
                    grantee,
                    scope,
                    clock.instant().plus(lifetime));
            byGrantee.put(key, token);
            byValue.put(token.value(), token);
        }
        return token;
    }

    private boolean isAlive(Token token) {
        return token != null && clock.instant().isBefore(token.end());
    }

    /** Null for a request that may go on. */
    synchronized Answer refusal(RecordedRequest request) {
        String key = request.header("x-sn-apikey");
        if (key != null && behaviour.apiKeys && !userRejected && ServiceNowSimulator.API_KEY.equals(key)) {
            return null;
        }
        String authorization = request.header("Authorization");
        if (userRejected || authorization == null || !authorization.startsWith("Bearer ")) {
            return Refusals.notAuthenticated();
        }
        Token token = access.get(authorization.substring("Bearer ".length()));
        if (!isAlive(token)) {
            return Refusals.notAuthenticated();
        }
        return behaviour.scopes.isEmpty() || !token.scope().isEmpty() ? null : Refusals.outOfScope();
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
