package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.XmlFile;
import io.jenkins.plugins.servicenowgate.config.StoredList;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Stores the last known reservations in a separate file, so that agents stay reserved while the configuration is
 * unreadable.
 */
final class ReservationStore {
    private static final Logger LOGGER = Logger.getLogger(ReservationStore.class.getName());

    private ReservationStore() {}

    /** The stored form of a reservation. */
    private static final class Stored {
        private final String level;
        private final String environment;
        private final String agents;
        private final boolean onlyControlledProjects;

        Stored(String level, Reservation reservation) {
            this.level = level;
            this.environment = reservation.environment();
            this.agents = reservation.agents();
            this.onlyControlledProjects = reservation.onlyControlledProjects();
        }

        boolean isComplete() {
            return level != null && environment != null;
        }
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), "servicenow-gate/reserved-agents.xml"));
    }

    /** The reservations by the full name of the folder that declares them; the key is empty for the controller. */
    @NonNull
    static synchronized Map<String, List<Reservation>> read() {
        Map<String, List<Reservation>> levels = new HashMap<>();
        try {
            if (file().exists() && file().read() instanceof List<?> list) {
                StoredList.readable(list, Stored.class, Stored::isComplete)
                        .forEach(stored -> levels.computeIfAbsent(stored.level, level -> new ArrayList<>())
                                .add(new Reservation(
                                        stored.environment, stored.agents, stored.onlyControlledProjects)));
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the last known reservations of agents.");
        }
        return levels;
    }

    static synchronized void write(@NonNull Map<String, List<Reservation>> levels) {
        if (Objects.equals(read(), levels)) {
            return;
        }
        List<Stored> all = new ArrayList<>();
        levels.forEach(
                (level, reservations) -> reservations.forEach(reservation -> all.add(new Stored(level, reservation))));
        try {
            file().write(all);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the reservations of agents.");
        }
    }
}
