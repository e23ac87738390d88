package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AdministrativeMonitor;
import hudson.model.Item;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.OpenConnectionMonitor;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Warns administrators about undeclared connections and environments that jobs name: those in configurations, which are
 * searched periodically, and those for which a gate was refused since Jenkins started.
 */
@Extension
@Symbol("serviceNowGateUndeclaredNames")
@Restricted(NoExternalUse.class)
public final class UndeclaredNames extends AdministrativeMonitor {
    private static final int MAX_FINDINGS = 50;

    private volatile List<Finding> configured = List.of();
    /** The latest refused environments, by the full name of the job. */
    private final Map<String, String> refused = Collections.synchronizedMap(new LinkedHashMap<String, String>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_FINDINGS;
        }
    });

    /**
     * A reference to an undeclared name.
     *
     * @param where the full name of the item that contains the reference
     * @param environment whether the name is that of an environment, and not of a connection
     */
    public record Finding(
            @NonNull String where,
            boolean environment,
            @NonNull String name) {
        public String getWhere() {
            return where;
        }

        public boolean isEnvironment() {
            return environment;
        }

        public String getName() {
            return name;
        }
    }

    @NonNull
    public static UndeclaredNames get() {
        return ExtensionList.lookupSingleton(UndeclaredNames.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.UndeclaredNames_DisplayName();
    }

    @Override
    public boolean isActivated() {
        return FaultBarrier.call(
                UndeclaredNames.class,
                () -> !configured.isEmpty()
                        || !refused.isEmpty() && !getFindings().isEmpty(),
                () -> false);
    }

    /** The current findings, at most {@value #MAX_FINDINGS} from configurations and from refusals each. */
    @NonNull
    public List<Finding> getFindings() {
        Set<Finding> findings = new LinkedHashSet<>(configured);
        Map<String, String> latest;
        synchronized (refused) {
            latest = new LinkedHashMap<>(refused);
        }
        latest.forEach((name, environment) -> {
            Item job = item(name);
            if (job == null || FolderPolicies.environments(job).contains(environment)) {
                refused.remove(name, environment);
            } else {
                findings.add(new Finding(nameOf(job), true, TextSanitizer.clean(environment, 100)));
            }
        });
        return List.copyOf(findings);
    }

    /** The name of an item for users. */
    private static String nameOf(Item item) {
        return item instanceof Job<?, ?> job ? ProjectName.of(job) : item.getFullName();
    }

    /** As SYSTEM, because not every administrator who sees this may read every job. */
    @CheckForNull
    private static Item item(String name) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return Jenkins.get().getItemByFullName(name);
        }
    }

    void recordRefusal(@NonNull Job<?, ?> job, @NonNull String environment) {
        refused.put(job.getFullName(), environment);
    }

    /** Searches all configurations. Slow with many jobs. */
    public void search() {
        List<Finding> found = new ArrayList<>();
        for (Environment environment : ServiceNowGateConfiguration.get().getEnvironments()) {
            addConnection(found, Messages.UndeclaredNames_Controller(), environment.getConnection());
        }
        Jenkins jenkins = Jenkins.get();
        List<String> open = new ArrayList<>();
        for (AbstractFolder<?> folder : jenkins.allItems(AbstractFolder.class)) {
            ChangeControlFolderProperty property = folder.getProperties().get(ChangeControlFolderProperty.class);
            if (property != null) {
                addConnection(found, folder.getFullName(), property.getConnection());
                property.getEnvironments()
                        .forEach(
                                environment -> addConnection(found, folder.getFullName(), environment.getConnection()));
                property.getEnvironments().stream()
                        .filter(environment -> isOpen(folder, property, environment))
                        .limit(MAX_FINDINGS)
                        .forEach(environment -> open.add(
                                TextSanitizer.clean(environment.getName(), 100) + " (" + folder.getFullName() + ")"));
            }
        }
        ExtensionList.lookupSingleton(OpenConnectionMonitor.class)
                .setFolderEnvironments(open.subList(0, Math.min(MAX_FINDINGS, open.size())));
        for (Job<?, ?> job : jenkins.allItems(Job.class)) {
            ChangeControlJobProperty mark = job.getProperty(ChangeControlJobProperty.class);
            if (mark != null) {
                addConnection(found, nameOf(job), mark.getConnection());
                addEnvironment(found, job, mark.getEnvironment());
            }
            if (FolderPolicies.isControlled(job)) {
                ExtensionList.lookup(EnvironmentReferenceProvider.class)
                        .forEach(names ->
                                names.referencedEnvironments(job).forEach(name -> addEnvironment(found, job, name)));
            }
        }
        configured = List.copyOf(found.subList(0, Math.min(MAX_FINDINGS, found.size())));
    }

    /** Whether a controlled environment of a folder leaves its connection to inner folders and jobs. */
    private static boolean isOpen(
            AbstractFolder<?> folder, ChangeControlFolderProperty property, Environment environment) {
        List<ChangeControlFolderProperty> levels = new ArrayList<>(List.of(property));
        FolderPolicies.above(folder).forEach(level -> levels.add(level.property()));
        List<Environment> declared = new ArrayList<>();
        levels.forEach(level -> declared.add(Environment.find(level.getEnvironments(), environment.getName())));
        declared.add(Environment.find(ServiceNowGateConfiguration.get().getEnvironments(), environment.getName()));
        declared.removeIf(Objects::isNull);
        return declared.stream().anyMatch(Environment::isChangeControlled)
                && declared.stream().allMatch(one -> one.getConnection().isEmpty())
                && levels.stream().allMatch(level -> level.getConnection().isEmpty());
    }

    private static void addConnection(List<Finding> found, String where, String name) {
        if (!name.isEmpty() && ServiceNowGateConfiguration.get().connection(name) == null) {
            found.add(new Finding(where, false, TextSanitizer.clean(name, 100)));
        }
    }

    private static void addEnvironment(List<Finding> found, Job<?, ?> job, String name) {
        if (!name.isEmpty()
                && !name.contains("$")
                && !FolderPolicies.environments(job).contains(name)) {
            found.add(new Finding(nameOf(job), true, TextSanitizer.clean(name, 100)));
        }
    }
}
