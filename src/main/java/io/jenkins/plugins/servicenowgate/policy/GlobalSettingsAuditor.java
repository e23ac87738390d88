package io.jenkins.plugins.servicenowgate.policy;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Logs changes of the security-relevant global settings: switches, environments, and reserved agents. */
@Extension
@Restricted(NoExternalUse.class)
public final class GlobalSettingsAuditor extends SaveableListener {
    /** Null until the configuration was read from its file. */
    private Map<String, String> previous;

    /** Records the stored settings before configuration as code or a script changes them. */
    @Initializer(after = InitMilestone.EXTENSIONS_AUGMENTED, before = InitMilestone.SYSTEM_CONFIG_LOADED)
    public static void recordStoredSettings() {
        FaultBarrier.run(
                GlobalSettingsAuditor.class,
                () -> ExtensionList.lookupSingleton(GlobalSettingsAuditor.class)
                        .compare(ServiceNowGateConfiguration.get()));
    }

    @Override
    public void onChange(Saveable saved, XmlFile file) {
        FaultBarrier.run(GlobalSettingsAuditor.class, () -> {
            if (saved instanceof ServiceNowGateConfiguration configuration) {
                compare(configuration);
            }
        });
    }

    private synchronized void compare(ServiceNowGateConfiguration configuration) {
        Map<String, String> now = settings(configuration);
        Map<String, String> before = previous;
        if (before != null) {
            now.forEach((name, value) -> {
                if (!value.equals(before.get(name))) {
                    MarkLog.get()
                            .write(
                                    MarkLog.MarkEvent.CHANGED,
                                    null,
                                    name + ": " + before.get(name),
                                    name + ": " + value);
                }
            });
        }
        previous = now;
    }

    private static Map<String, String> settings(ServiceNowGateConfiguration configuration) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("enabled", Mark.text(configuration.isEnabled()));
        settings.put(
                "environments",
                Mark.text(configuration.getEnvironments().stream()
                        .map(Mark::settings)
                        .toList()));
        settings.put(
                "states",
                Mark.text(configuration.getConnections().stream()
                        .filter(connection -> !connection.getStates().isEmpty())
                        .collect(Collectors.toMap(
                                ServiceNowConnection::getName,
                                connection -> connection.getStates().stream()
                                        .map(Mark::settings)
                                        .toList(),
                                (one, other) -> one,
                                TreeMap::new))));
        settings.put(
                "userMappings",
                Mark.text(configuration.getUserMappings().stream()
                        .map(Mark::settings)
                        .toList()));
        settings.put("breakGlass", Mark.text(configuration.isBreakGlass()));
        settings.put("reservedAgents", Mark.text(Mark.settings(configuration.getReservedAgents())));
        return settings;
    }
}
