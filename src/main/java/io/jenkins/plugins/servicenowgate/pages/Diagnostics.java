package io.jenkins.plugins.servicenowgate.pages;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.PluginWrapper;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionStatus;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import java.time.Instant;
import jenkins.model.Jenkins;

/**
 * How the plugin is set up and doing, as Markdown for a support request. Ids of credentials, never what they hold. In
 * English whoever reads it, since it is sent to others.
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
                "looks every (seconds)",
                configuration.getShortestPollIntervalSeconds() + ", " + configuration.getPollIntervalSeconds() + ", "
                        + configuration.getLongestPollIntervalSeconds());
        line("waiting deployments", GateService.get().waiting().size());
        line("proxy", jenkins.getProxy() == null ? "none" : "configured");
    }

    private void connection(ServiceNowConnection connection) {
        ConnectionStatus status = GateService.get().status(connection.getName());
        text.append("\n## Connection ").append(connection.getName()).append("\n\n");
        line("address", connection.getBaseUrl());
        line("grant", connection.getUserCredentialsId() == null ? "client_credentials" : "password");
        line("credentials of the client", connection.getClientSecretId());
        line("credentials of the user", connection.getUserCredentialsId());
        line("condition", status.getCondition());
        line("last answer", status.getLastSuccess());
        line("failing since", status.getFailingSince());
        line("last trouble", status.getLastTrouble());
        line("answers 429", status.getRefusals());
        line("nothing is sent until", status.getQuietUntil());
        line("intervals stretched by", status.getStretch());
        line("clock ahead (seconds)", status.getClockDifferenceSeconds());
        line("waiting deployments", status.getGates());
    }

    private void environments() {
        text.append("\n## Environments of the controller\n\n");
        for (Environment environment : configuration.getEnvironments()) {
            line(
                    environment.getName(),
                    "controlled: " + environment.isChangeControlled() + ", connection: " + environment.getConnection()
                            + ", template: " + environment.getStandardChangeTemplate() + ", transition: "
                            + environment.getAutomaticTransition() + ", emergency: "
                            + environment.isAllowEmergency());
        }
    }

    private void marks() {
        text.append("\n## Marks\n\n");
        long folders = 0;
        long jobs = 0;
        // Counted whoever asks, and no name told.
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            for (AbstractFolder<?> folder : jenkins.allItems(AbstractFolder.class)) {
                folders += folder.getProperties().get(ChangeControlFolderProperty.class) == null ? 0 : 1;
            }
            for (Job<?, ?> job : jenkins.allItems(Job.class)) {
                jobs += job.getProperty(ChangeControlJobProperty.class) == null ? 0 : 1;
            }
        }
        line("folders that say something", folders);
        line("jobs with a mark of their own", jobs);
    }

    private void line(String name, Object value) {
        text.append("- ").append(name).append(": ").append(value).append('\n');
    }
}
