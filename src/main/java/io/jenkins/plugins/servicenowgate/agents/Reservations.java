package io.jenkins.plugins.servicenowgate.agents;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Item;
import hudson.model.Node;
import hudson.model.Saveable;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.SaveableListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * All reservations of agents by the level that declares them: those of the controller apply to all work, those of a
 * folder to the projects in it. Cached until a relevant configuration changes.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class Reservations {
    /**
     * @param global reservations of the controller
     * @param folders reservations of folders, by the folder's full name
     */
    private record Snapshot(
            @NonNull List<Reservation> global, @NonNull Map<String, List<Reservation>> folders) {
        boolean isEmpty() {
            return global.isEmpty() && folders.isEmpty();
        }
    }

    /** The key of the controller's level among the full names of folders. */
    private static final String CONTROLLER = "";

    private volatile Snapshot snapshot;
    private final AtomicInteger invalidations = new AtomicInteger();

    @NonNull
    static Reservations get() {
        return ExtensionList.lookupSingleton(Reservations.class);
    }

    /** Whether there are no reservations. The most frequent check. */
    boolean isEmpty() {
        return snapshot().isEmpty();
    }

    /** Whether any reservation on any level covers an agent. */
    boolean isReserved(@NonNull Node node) {
        Snapshot now = snapshot();
        return covers(now.global(), node) || now.folders().values().stream().anyMatch(level -> covers(level, node));
    }

    private static boolean covers(List<Reservation> level, Node node) {
        return level.stream().anyMatch(reservation -> reservation.covers(node));
    }

    /** The reservations that apply to work of a project, one list per level, outermost first. */
    @NonNull
    List<List<Reservation>> levels(@CheckForNull Item project) {
        Snapshot now = snapshot();
        List<List<Reservation>> levels = new ArrayList<>();
        levels.add(now.global());
        if (!now.folders().isEmpty()) {
            for (FolderPolicies.Level level : FolderPolicies.above(project)) {
                List<Reservation> own = now.folders().get(level.folder().getFullName());
                if (own != null) {
                    levels.add(1, own);
                }
            }
        }
        return levels;
    }

    private Snapshot snapshot() {
        Snapshot now = snapshot;
        if (now == null) {
            int before = invalidations.get();
            now = read();
            snapshot = now;
            if (before != invalidations.get()) {
                // The configuration changed meanwhile; the next caller reads it again.
                snapshot = null;
            }
        }
        return now;
    }

    /** Reads all reservations. Unreadable levels keep their last known reservations. */
    private static Snapshot read() {
        Map<String, List<Reservation>> levels = new HashMap<>();
        Map<String, List<Reservation>> before = null;
        try (ACLContext all = ACL.as2(ACL.SYSTEM2)) {
            for (AbstractFolder<?> folder : Jenkins.get().allItems(AbstractFolder.class)) {
                ChangeControlFolderProperty property = FolderPolicies.property(folder);
                if (property != null && !property.isReadable()) {
                    before = before == null ? ReservationStore.read() : before;
                    add(levels, folder.getFullName(), before.getOrDefault(folder.getFullName(), List.of()));
                }
                add(levels, folder.getFullName(), of(folder));
            }
        }
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        if (configuration.getFault() != null) {
            before = before == null ? ReservationStore.read() : before;
            add(levels, CONTROLLER, before.getOrDefault(CONTROLLER, List.of()));
        }
        add(levels, CONTROLLER, of(configuration.getEnvironments()));
        Map<String, List<Reservation>> stored = Map.copyOf(levels);
        GateExecutor.get().execute(() -> ReservationStore.write(stored));
        List<Reservation> global = levels.remove(CONTROLLER);
        return new Snapshot(global == null ? List.of() : global, Map.copyOf(levels));
    }

    private static void add(Map<String, List<Reservation>> levels, String level, List<Reservation> reservations) {
        if (!reservations.isEmpty()) {
            Set<Reservation> merged = new LinkedHashSet<>(levels.getOrDefault(level, List.of()));
            merged.addAll(reservations);
            levels.put(level, List.copyOf(merged));
        }
    }

    private static List<Reservation> of(AbstractFolder<?> folder) {
        ChangeControlFolderProperty property = FolderPolicies.property(folder);
        return property == null ? List.of() : of(property.getEnvironments());
    }

    private static List<Reservation> of(List<Environment> environments) {
        return environments.stream()
                .filter(environment -> !environment.getAgentLabel().isEmpty())
                .map(Reservation::of)
                .toList();
    }

    private void invalidate() {
        invalidations.incrementAndGet();
        snapshot = null;
    }

    private boolean isAffectedBy(AbstractFolder<?> folder) {
        Snapshot now = snapshot;
        return now == null
                || now.folders().containsKey(folder.getFullName())
                || !of(folder).isEmpty();
    }

    /** Invalidates the cache when a configuration is saved. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class Saved extends SaveableListener {
        @Override
        public void onChange(Saveable saved, XmlFile file) {
            FaultBarrier.run(Saved.class, () -> {
                if (saved instanceof ServiceNowGateConfiguration
                        || (saved instanceof AbstractFolder<?> folder && get().isAffectedBy(folder))) {
                    get().invalidate();
                }
            });
        }
    }

    /** Invalidates the cache when folders are created, deleted or moved. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class Items extends ItemListener {
        @Override
        public void onLoaded() {
            FaultBarrier.run(Items.class, () -> get().invalidate());
        }

        @Override
        public void onCreated(Item item) {
            invalidate(item);
        }

        @Override
        public void onDeleted(Item item) {
            invalidate(item);
        }

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            invalidate(item);
        }

        private static void invalidate(Item item) {
            FaultBarrier.run(Items.class, () -> {
                if (item instanceof AbstractFolder) {
                    get().invalidate();
                }
            });
        }
    }
}
