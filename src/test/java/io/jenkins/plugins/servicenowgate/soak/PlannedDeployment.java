package io.jenkins.plugins.servicenowgate.soak;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * One deployment of the soak: how it waits, how its change is found, and what people do with the change.
 *
 * @param start milliseconds after the begin of the soak
 * @param act milliseconds after the begin of the soak, when people decide about the change
 */
record PlannedDeployment(int id, Entry entry, Way way, Fate fate, long start, long act) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Where the build waits. */
    enum Entry {
        /** At the step {@code serviceNowGate}. */
        GATE,
        /** At the step {@code serviceNowDeployment}. */
        BODY,
        /** At the build step, on an executor, which a restart of Jenkins ends. */
        BUILD_STEP,
        /** In the queue. */
        QUEUE;

        /** Whether Jenkins ends its builds when it is restarted. */
        boolean endsAtRestart() {
            return this == BUILD_STEP || this == QUEUE;
        }
    }

    /** How the change is found. */
    enum Way {
        NUMBER,
        TITLE,
        NORMAL,
        STANDARD,
        /** A Standard change that the plugin moves on by itself. */
        AUTOMATIC,
        EMERGENCY;

        /** Whether the change is there before the deployment. */
        boolean isGiven() {
            return this == NUMBER || this == TITLE;
        }

        String environment() {
            return switch (this) {
                case STANDARD -> "Manual";
                case AUTOMATIC -> "Automatic";
                default -> "Production";
            };
        }
    }

    /** What people do. */
    enum Fate {
        APPROVED,
        /** Approved before the deployment asks for the first time. */
        APPROVED_EARLY,
        /** Approved while it is on hold, and released from that later. */
        HELD,
        /** Approved with a planned start that is to come. */
        PLANNED,
        REJECTED,
        CANCELED,
        /** Approved after its planned end. */
        TOO_LATE,
        /** Nothing is decided; the build is aborted or its queue item cancelled. */
        ABORTED;

        boolean isReleased() {
            return switch (this) {
                case APPROVED, APPROVED_EARLY, HELD, PLANNED -> true;
                default -> false;
            };
        }
    }

    private static final List<Fate> FATES = List.of(
            Fate.APPROVED,
            Fate.HELD,
            Fate.ABORTED,
            Fate.APPROVED,
            Fate.REJECTED,
            Fate.PLANNED,
            Fate.APPROVED_EARLY,
            Fate.CANCELED,
            Fate.TOO_LATE);

    /** Deployments of all kinds, which start in the first four fifths of the time; people decide in the last fifth at the latest. */
    static List<PlannedDeployment> plan(long seed, int count, long millis) {
        Random random = new Random(seed);
        List<PlannedDeployment> plan = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            Entry entry = Entry.values()[id % Entry.values().length];
            Way way = Way.values()[id / Entry.values().length % Way.values().length];
            if (entry == Entry.QUEUE && way == Way.EMERGENCY) {
                // The mark of a job has no setting for it.
                way = Way.NORMAL;
            }
            Fate fate = FATES.get(random.nextInt(FATES.size()));
            if (way == Way.AUTOMATIC) {
                fate = Fate.APPROVED;
            } else if (fate == Fate.APPROVED_EARLY && !way.isGiven()) {
                fate = Fate.APPROVED;
            }
            long start = (long) (random.nextDouble() * 0.8 * millis);
            long act = start + 2000 + (long) (random.nextDouble() * 0.2 * millis);
            plan.add(new PlannedDeployment(id, entry, way, fate, start, act));
        }
        plan.sort(Comparator.comparingLong(PlannedDeployment::start));
        return plan;
    }

    String version() {
        return "1." + id;
    }

    /** The job's name in the folder of the jobs under test. */
    String job() {
        return jobOf(entry, way);
    }

    static String jobOf(Entry entry, Way way) {
        String name = (entry + "-" + (way == Way.EMERGENCY ? "Urgent" : way.environment())).toLowerCase();
        return name.replace('_', '-');
    }

    String title() {
        return "Jenkins: Deploy \"apps/" + job() + "\" version " + version() + " to \"" + way.environment() + "\"";
    }

    /** The title of the change that is there before. */
    String givenTitle() {
        return way == Way.NUMBER ? "Release " + id : title();
    }

    /** Several deployments are told apart by it in the report. */
    String kind() {
        return entry + ", " + way + ", " + fate;
    }
}
