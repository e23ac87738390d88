package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.jenkins.support.api.Container;
import com.cloudbees.jenkins.support.api.Content;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Diagnostics for support requests, and warnings about failing connections. */
class DiagnosticsTest extends ControlledJenkinsTestBase {

    @BeforeEach
    void allowTheAuditor() {
        authorization.grant(Jenkins.READ, Jenkins.SYSTEM_READ).everywhere().to("auditor");
    }

    private void waiting() throws Exception {
        waiting(build("shop", "serviceNowGate environment: 'Production'"));
    }

    @Test
    void thePageHasTheSetUpAndNoSecret() throws Exception {
        waiting();
        String page = web("auditor")
                .goTo("servicenow-gates/diagnostics/")
                .getWebResponse()
                .getContentAsString();

        assertThat(page)
                .contains("change control: on", "## Connection corp", simulator.baseUrl(), "status: reachable")
                .contains("poll interval: normal", "failing since: none", "requests paused until: none")
                .containsPattern("last successful response: [0-9-]+T[0-9:.]+Z \\(0 minutes ago\\)")
                .contains("credentials id of the client secret: servicenow-client", "waiting deployments: 1")
                .contains("credentials id of the API key: none", "template: none")
                .contains("Production: controlled: true", "jobs with a mark: 1")
                .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD, "Bearer", ": null");
        assertThat(webWithErrors(READER)
                        .goTo("servicenow-gates/diagnostics/")
                        .getWebResponse()
                        .getContentAsString())
                .doesNotContain("## Connection");
    }

    @Test
    void aSupportBundleHasTheSame() throws Exception {
        ControlledJenkins.controlledJob(jenkins, "shop", "");
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        ExtensionList.lookupSingleton(SupportBundle.class).addContents(new Container() {
            @Override
            public void add(Content content) {
                try {
                    content.writeTo(bundle);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });

        assertThat(bundle.toString(StandardCharsets.UTF_8))
                .contains("# ServiceNow Gate", "## Connection corp")
                .contains("\tSYSTEM\tADDED\tapps/shop\tno mark\tmark()")
                .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
    }

    @Test
    void aConnectionThatFailsForTenMinutesIsReported() throws Exception {
        FailingConnectionMonitor monitor = ExtensionList.lookupSingleton(FailingConnectionMonitor.class);
        waiting();
        assertThat(FailingConnectionMonitor.failing(Instant.now().plus(Duration.ofHours(1))))
                .isEmpty();

        simulator.faults().on(Endpoint.LIST).always(Fault.badGateway());
        await().untilAsserted(() -> assertThat(
                        FailingConnectionMonitor.failing(Instant.now().plus(Duration.ofMinutes(11))))
                .extracting(ConnectionStatus::name)
                .containsExactly("corp"));
        assertThat(FailingConnectionMonitor.failing(Instant.now().plus(Duration.ofMinutes(9))))
                .isEmpty();
        assertThat(monitor.isActivated()).isFalse();

        simulator.faults().clear();
        await().untilAsserted(() -> assertThat(
                        FailingConnectionMonitor.failing(Instant.now().plus(Duration.ofHours(1))))
                .isEmpty());
    }
}
