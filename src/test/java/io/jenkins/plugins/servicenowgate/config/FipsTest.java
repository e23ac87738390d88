package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import jenkins.model.Jenkins;
import jenkins.security.FIPS140;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * In FIPS mode no request is sent unencrypted, not even to a loopback address. The mode applies to a whole process, and
 * rejects the passwords of the users in other tests, so nobody signs in here.
 */
class FipsTest {
    private static final String LOOPBACK = "http://127.0.0.1:8081";

    @RegisterExtension
    private final RealJenkinsExtension controller =
            ControlledJenkins.inAShortProcess().javaOptions("-D" + FIPS140.class.getName() + ".COMPLIANCE=true");

    @Test
    void anAddressIsHttps() throws Throwable {
        controller.then(FipsTest::check);
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
        FormValidation told = ((ServiceNowConnection.DescriptorImpl) older.getDescriptor()).doCheckBaseUrl(LOOPBACK);
        assertThat(told.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(told.getMessage()).contains("FIPS");
        assertThat(new ServiceNowConnection("corp", "https://corp.service-now.com", "id", "secret", "").instanceUrl())
                .hasToString("https://corp.service-now.com");
    }
}
