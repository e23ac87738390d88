package io.jenkins.plugins.servicenowgate.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * What the JWT bearer grant of an instance checks: a known {@code kid}, the signature, issuer and audience, the times
 * without any clock skew unless one is set, and that no {@code jti} comes twice.
 */
final class JwtVerifier {
    private final Behaviour behaviour;
    private final Map<String, PublicKey> keys = new ConcurrentHashMap<>();
    private final Set<String> used = new HashSet<>();

    JwtVerifier(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    /** An entry of the JWT verifier map. */
    void add(String keyId, PublicKey key) {
        keys.put(keyId, key);
    }

    /** The subject of a valid token; null for any other. */
    synchronized String subject(String assertion, String clientId, Instant now) {
        String[] parts = assertion.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        JsonNode header = json(parts[0]);
        JsonNode claims = json(parts[1]);
        if (header == null || claims == null || !isSigned(header, parts)) {
            return null;
        }
        boolean valid = clientId.equals(claims.path("iss").asString())
                && clientId.equals(claims.path("aud").asString())
                && now.isBefore(time(claims, "exp").plus(behaviour.clockSkew))
                && !now.isBefore(time(claims, "iat").minus(behaviour.clockSkew));
        String id = claims.path("jti").asString();
        if (!valid || behaviour.jtiVerification && (id.isEmpty() || !used.add(id))) {
            return null;
        }
        return claims.path("sub").asString();
    }

    private boolean isSigned(JsonNode header, String[] parts) {
        PublicKey key = keys.get(header.path("kid").asString());
        if (key == null) {
            return false;
        }
        boolean rsa = key.getAlgorithm().equals("RSA");
        if (!header.path("alg").asString().equals(rsa ? "RS256" : "ES256")) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            return false;
        }
    }

    private static JsonNode json(String part) {
        try {
            return Json.parse(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notEncoded) {
            return null;
        }
    }

    private static Instant time(JsonNode claims, String name) {
        return Instant.ofEpochSecond(claims.path(name).asLong(0));
    }
}
