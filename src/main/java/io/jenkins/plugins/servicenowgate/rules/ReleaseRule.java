package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * Decides whether a change releases its deployment, by the table in the README ("What the gate does"): the
 * first row that applies decides.
 */
public final class ReleaseRule {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final Set<String> REJECTION = Set.of(
            Messages._ReleaseRule_Rejected("").getKey(),
            Messages._ReleaseRule_WaitsAfterRejection("").getKey());

    private ReleaseRule() {}

    /** The decision for a deployment that does not wait after a rejection. */
    @NonNull
    public static Decision decide(@NonNull ChangeRequest change, @NonNull Instant now) {
        return decide(change, now, false);
    }

    /**
     * Returns the decision of the first matching row.
     *
     * @param change as polled last
     * @param now the time of that poll; both ends of the planned window are inclusive
     * @param waitsAfterRejection whether the deployment waits until approval is requested again, if it was rejected
     */
    @NonNull
    public static Decision decide(@NonNull ChangeRequest change, @NonNull Instant now, boolean waitsAfterRejection) {
        ChangeState state = change.state();
        String number = change.number();
        if (state == null) {
            return new Decision.Refuse(Messages._ReleaseRule_UnknownState(number, change.stateLabel()));
        }
        // Exhaustive, so that a new state needs a decision here.
        boolean finished =
                switch (state) {
                    case REVIEW, CLOSED, CANCELED -> true;
                    case NEW, ASSESS, AUTHORIZE, SCHEDULED, IMPLEMENT -> false;
                };
        if (finished) {
            return new Decision.Refuse(Messages._ReleaseRule_Finished(number, state.label()));
        }
        if (!change.active()) {
            return new Decision.Refuse(Messages._ReleaseRule_Inactive(number));
        }
        if (change.rejected() && !waitsAfterRejection) {
            return new Decision.Refuse(Messages._ReleaseRule_Rejected(number));
        }
        Instant end = change.plannedEnd();
        if (end != null && now.isAfter(end)) {
            return new Decision.Refuse(Messages._ReleaseRule_WindowPassed(number, utc(end)));
        }
        if (change.onHold()) {
            String why = TextSanitizer.clean(change.onHoldReason());
            return why.isEmpty()
                    ? new Decision.Wait(Messages._ReleaseRule_WaitsOnHoldUnexplained(number), null)
                    : new Decision.Wait(Messages._ReleaseRule_WaitsOnHold(number, why), null);
        }
        if (change.rejected()) {
            return new Decision.Wait(Messages._ReleaseRule_WaitsAfterRejection(number), null);
        }
        if (state != ChangeState.IMPLEMENT) {
            return new Decision.Wait(
                    Messages._ReleaseRule_WaitsForImplement(
                            number, state.label(), TextSanitizer.clean(change.approval(), 40)),
                    null);
        }
        Instant start = change.plannedStart();
        if (start != null && now.isBefore(start)) {
            return new Decision.Wait(Messages._ReleaseRule_WaitsForStart(number, utc(start)), start);
        }
        return new Decision.Proceed(Messages._ReleaseRule_Released(number, state.label()));
    }

    /** Whether a decision says only that the change was rejected, not by whom. */
    public static boolean isAboutRejection(@NonNull Decision decision) {
        return REJECTION.contains(decision.reason().getKey());
    }

    /** The format of times in all messages of the gate. */
    public static String utc(Instant instant) {
        return UTC.format(instant);
    }
}
