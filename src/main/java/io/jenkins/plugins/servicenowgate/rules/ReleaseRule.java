package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/**
 * Decides whether a change releases its deployment, by the table in the README ("What the gate does"): the first row that
 * applies decides. The rows about another title, type or template, about conflicts and about another approver are decided
 * where what they need is read: in {@code ChangeMatch}, {@code ConflictRule} and {@code SeparationRule}.
 */
public final class ReleaseRule {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final Set<String> REJECTION = Set.of(
            Messages._ReleaseRule_Rejected("").getKey(),
            Messages._ReleaseRule_WaitsAfterRejection("").getKey());

    private ReleaseRule() {}

    /** The decision for a deployment that does not wait after a rejection, where no states of models are mapped. */
    @NonNull
    public static ReleaseDecision decide(@NonNull ChangeRequest change, @NonNull Instant now) {
        return decide(change, now, false, ModelStates.DEFAULT);
    }

    /**
     * Returns the decision of the first matching row.
     *
     * @param change as polled last
     * @param now the time of that poll; both ends of the planned window are inclusive
     * @param waitsAfterRejection whether the deployment waits until approval is requested again, if it was rejected
     * @param states what the states of change models mean
     */
    @NonNull
    public static ReleaseDecision decide(
            @NonNull ChangeRequest change,
            @NonNull Instant now,
            boolean waitsAfterRejection,
            @NonNull ModelStates states) {
        ModelStates.Meaning meaning = states.of(change);
        String number = change.number();
        Localizable refused = refusedState(change, meaning);
        if (refused != null) {
            return new ReleaseDecision.Refuse(refused);
        }
        if (!change.active()) {
            return new ReleaseDecision.Refuse(Messages._ReleaseRule_Inactive(number));
        }
        if (change.rejected() && !waitsAfterRejection) {
            return new ReleaseDecision.Refuse(Messages._ReleaseRule_Rejected(number));
        }
        Instant end = change.plannedEnd();
        if (end != null && now.isAfter(end)) {
            return new ReleaseDecision.Refuse(Messages._ReleaseRule_WindowPassed(number, utc(end)));
        }
        if (change.onHold()) {
            String why = TextSanitizer.clean(change.onHoldReason());
            return why.isEmpty()
                    ? new ReleaseDecision.Wait(Messages._ReleaseRule_WaitsOnHoldUnexplained(number), null)
                    : new ReleaseDecision.Wait(Messages._ReleaseRule_WaitsOnHold(number, why), null);
        }
        if (change.rejected()) {
            return new ReleaseDecision.Wait(Messages._ReleaseRule_WaitsAfterRejection(number), null);
        }
        Localizable waits = waitingState(change, meaning);
        if (waits != null) {
            return new ReleaseDecision.Wait(waits, null);
        }
        Instant start = change.plannedStart();
        if (start != null && now.isBefore(start)) {
            return new ReleaseDecision.Wait(
                    Messages._ReleaseRule_WaitsForStart(number, change.stateLabel(), utc(start)), start);
        }
        return new ReleaseDecision.Proceed(Messages._ReleaseRule_Released(number, change.stateLabel()));
    }

    /** Why the state of a change is refused; null if it is not. */
    @CheckForNull
    private static Localizable refusedState(ChangeRequest change, ModelStates.Meaning meaning) {
        String number = change.number();
        return switch (meaning) {
            case DEFAULT_LIFE_CYCLE -> {
                ChangeState state = change.state();
                if (state == null) {
                    yield Messages._ReleaseRule_UnknownState(number, change.stateLabel());
                }
                // Exhaustive, so that a new state needs a decision here.
                yield switch (state) {
                    case REVIEW, CLOSED, CANCELED -> Messages._ReleaseRule_Finished(number, state.label());
                    case NEW, ASSESS, AUTHORIZE, SCHEDULED, IMPLEMENT -> null;
                };
            }
            case WAITS, GOES -> null;
            case REFUSED -> Messages._ReleaseRule_Finished(number, change.stateLabel());
            case UNMAPPED -> Messages._ReleaseRule_UnmappedState(number, change.stateLabel(), modelOf(change));
            case UNREADABLE -> Messages._ReleaseRule_UnreadableModel(number, change.stateLabel(), modelOf(change));
        };
    }

    /** What a change has to wait for in its state; null if it is released there. */
    @CheckForNull
    private static Localizable waitingState(ChangeRequest change, ModelStates.Meaning meaning) {
        String approval = TextSanitizer.clean(change.approval(), 40);
        boolean isDefault = meaning == ModelStates.Meaning.DEFAULT_LIFE_CYCLE;
        if (isDefault && change.state() != ChangeState.IMPLEMENT) {
            return Messages._ReleaseRule_WaitsForImplement(change.number(), change.stateLabel(), approval);
        }
        if (meaning == ModelStates.Meaning.WAITS) {
            return Messages._ReleaseRule_WaitsForState(change.number(), change.stateLabel(), approval, modelOf(change));
        }
        // Only Implement of a base model proves that somebody approved; a hidden model may be another one.
        return isDefault && !change.isModelHidden() || change.approval().strip().equalsIgnoreCase("approved")
                ? null
                : Messages._ReleaseRule_WaitsForApproval(change.number(), change.stateLabel(), approval);
    }

    private static String modelOf(ChangeRequest change) {
        ChangeModel model = change.model();
        String name = model == null ? "" : TextSanitizer.clean(model.name(), 80);
        return name.isEmpty() ? Messages.ReleaseRule_NamelessModel() : name;
    }

    /** Whether a decision says only that the change was rejected, not by whom. */
    public static boolean isAboutRejection(@NonNull ReleaseDecision decision) {
        return REJECTION.contains(decision.reason().getKey());
    }

    /** The format of times in all messages of the gate. */
    public static String utc(Instant instant) {
        return UTC.format(instant);
    }
}
