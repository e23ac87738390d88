package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * What is known of the checks of a change for conflicts: for which planned dates the last one ran, and for which the plugin
 * started one. Immutable; part of the stored {@link ChangeLink}.
 */
final class ConflictProgress implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The clocks of an instance's nodes, and the header by which the plugin knows them, may differ by this much. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    static final ConflictProgress NONE = new ConflictProgress(0, null, null, 0);

    /** When the last check that was seen was started, and the planned dates at that time. */
    private final long run;

    private final String runDates;
    /** The planned dates for which the plugin started a check, and when. */
    private final String checkDates;

    private final long checkSent;

    private ConflictProgress(long run, @CheckForNull String runDates, @CheckForNull String checkDates, long checkSent) {
        this.run = run;
        this.runDates = runDates;
        this.checkDates = checkDates;
        this.checkSent = checkSent;
    }

    private static String dates(ChangeRequest change) {
        return change.plannedStart() + "/" + change.plannedEnd();
    }

    private long earliestOwnRun() {
        return checkDates == null ? 0 : checkSent - TOLERANCE.toMillis();
    }

    /**
     * The progress after a poll. A check that was not seen before ran for the planned dates of this moment; only the first one
     * after the plugin started one is that one.
     */
    @NonNull
    ConflictProgress polled(@NonNull ChangeRequest change) {
        Instant last = change.assessment().conflictLastRun();
        if (last == null || last.toEpochMilli() == run) {
            return this;
        }
        long seen = last.toEpochMilli();
        boolean isOwn = checkDates != null && seen >= earliestOwnRun() && run < earliestOwnRun();
        return new ConflictProgress(seen, isOwn ? checkDates : dates(change), checkDates, checkSent);
    }

    /** The progress after the plugin started a check. */
    @NonNull
    ConflictProgress started(@NonNull ChangeRequest change, @NonNull Instant now) {
        return new ConflictProgress(run, runDates, dates(change), now.toEpochMilli());
    }

    /** Whether the plugin started a check. */
    boolean isStarted() {
        return checkDates != null;
    }

    /** Whether the plugin started a check for the planned dates of the change. */
    boolean isStartedFor(@NonNull ChangeRequest change) {
        return dates(change).equals(checkDates);
    }

    /** Whether the last check that was seen ran for the planned dates of the change. */
    boolean isCurrent(@NonNull ChangeRequest change) {
        return run != 0 && run >= earliestOwnRun() && dates(change).equals(runDates);
    }
}
