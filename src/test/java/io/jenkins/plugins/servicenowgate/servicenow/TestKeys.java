package io.jenkins.plugins.servicenowgate.servicenow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keys and key stores for tests, made when they are needed, so that no private key is in the repository. */
public final class TestKeys {
    /** Of every key store; as long as FIPS mode wants it. */
    public static final String PASSWORD = "test-password-of-14";

    private static final String ALIAS = "key";
    private static final Map<String, KeyPair> PAIRS = new ConcurrentHashMap<>();

    private TestKeys() {}

    /** A key pair, the same each time for one kind: {@code RSA 2048}, {@code EC secp256r1}, … */
    public static KeyPair pair(String kind) {
        return PAIRS.computeIfAbsent(kind, TestKeys::newPair);
    }

    public static KeyPair newPair(String kind) {
        String[] parts = kind.split(" ");
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(parts[0]);
            if (parts[0].equals("EC")) {
                generator.initialize(new ECGenParameterSpec(parts[1]));
            } else if (parts.length > 1) {
                generator.initialize(Integer.parseInt(parts[1]));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SigningKey signingKey(KeyPair pair) {
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    /** A PKCS 12 file with a new key and a self-signed certificate, valid for 127.0.0.1. */
    public static Path keyStore(Path directory, String name, String... keytoolOptions) throws Exception {
        Path file = directory.resolve(name + ".p12");
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(Arrays.asList(keytoolOptions));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
        return file;
    }

    public static KeyStore load(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    public static PrivateKey privateKey(Path file) throws Exception {
        return (PrivateKey) load(file).getKey(ALIAS, PASSWORD.toCharArray());
    }

    public static X509Certificate certificate(Path file) throws Exception {
        return (X509Certificate) load(file).getCertificate(ALIAS);
    }

    public static ClientCertificate clientCertificate(Path file) throws Exception {
        return new ClientCertificate(privateKey(file), List.of(certificate(file)));
    }

    /** A PKCS 12 file with the certificates of others, to trust them. */
    public static Path trustStore(Path directory, String name, Certificate... certificates) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.length; i++) {
            store.setCertificateEntry("trusted" + i, certificates[i]);
        }
        Path file = directory.resolve(name + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
