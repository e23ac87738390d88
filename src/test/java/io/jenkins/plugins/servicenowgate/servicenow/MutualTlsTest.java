package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An instance that requests a client certificate, for tokens as for the API. */
class MutualTlsTest {
    private static final String[] RSA = {"-keyalg", "RSA", "-keysize", "2048"};
    private static final String[] EC = {"-keyalg", "EC", "-groupname", "secp256r1"};

    @TempDir
    private static Path directory;

    private static Path rsa;
    private static Path ec;
    private static Path stranger;
    private static Path server;
    private static ServiceNowSimulator simulator;

    @BeforeAll
    static void start() throws Exception {
        rsa = TestKeys.keyStore(directory, "rsa", RSA);
        ec = TestKeys.keyStore(directory, "ec", EC);
        stranger = TestKeys.keyStore(directory, "stranger", EC);
        server = TestKeys.keyStore(directory, "server", EC);
        Path trusted = TestKeys.trustStore(directory, "trusted", TestKeys.certificate(rsa), TestKeys.certificate(ec));
        simulator = ServiceNowSimulator.builder()
                .mutualTls(server, trusted, TestKeys.PASSWORD)
                .start();
        simulator.addChange(Map.of("short_description", "t"));
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    /** A client that trusts this certificate of a server. */
    private static OkHttpClient trusting(Path keyStore) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", TestKeys.certificate(keyStore));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        X509TrustManager trust = (X509TrustManager) factory.getTrustManagers()[0];
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, null);
        return HttpClients.create(AgainstSimulator.TIMEOUTS)
                .newBuilder()
                .sslSocketFactory(context.getSocketFactory(), trust)
                .build();
    }

    private static ServiceNowClient client(OkHttpClient http) {
        SignIn signIn = SignIn.password(
                ServiceNowSimulator.CLIENT_ID,
                ServiceNowSimulator.CLIENT_SECRET,
                ServiceNowSimulator.USER_NAME,
                ServiceNowSimulator.PASSWORD);
        return new ServiceNowClient(http, InstanceUrl.parse(simulator.baseUrl()), () -> signIn, Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void theCertificateIsShownForTokensAndForTheApi(String name) throws Exception {
        Path own = name.equals("rsa") ? rsa : ec;
        int before = simulator.requests().all().size();

        assertThat(client(HttpClients.withCertificate(trusting(server), TestKeys.clientCertificate(own)))
                        .canReadAnyChange())
                .isTrue();
        assertThat(simulator.requests().all().subList(before, before + 2))
                .extracting(request -> request.endpoint())
                .containsExactly(Endpoint.TOKEN, Endpoint.LIST);
    }

    @Test
    void withoutACertificateThatTheInstanceTrustsNothingIsSent() throws Exception {
        int before = simulator.requests().all().size();
        for (OkHttpClient http : new OkHttpClient[] {
            trusting(server), HttpClients.withCertificate(trusting(server), TestKeys.clientCertificate(stranger))
        }) {
            ServiceNowException e = catchThrowableOfType(ServiceNowException.class, client(http)::signIn);
            assertThat(e.problem()).isEqualTo(FailureKind.UNREACHABLE);
        }
        assertThat(simulator.requests().all()).hasSize(before);
    }

    /** A client certificate changes nothing in how the certificate of the instance is checked. */
    @Test
    void theCertificateOfTheInstanceIsStillChecked() throws Exception {
        ServiceNowException e = catchThrowableOfType(
                ServiceNowException.class,
                client(HttpClients.withCertificate(trusting(stranger), TestKeys.clientCertificate(ec)))::signIn);

        assertThat(e.localizable().getKey()).isEqualTo("Transport.NotTrusted");
        assertThat(e.getMessage()).contains("check the certificate of the instance", "the client certificate");
    }

    @Test
    void aCertificateIsRecognizedAndShownWithoutASecret() throws Exception {
        assertThat(TestKeys.clientCertificate(ec))
                .isEqualTo(TestKeys.clientCertificate(ec))
                .hasSameHashCodeAs(TestKeys.clientCertificate(ec))
                .isNotEqualTo(TestKeys.clientCertificate(rsa))
                .hasToString("ClientCertificate[CN=ec]");
    }

    @Test
    void onlySomeLengthsAreApproved() throws Exception {
        assertThat(TestKeys.clientCertificate(rsa).hasApprovedLength()).isTrue();
        assertThat(TestKeys.clientCertificate(ec).hasApprovedLength()).isTrue();
        Path tooShort = TestKeys.keyStore(directory, "short", "-keyalg", "RSA", "-keysize", "1024");
        assertThat(TestKeys.clientCertificate(tooShort).hasApprovedLength()).isFalse();
    }

    @Test
    void theKeyManagerHasOneKeyForClientsAndNoneForServers() throws Exception {
        X509ExtendedKeyManager keys = TestKeys.clientCertificate(ec).keyManager();
        String[] both = {"RSA", "EC"};
        String alias = keys.chooseClientAlias(both, null, null);
        assertThat(alias).isNotNull();
        assertThat(keys.chooseEngineClientAlias(both, null, null)).isEqualTo(alias);
        assertThat(keys.chooseClientAlias(new String[] {"RSA"}, null, null)).isNull();
        assertThat(keys.getClientAliases("EC", null)).containsExactly(alias);
        assertThat(keys.getClientAliases("RSA", null)).isEmpty();
        assertThat(keys.getCertificateChain(alias)).containsExactly(TestKeys.certificate(ec));
        assertThat(keys.getCertificateChain("other")).isNull();
        assertThat(keys.getPrivateKey(alias)).isEqualTo(TestKeys.privateKey(ec));
        assertThat(keys.getPrivateKey("other")).isNull();
        assertThat(keys.getServerAliases("EC", null)).isEmpty();
        assertThat(keys.chooseServerAlias("EC", null, null)).isNull();
    }

    @Test
    void keysAreRecognizedByTheirPublicKey() throws Exception {
        assertThat(TestKeys.clientCertificate(ec)).isNotEqualTo("CN=ec").isNotEqualTo(null);
        SigningKey key = TestKeys.signingKey(TestKeys.pair("EC secp256r1"));
        assertThat(key)
                .isEqualTo(TestKeys.signingKey(TestKeys.pair("EC secp256r1")))
                .isNotEqualTo(TestKeys.signingKey(TestKeys.newPair("EC secp256r1")))
                .isNotEqualTo("key");
    }
}
