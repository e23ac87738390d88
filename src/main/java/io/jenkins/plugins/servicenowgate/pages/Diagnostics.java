package io.jenkins.plugins.servicenowgate.pages;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.PluginWrapper;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding;
import io.jenkins.plugins.servicenowgate.setup.SetupReport;
import java.time.Duration;
import java.time.Instant;
import jenkins.model.Jenkins;

/**
 * Configuration and status of the plugin as Markdown for a support request. Contains ids of credentials but no secrets.
 * Always in English, because it is sent to others.
 */
final class Diagnostics {
    private final StringBuilder text = new StringBuilder();
    private final ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
    private final Jenkins jenkins = Jenkins.get();

    private Diagnostics() {}

    @NonNull
    static String text() {
        Diagnostics diagnostics = new Diagnostics();
        diagnostics.general();
        diagnostics.configuration.getConnections().forEach(diagnostics::connection);
        diagnostics.environments();
        diagnostics.marks();
        diagnostics.setup();
        return diagnostics.text.toString();
    }

    private void general() {
        PluginWrapper plugin = jenkins.getPluginManager().getPlugin("servicenow-gate");
        text.append("# ServiceNow Gate\n\n");
        line("written", Instant.now());
        line("plugin", plugin == null ? "unknown" : plugin.getVersion());
        line("Jenkins", Jenkins.getVersion());
        line("Java", Runtime.version());
        line("change control", configuration.isEnabled() ? "on" : "SWITCHED OFF");
        line("work notes", configuration.isWorkNotesEnabled());
        line("title prefix", configuration.getTitlePrefix());
        line(
                "poll intervals: initial, normal, maximum (seconds)",
                configuration.getShortestPollIntervalSeconds() + ", " + configuration.getPollIntervalSeconds() + ", "
                        + configuration.getLongestPollIntervalSeconds());
        line("waiting deployments", DeploymentRegistry.get().waiting().size());
        line("proxy", jenkins.getProxy() == null ? "none" : "configured");
    }

    private void connection(ServiceNowConnection connection) {
        ConnectionStatus status = ConnectionRuntimes.get().status(connection.getName());
        text.append("\n## Connection ").append(connection.getName()).append("\n\n");
        line("address", connection.getBaseUrl());
        line("authentication", connection.getAuthentication());
        line("credentials id of the client secret", connection.getClientSecretId());
        line("credentials id of the user", connection.getUserCredentialsId());
        line("credentials id of the certificate for signed tokens", connection.getCertificateCredentialsId());
        line("credentials id of the API key", connection.getApiKeyCredentialsId());
        line("scope", connection.getScope());
        line("credentials id of the client certificate", connection.getClientCertificateId());
        line(
                "status",
                switch (status.getCondition()) {
                    case UNUSED -> "not used since Jenkins started or the connection was changed";
                    case ANSWERS -> "reachable";
                    case FAILS -> "failing";
                });
        line("last successful response", time(status.health().lastSuccess()));
        line("failing since", time(status.health().failingSince()));
        line("last error", status.getLastError() == null ? "none" : status.getLastError());
        line("rate-limited responses", status.getRateLimitedResponses());
        line("requests paused until", time(status.pausedUntil()));
        line("poll interval", status.intervalFactor() == 1 ? "normal" : status.getIntervalFactor() + " times normal");
        line("clock ahead (seconds)", status.getClockDifferenceSeconds());
        line("waiting deployments", status.getGates());
    }

    private void environments() {
        text.append("\n## Environments of the controller\n\n");
        for (Environment environment : configuration.getEnvironments()) {
            line(
                    environment.getName(),
                    "controlled: " + environment.isChangeControlled() + ", connection: "
                            + orNone(environment.getConnection())
                            + ", template: " + orNone(environment.getStandardChangeTemplate()) + ", transition: "
                            + orNone(environment.getAutomaticTransition()) + ", emergency: "
                            + environment.isAllowEmergency());
        }
    }

    private void marks() {
        text.append("\n## Marks\n\n");
        long folders = 0;
        long jobs = 0;
        // As SYSTEM, because only counts are shown and no names.
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            for (AbstractFolder<?> folder : jenkins.allItems(AbstractFolder.class)) {
                folders += folder.getProperties().get(ChangeControlFolderProperty.class) == null ? 0 : 1;
            }
            for (Job<?, ?> job : jenkins.allItems(Job.class)) {
                jobs += job.getProperty(ChangeControlJobProperty.class) == null ? 0 : 1;
            }
        }
        line("folders with a change control property", folders);
        line("jobs with a mark", jobs);
    }

    /** Without the findings about folders, whose names not every reader may see. */
    private void setup() {
        text.append("\n## Check of the set-up\n\n");
        SetupReport report = SetupReport.create(folder -> false);
        for (SetupReport.Section section : report.sections()) {
            for (SetupFinding finding : section.findings()) {
                text.append("- ").append(finding.english()).append('\n');
            }
        }
        line("findings about folders", report.hidden());
    }

    /** The absolute time, because the text is read later, and how long ago or ahead it is. */
    private static String time(@CheckForNull Instant instant) {
        if (instant == null) {
            return "none";
        }
        long minutes = Duration.between(instant, Instant.now()).toMinutes();
        return instant + (minutes < 0 ? " (in " + -minutes + " minutes)" : " (" + minutes + " minutes ago)");
    }

    private static Object orNone(@CheckForNull Object value) {
        return value == null || value.equals("") ? "none" : value;
    }

    private void line(String name, @CheckForNull Object value) {
        text.append("- ").append(name).append(": ").append(orNone(value)).append('\n');
    }
}
