package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The signed JSON Web Token with which the JWT bearer grant requests an access token (RFC 7523). Valid for a few minutes
 * and for one request. ServiceNow's "Configure an OAuth JSON web token bearer grant" (Australia): issuer and audience are
 * the client id, the clock skew is 0 by default.
 */
final class JwtAssertion {
    /** The clock of the instance is known to a second, and it accepts no token from the future. */
    static final Duration CLOCK_MARGIN = Duration.ofSeconds(5);

    static final Duration LIFETIME = Duration.ofMinutes(3);

    private JwtAssertion() {}

    /**
     * @param now the time on the clock of the instance
     * @return a new token, with an id that no other token has
     */
    @NonNull
    static String create(
            @NonNull String clientId,
            @NonNull String subject,
            @NonNull String keyId,
            @NonNull SigningKey key,
            @NonNull Instant now)
            throws GeneralSecurityException {
        ObjectNode header = Transport.JSON
                .createObjectNode()
                .put("alg", key.algorithm())
                .put("typ", "JWT")
                .put("kid", keyId);
        ObjectNode claims = Transport.JSON
                .createObjectNode()
                .put("iss", clientId)
                .put("aud", clientId)
                .put("sub", subject)
                .put("iat", now.minus(CLOCK_MARGIN).getEpochSecond())
                .put("exp", now.plus(LIFETIME).getEpochSecond())
                .put("jti", UUID.randomUUID().toString());
        String content = encode(header) + "." + encode(claims);
        return content + "." + encode(key.sign(content.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encode(ObjectNode part) {
        return encode(Transport.JSON.writeValueAsBytes(part));
    }

    private static String encode(byte[] part) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(part);
    }
}
