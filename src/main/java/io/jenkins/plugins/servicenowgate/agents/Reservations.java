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
import io.jenkins.plugins.servicenowgate.control.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
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
 * All reservations of agents, by the level that declares them: the controller's hold for all work, a folder's for the
 * projects below it. Kept until something is configured that matters to it.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class Reservations {
    /**
     * @param global those of the controller
     * @param folders those of folders, by the folder's full name
     */
    private record Known(
            @NonNull List<Reservation> global, @NonNull Map<String, List<Reservation>> folders) {
        boolean isEmpty() {
            return global.isEmpty() && folders.isEmpty();
        }
    }

    /** The level of the controller, among the full names of folders. */
    private static final String CONTROLLER = "";

    private volatile Known known;
    private final AtomicInteger forgotten = new AtomicInteger();

    @NonNull
    static Reservations get() {
        return ExtensionList.lookupSingleton(Reservations.class);
    }

    /** Whether nothing is reserved anywhere; what is asked most often. */
    boolean isEmpty() {
        return known().isEmpty();
    }

    /** Whether any reservation, on whatever level, covers the agent. */
    boolean cover(@NonNull Node node) {
        Known now = known();
        return covers(now.global(), node) || now.folders().values().stream().anyMatch(level -> covers(level, node));
    }

    private static boolean covers(List<Reservation> level, Node node) {
        return level.stream().anyMatch(reservation -> reservation.covers(node));
    }

    /** The reservations that hold for work of a project, a list for each level, the outermost first. */
    @NonNull
    List<List<Reservation>> levels(@CheckForNull Item project) {
        Known now = known();
        List<List<Reservation>> levels = new ArrayList<>();
        levels.add(now.global());
        if (!now.folders().isEmpty()) {
            for (Levels.Level level : Levels.above(project)) {
                List<Reservation> own = now.folders().get(level.folder().getFullName());
                if (own != null) {
                    levels.add(1, own);
                }
            }
        }
        return levels;
    }

    private Known known() {
        Known now = known;
        if (now == null) {
            int before = forgotten.get();
            now = read();
            known = now;
            if (before != forgotten.get()) {
                // Something was configured meanwhile; whoever asks next reads it.
                known = null;
            }
        }
        return now;
    }

    /** What can't be read stays as it is known from before. */
    private static Known read() {
        Map<String, List<Reservation>> levels = new HashMap<>();
        Map<String, List<Reservation>> before = null;
        try (ACLContext all = ACL.as2(ACL.SYSTEM2)) {
            for (AbstractFolder<?> folder : Jenkins.get().allItems(AbstractFolder.class)) {
                ChangeControlFolderProperty property = Levels.property(folder);
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
        GateService.get().execute(() -> ReservationStore.write(stored));
        List<Reservation> global = levels.remove(CONTROLLER);
        return new Known(global == null ? List.of() : global, Map.copyOf(levels));
    }

    private static void add(Map<String, List<Reservation>> levels, String level, List<Reservation> reservations) {
        if (!reservations.isEmpty()) {
            Set<Reservation> together = new LinkedHashSet<>(levels.getOrDefault(level, List.of()));
            together.addAll(reservations);
            levels.put(level, List.copyOf(together));
        }
    }

    private static List<Reservation> of(AbstractFolder<?> folder) {
        ChangeControlFolderProperty property = Levels.property(folder);
        return property == null ? List.of() : of(property.getEnvironments());
    }

    private static List<Reservation> of(List<Environment> environments) {
        return environments.stream()
                .filter(environment -> !environment.getAgentLabel().isEmpty())
                .map(Reservation::of)
                .toList();
    }

    private void forget() {
        forgotten.incrementAndGet();
        known = null;
    }

    private boolean concerns(AbstractFolder<?> folder) {
        Known now = known;
        return now == null
                || now.folders().containsKey(folder.getFullName())
                || !of(folder).isEmpty();
    }

    /** Hears of what is configured. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class Saved extends SaveableListener {
        @Override
        public void onChange(Saveable saved, XmlFile file) {
            FaultBarrier.run(Saved.class, () -> {
                if (saved instanceof ServiceNowGateConfiguration
                        || (saved instanceof AbstractFolder<?> folder && get().concerns(folder))) {
                    get().forget();
                }
            });
        }
    }

    /** Hears of folders that come, go and move. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class Items extends ItemListener {
        @Override
        public void onLoaded() {
            FaultBarrier.run(Items.class, () -> get().forget());
        }

        @Override
        public void onCreated(Item item) {
            forget(item);
        }

        @Override
        public void onDeleted(Item item) {
            forget(item);
        }

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            forget(item);
        }

        private static void forget(Item item) {
            FaultBarrier.run(Items.class, () -> {
                if (item instanceof AbstractFolder) {
                    get().forget();
                }
            });
        }
    }
}
