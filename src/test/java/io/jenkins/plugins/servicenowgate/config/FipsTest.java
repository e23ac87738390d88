package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.ExtensionList;
import hudson.model.Descriptor;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.servicenow.TestKeys;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import jenkins.security.FIPS140;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * In FIPS mode no request is sent unencrypted, not even to a loopback address, and keys have an approved length. The mode
 * applies to a whole process, and rejects the passwords of the users in other tests, so nobody signs in here.
 */
class FipsTest {
    private static final String LOOPBACK = "http://127.0.0.1:8081";

    @RegisterExtension
    private final RealJenkinsExtension controller =
            ControlledJenkins.withRequiredPlugins().javaOptions("-D" + FIPS140.class.getName() + ".COMPLIANCE=true");

    @Test
    void anAddressIsHttps() throws Throwable {
        controller.then(FipsTest::check);
    }

    @TempDir
    private Path directory;

    /** Approved are RSA with 2048 bits and the curves of NIST; the algorithms are SHA-256 with RSA or ECDSA. */
    @Test
    void keysAreLongEnough() throws Throwable {
        String rsa = TestKeys.keyStore(directory, "rsa", "-keyalg", "RSA", "-keysize", "2048")
                .toString();
        String ec = TestKeys.keyStore(directory, "ec", "-keyalg", "EC", "-groupname", "secp256r1")
                .toString();
        String tooShort = TestKeys.keyStore(directory, "short", "-keyalg", "RSA", "-keysize", "1024")
                .toString();
        controller.then((RealJenkinsExtension.Step) jenkins -> checkKeys(rsa, ec, tooShort));
    }

    private static void checkKeys(String rsa, String ec, String tooShort) throws Exception {
        TestCredentials.text("secret", "a secret that is long enough");
        for (String approved : new String[] {rsa, ec}) {
            TestCredentials.pem("key", Path.of(approved));
            assertThat(test("jwtBearer", null))
                    .contains("Signing in failed", "https://127.0.0.1:1")
                    .doesNotContain("could not be signed");
            assertThat(test("clientCredentials", "key")).contains("Signing in failed", "https://127.0.0.1:1");
        }
        TestCredentials.pem("key", Path.of(tooShort));
        assertThat(test("jwtBearer", null)).contains("The settings can&#039;t be used", "at least 2048 bits");
        assertThat(test("clientCredentials", "key"))
                .contains("The settings can&#039;t be used", "Jenkins runs in FIPS mode", "at least 2048 bits");
    }

    /** Through the form, because other classes are not visible from outside of the plugin; nothing listens at the port. */
    private static String test(String authentication, String clientCertificate) {
        try (ACLContext as = ACL.as2(ACL.SYSTEM2)) {
            return ExtensionList.lookupSingleton(ConnectionDescriptor.class)
                    .doTestConnection(
                            "corp",
                            "https://127.0.0.1:1",
                            authentication,
                            "id",
                            "secret",
                            null,
                            "key",
                            "key-1",
                            "jenkins",
                            null,
                            null,
                            clientCertificate)
                    .getMessage();
        }
    }

    private static void check(JenkinsRule jenkins) throws Throwable {
        assertThat(FIPS140.useCompliantAlgorithms()).isTrue();
        assertThatThrownBy(() -> new ServiceNowConnection("corp", LOOPBACK, "id", "secret", ""))
                .isInstanceOf(Descriptor.FormException.class)
                .hasMessageContaining("FIPS");
        // An older file may contain this URL; it is read without the constructor.
        String stored = Jenkins.XSTREAM2
                .toXML(new ServiceNowConnection("corp", "https://corp.service-now.com", "id", "secret", ""))
                .replace("https://corp.service-now.com", LOOPBACK);
        ServiceNowConnection older = (ServiceNowConnection) Jenkins.XSTREAM2.fromXML(stored);
        assertThatThrownBy(older::instanceUrl)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FIPS");
        FormValidation told = ((ConnectionDescriptor) older.getDescriptor()).doCheckBaseUrl(LOOPBACK);
        assertThat(told.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(told.getMessage()).contains("FIPS");
        assertThat(new ServiceNowConnection("corp", "https://corp.service-now.com", "id", "secret", "").instanceUrl())
                .hasToString("https://corp.service-now.com");
    }
}
