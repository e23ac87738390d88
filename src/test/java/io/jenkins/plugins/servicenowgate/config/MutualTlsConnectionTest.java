package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.servicenow.TestKeys;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A connection with a client certificate, to an instance that requests one. In a Jenkins of its own, because the trust
 * store belongs to a whole process.
 */
class MutualTlsConnectionTest {
    @TempDir
    private Path directory;

    @RegisterExtension
    private final RealJenkinsExtension controller = ControlledJenkins.withRequiredPlugins();

    @Test
    void theClientCertificateOfTheConnectionIsUsed() throws Throwable {
        Path client = TestKeys.keyStore(directory, "client", "-keyalg", "EC", "-groupname", "secp256r1");
        Path server = TestKeys.keyStore(directory, "server", "-keyalg", "EC", "-groupname", "secp256r1");
        Path clients = TestKeys.trustStore(directory, "clients", TestKeys.certificate(client));
        Path servers = TestKeys.trustStore(directory, "servers", TestKeys.certificate(server));
        controller.javaOptions(
                "-Djavax.net.ssl.trustStore=" + servers,
                "-Djavax.net.ssl.trustStorePassword=" + TestKeys.PASSWORD,
                "-Djavax.net.ssl.trustStoreType=PKCS12");
        try (ServiceNowSimulator simulator = ServiceNowSimulator.builder()
                .mutualTls(server, clients, TestKeys.PASSWORD)
                .start()) {
            simulator.addChange(Map.of("short_description", "x"));
            String url = simulator.baseUrl();
            String keyStore = client.toString();

            controller.then((RealJenkinsExtension.Step) jenkins -> check(url, keyStore));
            assertThat(simulator.requests().all()).isNotEmpty();
        }
    }

    private static void check(String url, String keyStore) throws Exception {
        ControlledJenkins.secrets(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
        TestCredentials.certificate("servicenow-tls", Path.of(keyStore));
        FormValidation without = test(url, null);
        assertThat(without.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(without.getMessage()).contains("Signing in failed");
        FormValidation with = test(url, "servicenow-tls");
        assertThat(with.getMessage()).contains("Signed in as jenkins.integration.", "May read changes.");
        assertThat(with.kind).isEqualTo(FormValidation.Kind.OK);
    }

    /** Through the form: other classes of the plugin are not visible to a test outside of its class loader. */
    private static FormValidation test(String url, String clientCertificate) {
        try (ACLContext as = ACL.as2(ACL.SYSTEM2)) {
            return ExtensionList.lookupSingleton(ConnectionDescriptor.class)
                    .doTestConnection(
                            "corp",
                            url,
                            "password",
                            ServiceNowSimulator.CLIENT_ID,
                            "servicenow-client",
                            "servicenow-user",
                            null,
                            null,
                            null,
                            null,
                            null,
                            clientCertificate);
        }
    }
}
