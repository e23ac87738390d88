package io.jenkins.plugins.servicenowgate.config;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the private key of Certificate credentials. */
final class PrivateKeys {
    private PrivateKeys() {}

    /**
     * A private key with the certificates that belong to it.
     *
     * @param chain not empty; the first certificate is that of the key
     */
    record Entry(@NonNull PrivateKey key, @NonNull List<X509Certificate> chain) {
        @Override
        public String toString() {
            return "Entry[" + chain.get(0).getSubjectX500Principal() + "]";
        }
    }

    /** Returns the private key; null if there is none that is readable, or more than one. */
    @CheckForNull
    static Entry read(@NonNull StandardCertificateCredentials credentials) {
        try {
            KeyStore store = credentials.getKeyStore();
            List<String> aliases = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    aliases.add(alias);
                }
            }
            if (aliases.size() != 1) {
                return null;
            }
            char[] password = Secret.toString(credentials.getPassword()).toCharArray();
            return store.getKey(aliases.get(0), password) instanceof PrivateKey key
                    ? entry(key, store.getCertificateChain(aliases.get(0)))
                    : null;
        } catch (GeneralSecurityException e) {
            // Neither logged nor a cause: its message belongs to a security provider.
            return null;
        }
    }

    @CheckForNull
    private static Entry entry(PrivateKey key, @CheckForNull Certificate[] certificates) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : certificates == null ? new Certificate[0] : certificates) {
            if (certificate instanceof X509Certificate x509) {
                chain.add(x509);
            }
        }
        return chain.isEmpty() ? null : new Entry(key, chain);
    }
}
