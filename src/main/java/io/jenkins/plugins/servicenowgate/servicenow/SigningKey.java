package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Base64;

/**
 * A private key that signs JSON Web Tokens (RFC 7518): RS256 with an RSA key of at least 2048 bits, or ES256 with an EC
 * key on the curve P-256. Recognized by its public key. The text form contains no secrets.
 */
public final class SigningKey {
    private static final int MIN_RSA_BITS = 2048;
    /** The length of each of the two numbers of a signature on P-256. */
    private static final int P256_BYTES = 32;

    private final PrivateKey key;
    private final PublicKey publicKey;

    private SigningKey(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** Returns null if JWTs can't be signed with this kind or length of key. */
    @CheckForNull
    public static SigningKey of(@NonNull PrivateKey key, @NonNull PublicKey publicKey) {
        boolean usable =
                publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                        || publicKey instanceof ECPublicKey ec && isP256(ec.getParams());
        return usable && key.getAlgorithm().equals(publicKey.getAlgorithm()) ? new SigningKey(key, publicKey) : null;
    }

    private static boolean isP256(ECParameterSpec parameters) {
        try {
            AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
            p256.init(new ECGenParameterSpec("secp256r1"));
            ECParameterSpec expected = p256.getParameterSpec(ECParameterSpec.class);
            return expected.getCurve().equals(parameters.getCurve())
                    && expected.getGenerator().equals(parameters.getGenerator())
                    && expected.getOrder().equals(parameters.getOrder());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The name of the algorithm in the header of a JWT. */
    @NonNull
    String algorithm() {
        return publicKey instanceof RSAPublicKey ? "RS256" : "ES256";
    }

    /** Identifies the key; contains no secret. */
    @NonNull
    String identity() {
        return Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    /** Signs in the form that a JWT contains. */
    @NonNull
    byte[] sign(@NonNull byte[] content) throws GeneralSecurityException {
        boolean rsa = publicKey instanceof RSAPublicKey;
        // The name without a format is known to all providers, also to those of FIPS mode.
        Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return rsa ? signature.sign() : joseForm(signature.sign());
    }

    /**
     * Converts a DER sequence of two integers into both numbers with a fixed length, one after the other (RFC 7518,
     * 3.4). On P-256 all lengths in the sequence are single bytes.
     */
    static byte[] joseForm(byte[] der) {
        byte[] jose = new byte[2 * P256_BYTES];
        int firstLength = der[3];
        putNumber(new BigInteger(1, der, 4, firstLength), jose, P256_BYTES);
        int second = 4 + firstLength;
        putNumber(new BigInteger(1, der, second + 2, der[second + 1]), jose, 2 * P256_BYTES);
        return jose;
    }

    /** Writes an unsigned number so that it ends at a position. */
    private static void putNumber(BigInteger number, byte[] target, int end) {
        byte[] bytes = number.toByteArray();
        int sign = bytes.length > P256_BYTES ? 1 : 0;
        System.arraycopy(bytes, sign, target, end - bytes.length + sign, bytes.length - sign);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningKey that && publicKey.equals(that.publicKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return "SigningKey[" + algorithm() + "]";
    }
}
