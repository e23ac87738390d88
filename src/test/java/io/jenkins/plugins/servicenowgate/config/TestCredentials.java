package io.jenkins.plugins.servicenowgate.config;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.impl.CertificateCredentialsImpl;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.servicenow.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;

/** Credentials of the controller for the ways to sign in. */
final class TestCredentials {
    private TestCredentials() {}

    /** Adds Certificate credentials with the keys of a file, in place of those with the same id. */
    static void certificate(String id, Path keyStore) throws Exception {
        certificate(id, keyStore, TestKeys.PASSWORD);
    }

    static void certificate(String id, Path keyStore, String password) throws Exception {
        put(new CertificateCredentialsImpl(
                CredentialsScope.SYSTEM,
                id,
                "",
                password,
                new CertificateCredentialsImpl.UploadedKeyStoreSource(
                        SecretBytes.fromRawBytes(Files.readAllBytes(keyStore)))));
    }

    /** The same as PEM, the only form in which FIPS mode permits Certificate credentials. */
    static void pem(String id, Path keyStore) throws Exception {
        put(new CertificateCredentialsImpl(
                CredentialsScope.SYSTEM,
                id,
                "",
                TestKeys.PASSWORD,
                new CertificateCredentialsImpl.PEMEntryKeyStoreSource(
                        pem("CERTIFICATE", TestKeys.certificate(keyStore).getEncoded()),
                        pem("PRIVATE KEY", TestKeys.privateKey(keyStore).getEncoded()))));
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    static void text(String id, String secret) throws IOException {
        put(new StringCredentialsImpl(CredentialsScope.SYSTEM, id, "", Secret.fromString(secret)));
    }

    private static void put(StandardCredentials credentials) throws IOException {
        List<Credentials> all = SystemCredentialsProvider.getInstance().getCredentials();
        all.removeIf(other -> other instanceof StandardCredentials standard
                && standard.getId().equals(credentials.getId()));
        all.add(credentials);
        SystemCredentialsProvider.getInstance().save();
    }
}
