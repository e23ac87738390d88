package io.jenkins.plugins.servicenowgate.control;

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
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
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
 * Tells administrators of connections and environments that jobs name and nobody declares: those in configurations, which
 * are searched now and then, and those for which a gate was refused since Jenkins started.
 */
@Extension
@Symbol("serviceNowGateUndeclaredNames")
@Restricted(NoExternalUse.class)
public final class UndeclaredNames extends AdministrativeMonitor {
    private static final int MOST = 50;

    private volatile List<Finding> configured = List.of();
    /** The environment by the full name of the job that was refused; the latest ones. */
    private final Map<String, String> refused = Collections.synchronizedMap(new LinkedHashMap<String, String>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    });

    /**
     * A name that is declared nowhere.
     *
     * @param where the full name of the item that names it
     * @param environment whether it is an environment; else a connection
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

    /** What is known now; at most {@value #MOST} of each kind. */
    @NonNull
    public List<Finding> getFindings() {
        Set<Finding> findings = new LinkedHashSet<>(configured);
        Map<String, String> latest;
        synchronized (refused) {
            latest = new LinkedHashMap<>(refused);
        }
        latest.forEach((name, environment) -> {
            Item job = item(name);
            if (job == null || Levels.environments(job).contains(environment)) {
                refused.remove(name, environment);
            } else {
                findings.add(new Finding(nameOf(job), true, ForeignText.clean(environment, 100)));
            }
        });
        return List.copyOf(findings);
    }

    /** What people call an item. */
    private static String nameOf(Item item) {
        return item instanceof Job<?, ?> job ? ProjectName.of(job) : item.getFullName();
    }

    /** As the system: not every administrator who sees this may read every job. */
    @CheckForNull
    private static Item item(String name) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return Jenkins.get().getItemByFullName(name);
        }
    }

    void refused(@NonNull Job<?, ?> job, @NonNull String environment) {
        refused.put(job.getFullName(), environment);
    }

    /** Searches all configurations; takes a while where there are many jobs. */
    public void search() {
        List<Finding> found = new ArrayList<>();
        for (Environment environment : ServiceNowGateConfiguration.get().getEnvironments()) {
            connection(found, Messages.UndeclaredNames_Controller(), environment.getConnection());
        }
        Jenkins jenkins = Jenkins.get();
        List<String> open = new ArrayList<>();
        for (AbstractFolder<?> folder : jenkins.allItems(AbstractFolder.class)) {
            ChangeControlFolderProperty property = folder.getProperties().get(ChangeControlFolderProperty.class);
            if (property != null) {
                connection(found, folder.getFullName(), property.getConnection());
                property.getEnvironments()
                        .forEach(environment -> connection(found, folder.getFullName(), environment.getConnection()));
                property.getEnvironments().stream()
                        .filter(environment -> isOpen(folder, property, environment))
                        .limit(MOST)
                        .forEach(environment -> open.add(
                                ForeignText.clean(environment.getName(), 100) + " (" + folder.getFullName() + ")"));
            }
        }
        ExtensionList.lookupSingleton(OpenConnectionMonitor.class).learn(open.subList(0, Math.min(MOST, open.size())));
        for (Job<?, ?> job : jenkins.allItems(Job.class)) {
            ChangeControlJobProperty mark = job.getProperty(ChangeControlJobProperty.class);
            if (mark != null) {
                connection(found, nameOf(job), mark.getConnection());
                environment(found, job, mark.getEnvironment());
            }
            if (Levels.isControlled(job)) {
                ExtensionList.lookup(NamesEnvironments.class)
                        .forEach(names -> names.namedBy(job).forEach(name -> environment(found, job, name)));
            }
        }
        configured = List.copyOf(found.subList(0, Math.min(MOST, found.size())));
    }

    /** Whether a controlled environment of a folder leaves its connection to folders further in and to jobs. */
    private static boolean isOpen(
            AbstractFolder<?> folder, ChangeControlFolderProperty property, Environment environment) {
        List<ChangeControlFolderProperty> levels = new ArrayList<>(List.of(property));
        Levels.above(folder).forEach(level -> levels.add(level.property()));
        List<Environment> declared = new ArrayList<>();
        levels.forEach(level -> declared.add(Environment.find(level.getEnvironments(), environment.getName())));
        declared.add(Environment.find(ServiceNowGateConfiguration.get().getEnvironments(), environment.getName()));
        declared.removeIf(Objects::isNull);
        return declared.stream().anyMatch(Environment::isChangeControlled)
                && declared.stream().allMatch(one -> one.getConnection().isEmpty())
                && levels.stream().allMatch(level -> level.getConnection().isEmpty());
    }

    private static void connection(List<Finding> found, String where, String name) {
        if (!name.isEmpty() && ServiceNowGateConfiguration.get().connection(name) == null) {
            found.add(new Finding(where, false, ForeignText.clean(name, 100)));
        }
    }

    private static void environment(List<Finding> found, Job<?, ?> job, String name) {
        if (!name.isEmpty() && !name.contains("$") && !Levels.environments(job).contains(name)) {
            found.add(new Finding(nameOf(job), true, ForeignText.clean(name, 100)));
        }
    }
}
