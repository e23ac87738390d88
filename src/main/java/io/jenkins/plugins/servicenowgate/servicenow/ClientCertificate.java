package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A certificate and its private key, with which a client identifies itself for mutual TLS. Recognized by the
 * certificates. The text form contains no secrets.
 */
public final class ClientCertificate {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MIN_EC_BITS = 224;

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    /**
     * @param chain the certificate of the key, and those of its issuers; not empty
     */
    public ClientCertificate(@NonNull PrivateKey key, @NonNull List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
    }

    /** Whether the length of the key is approved in FIPS mode (NIST SP 800-131A). */
    public boolean hasApprovedLength() {
        PublicKey publicKey = chain.get(0).getPublicKey();
        return publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                || publicKey instanceof ECPublicKey ec
                        && ec.getParams().getOrder().bitLength() >= MIN_EC_BITS;
    }

    @NonNull
    X509ExtendedKeyManager keyManager() {
        return new KeyManager();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientCertificate that && chain.equals(that.chain);
    }

    @Override
    public int hashCode() {
        return chain.hashCode();
    }

    @Override
    public String toString() {
        return "ClientCertificate[" + chain.get(0).getSubjectX500Principal() + "]";
    }

    /**
     * Presents the certificate to each instance that requests one, whatever issuers it names: an instance with a wrong
     * list answers with an error, which is clearer than a connection without a certificate.
     */
    private final class KeyManager extends X509ExtendedKeyManager {
        private static final String ALIAS = "client";

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return choose(keyTypes);
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return choose(keyTypes);
        }

        @CheckForNull
        private String choose(String[] keyTypes) {
            return List.of(keyTypes).contains(key.getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return keyType.equals(key.getAlgorithm()) ? new String[] {ALIAS} : new String[0];
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return ALIAS.equals(alias) ? chain.toArray(new X509Certificate[0]) : null;
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return ALIAS.equals(alias) ? key : null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
