package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of the JWT bearer grant, read and verified by another implementation (Nimbus JOSE + JWT). */
class JwtAssertionTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00.900Z");

    private static SignedJWT create(KeyPair pair, String subject) throws Exception {
        return SignedJWT.parse(JwtAssertion.create("client", subject, "key-1", TestKeys.signingKey(pair), NOW));
    }

    private static JWSVerifier verifier(KeyPair pair) throws Exception {
        return pair.getPublic() instanceof RSAPublicKey rsa
                ? new RSASSAVerifier(rsa)
                : new ECDSAVerifier((ECPublicKey) pair.getPublic());
    }

    @ParameterizedTest
    @CsvSource({"RSA 2048, RS256", "EC secp256r1, ES256"})
    void isVerifiedByAnotherImplementation(String kind, String algorithm) throws Exception {
        KeyPair pair = TestKeys.pair(kind);
        SignedJWT token = create(pair, "jenkins@example.com");

        assertThat(token.verify(verifier(pair))).isTrue();
        assertThat(token.verify(verifier(TestKeys.newPair(kind)))).isFalse();
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.parse(algorithm));
        assertThat(token.getHeader().toJSONObject())
                .containsOnlyKeys("alg", "typ", "kid")
                .containsEntry("typ", "JWT")
                .containsEntry("kid", "key-1");
    }

    @Test
    void hasTheClaimsThatServiceNowChecks() throws Exception {
        JWTClaimsSet claims =
                create(TestKeys.pair("EC secp256r1"), "jenkins@example.com").getJWTClaimsSet();

        assertThat(claims.getClaims()).containsOnlyKeys("iss", "aud", "sub", "iat", "exp", "jti");
        assertThat(claims.getIssuer()).isEqualTo("client");
        assertThat(claims.getAudience()).containsExactly("client");
        assertThat(claims.getSubject()).isEqualTo("jenkins@example.com");
        assertThat(claims.getIssueTime()).isEqualTo(Date.from(Instant.parse("2026-12-01T19:59:55Z")));
        assertThat(claims.getExpirationTime()).isEqualTo(Date.from(Instant.parse("2026-12-01T20:03:00Z")));
    }

    @Test
    void hasAnIdThatNoOtherTokenHas() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            ids.add(create(TestKeys.pair("EC secp256r1"), "s").getJWTClaimsSet().getJWTID());
        }
        assertThat(ids).hasSize(50).allMatch(id -> id.length() == 36);
    }

    @Test
    void takesEveryCharacterOfASubject() throws Exception {
        String subject = "a\"b\\c,\"admin\":true äö";

        JWTClaimsSet claims = create(TestKeys.pair("EC secp256r1"), subject).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo(subject);
        assertThat(claims.getClaims()).hasSize(6);
    }

    /** Numbers of a signature are short or have a sign byte now and then. */
    @Test
    void hasEverySignatureInTheFormOfJose() throws Exception {
        KeyPair pair = TestKeys.pair("EC secp256r1");
        JWSVerifier verifier = verifier(pair);
        for (int i = 0; i < 60; i++) {
            SignedJWT token = create(pair, "s" + i);
            assertThat(token.getSignature().decode()).hasSize(64);
            assertThat(token.verify(verifier)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2",
        "7f, 80",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550, 1",
        "ff, ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,"
                + " 00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    })
    void convertsBothNumbersToAFixedLength(String r, String s) {
        byte[] first = new BigInteger(r, 16).toByteArray();
        byte[] second = new BigInteger(s, 16).toByteArray();
        byte[] der = new byte[6 + first.length + second.length];
        der[0] = 0x30;
        der[1] = (byte) (der.length - 2);
        der[2] = 2;
        der[3] = (byte) first.length;
        System.arraycopy(first, 0, der, 4, first.length);
        der[4 + first.length] = 2;
        der[5 + first.length] = (byte) second.length;
        System.arraycopy(second, 0, der, 6 + first.length, second.length);

        byte[] jose = SigningKey.joseForm(der);
        assertThat(jose).hasSize(64);
        assertThat(HexFormat.of().formatHex(Arrays.copyOf(jose, 32))).isEqualTo("0".repeat(64 - r.length()) + r);
        assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(jose, 32, 64)))
                .isEqualTo("0".repeat(64 - s.length()) + s);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA 1024", "EC secp384r1", "EC secp521r1", "DSA 2048", "Ed25519"})
    void otherKeysAreRefused(String kind) {
        KeyPair pair = TestKeys.pair(kind);

        assertThat(SigningKey.of(pair.getPrivate(), pair.getPublic())).isNull();
    }

    @Test
    void aKeyOfAnotherKindThanItsCertificateIsRefused() {
        assertThat(SigningKey.of(
                        TestKeys.pair("RSA 2048").getPrivate(),
                        TestKeys.pair("EC secp256r1").getPublic()))
                .isNull();
    }

    @Test
    void aKeyIsRecognizedByItsPublicKeyAndShownWithoutASecret() {
        SigningKey key = TestKeys.signingKey(TestKeys.pair("EC secp256r1"));

        assertThat(key)
                .isEqualTo(TestKeys.signingKey(TestKeys.pair("EC secp256r1")))
                .hasSameHashCodeAs(TestKeys.signingKey(TestKeys.pair("EC secp256r1")))
                .isNotEqualTo(TestKeys.signingKey(TestKeys.newPair("EC secp256r1")))
                .hasToString("SigningKey[ES256]");
        assertThat(TestKeys.signingKey(TestKeys.pair("RSA 2048"))).hasToString("SigningKey[RS256]");
    }
}
