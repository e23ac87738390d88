package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.rules.BuildVariables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * A change controlled environment with the settings that apply at one place, before a job adds its own.
 *
 * @param folder the place; null for the controller
 * @param connection null if it is left to inner folders and jobs
 * @param settings null if they contradict each other
 * @param problem the contradiction; empty if there is none
 * @param agentLabels the label expressions of reserved agents
 */
@Restricted(NoExternalUse.class)
public record ControlledEnvironment(
        @NonNull String name,
        @CheckForNull AbstractFolder<?> folder,
        @CheckForNull String connection,
        @CheckForNull ChangeSettings settings,
        @NonNull String problem,
        @NonNull List<String> agentLabels) {

    /** The name for users, with the folder. */
    @NonNull
    public String label() {
        AbstractFolder<?> place = folder;
        return place == null ? name : name + " (" + place.getFullName() + ")";
    }

    /**
     * Those of the controller, and those of each folder that declares environments, or a connection or template for
     * them. As the system: the caller decides what a viewer may see.
     */
    @NonNull
    public static List<ControlledEnvironment> all() {
        List<ControlledEnvironment> found = new ArrayList<>();
        Collection<String> global = new TreeSet<>();
        ServiceNowGateConfiguration.get().getEnvironments().forEach(one -> global.add(one.getName()));
        global.forEach(name -> add(found, null, List.of(), name));
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            for (AbstractFolder<?> folder : Jenkins.get().allItems(AbstractFolder.class)) {
                ChangeControlFolderProperty property = FolderPolicies.property(folder);
                if (property != null) {
                    List<FolderPolicies.Level> levels = new ArrayList<>();
                    levels.add(new FolderPolicies.Level(folder, property));
                    levels.addAll(FolderPolicies.above(folder));
                    boolean changesAll = !property.getConnection().isEmpty()
                            || !property.getStandardChangeTemplate().isEmpty();
                    FolderPolicies.environments(folder).stream()
                            .filter(name -> changesAll || Environment.find(property.getEnvironments(), name) != null)
                            .forEach(name -> add(found, folder, levels, name));
                }
            }
        }
        return found;
    }

    private static void add(
            List<ControlledEnvironment> found,
            @CheckForNull AbstractFolder<?> folder,
            List<FolderPolicies.Level> levels,
            String name) {
        List<EffectiveSettings.Declared> declared = EffectiveSettings.declarations(
                levels, ServiceNowGateConfiguration.get().getEnvironments(), name);
        if (declared.stream().noneMatch(one -> one.environment().isChangeControlled())) {
            return;
        }
        List<String> labels = declared.stream()
                .map(one -> one.environment().getAgentLabel())
                .filter(label -> !label.isEmpty())
                .distinct()
                .toList();
        try {
            EffectiveSettings effective =
                    new EffectiveSettings(name, declared, levels, null, BuildVariables.known(Map.of()));
            found.add(new ControlledEnvironment(
                    name, folder, effective.connection(only()), effective.settings(), "", labels));
        } catch (IllegalArgumentException e) {
            found.add(new ControlledEnvironment(name, folder, null, null, String.valueOf(e.getMessage()), labels));
        }
    }

    @CheckForNull
    private static String only() {
        List<ServiceNowConnection> connections =
                ServiceNowGateConfiguration.get().getConnections();
        return connections.size() == 1 ? connections.get(0).getName() : null;
    }
}
