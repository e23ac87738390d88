package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Decides whether a change releases its deployment, by the table in the README ("What the gate does"): the
 * first row that applies decides.
 */
public final class ReleaseRule {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private ReleaseRule() {}

    /**
     * Returns the decision of the first matching row.
     *
     * @param change as polled last
     * @param now the time of that poll; both ends of the planned window are inclusive
     */
    @NonNull
    public static Decision decide(@NonNull ChangeRequest change, @NonNull Instant now) {
        ChangeState state = change.state();
        String number = change.number();
        if (state == null) {
            return refuse(Reason.REFUSED_UNKNOWN_STATE, number, change.stateLabel());
        }
        switch (state) {
            case REVIEW, CLOSED, CANCELED -> {
                return refuse(Reason.REFUSED_FINISHED, number, state.label());
            }
            default -> {
                // The rest is decided below.
            }
        }
        if (!change.active()) {
            return refuse(Reason.REFUSED_INACTIVE, number);
        }
        if (change.rejected()) {
            return refuse(Reason.REFUSED_REJECTED, number);
        }
        Instant end = change.plannedEnd();
        if (end != null && now.isAfter(end)) {
            return refuse(Reason.REFUSED_WINDOW_PASSED, number, utc(end));
        }
        if (change.onHold()) {
            String why = TextSanitizer.clean(change.onHoldReason());
            return why.isEmpty()
                    ? wait(Reason.WAITS_ON_HOLD_UNEXPLAINED, null, number)
                    : wait(Reason.WAITS_ON_HOLD, null, number, why);
        }
        if (state != ChangeState.IMPLEMENT) {
            return wait(
                    Reason.WAITS_FOR_IMPLEMENT,
                    null,
                    number,
                    state.label(),
                    TextSanitizer.clean(change.approval(), 40));
        }
        Instant start = change.plannedStart();
        if (start != null && now.isBefore(start)) {
            return wait(Reason.WAITS_FOR_START, start, number, utc(start));
        }
        return new Decision.Proceed(Phrase.of(Reason.RELEASED, number, state.label()));
    }

    /** The format of times in all messages of the gate. */
    public static String utc(Instant instant) {
        return UTC.format(instant);
    }

    private static Decision refuse(Reason reason, String... arguments) {
        return new Decision.Refuse(Phrase.of(reason, arguments));
    }

    private static Decision wait(Reason reason, Instant until, String... arguments) {
        return new Decision.Wait(Phrase.of(reason, arguments), until);
    }
}
