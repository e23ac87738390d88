package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.TransitionRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeTransitions;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jvnet.localizer.Localizable;

/**
 * Updates a change before its deployment: moves a Standard change by one state, or the planned window of a change that was
 * created for the deployment to another one. Reads the change, sends the update, and reads the change again, because a
 * successful response does not prove the update. A repeated update does no harm; only that a window is moved is stored
 * before, because the change may be approved at the same time.
 */
final class ChangeTransitioner {
    private final ConnectionContext context;

    ChangeTransitioner(@NonNull ConnectionContext context) {
        this.context = context;
    }

    /** The result of one attempt. */
    sealed interface TransitionResult {
        /** The change as read last; a further update may be due. */
        record Read(@NonNull ChangeRequest change) implements TransitionResult {}

        /** The change was absent or unreadable. */
        record NotRead(@NonNull ServiceNowClient.ReadResult result) implements TransitionResult {}

        /** The model of the change does not offer the transition now; people, or the instance, have to do something first. */
        record Unavailable(
                @NonNull ChangeRequest change, @NonNull Localizable why) implements TransitionResult {}

        /** The instance accepted the update, but the change is still the same. */
        record NotApplied(
                @NonNull Localizable news, @NonNull Localizable refusal) implements TransitionResult {}

        /** The instance rejected the update. */
        record Rejected(
                @NonNull ServiceNowException failure,
                @NonNull Localizable news,
                @NonNull Localizable refusal) implements TransitionResult {}

        /** The deployment ended in the meantime; nothing was sent. */
        record Ended() implements TransitionResult {}
    }

    /**
     * @throws ServiceNowException if a request failed; it is then uncertain whether the change was updated
     */
    @NonNull
    TransitionResult move(@NonNull PendingApproval approval, @NonNull ServiceNowClient client)
            throws ServiceNowException {
        ServiceNowClient.ReadResult result = read(approval, client);
        if (!(result instanceof ServiceNowClient.ReadResult.Seen seen)) {
            return new TransitionResult.NotRead(result);
        }
        ChangeRequest before = seen.change();
        Instant now = context.instanceClock().instant();
        ModelStates mapped = context.states().get();
        ColumnUpdate update = approval.decide(before, now, mapped) instanceof ReleaseDecision.Wait
                ? ColumnUpdate.due(approval, before, now, mapped)
                : null;
        if (update == null) {
            approval.reportRecovery();
            return new TransitionResult.Read(before);
        }
        if (before.mayHaveModel() && update instanceof ColumnUpdate.Transition transition) {
            ChangeTransitions offered = client.transitions(before.sysId());
            if (!offered.isAvailable(transition.target())) {
                return new TransitionResult.Unavailable(before, unavailable(before, transition.target(), offered));
            }
        }
        boolean onItsWay = approval.link().replannedTo() != null;
        if (update instanceof ColumnUpdate.Replanning replanning) {
            storeReplanning(approval, before, replanning);
        }
        // Checked after that, because nothing is stored for a deployment that another reading of its record has
        // replaced.
        if (approval.isEnded()) {
            return new TransitionResult.Ended();
        }
        try {
            send(approval, client, update);
            answered(approval, onItsWay);
        } catch (ServiceNowException e) {
            if (e.problem().isTransientOnceLinked() || e.problem().endsAtOnce()) {
                throw e;
            }
            answered(approval, onItsWay);
            String why = e.localizable().toString();
            return new TransitionResult.Rejected(e, update.rejected(before, why), update.refusedRejected(before, why));
        }
        ServiceNowClient.ReadResult after = read(approval, client);
        if (!(after instanceof ServiceNowClient.ReadResult.Seen seenAfter)) {
            return new TransitionResult.NotRead(after);
        }
        approval.reportRecovery();
        ChangeRequest change = seenAfter.change();
        if (update.isApplied(before, change)) {
            approval.definiteFailures().reset();
            approval.report(update.applied(change));
            return new TransitionResult.Read(change);
        }
        return new TransitionResult.NotApplied(update.notApplied(change), update.refusedNotApplied(change));
    }

    private static Localizable unavailable(ChangeRequest change, ChangeState target, ChangeTransitions offered) {
        String conditions = String.join(", ", offered.failedConditions(target));
        return conditions.isEmpty()
                ? Messages._ChangeTransitioner_Unavailable(change.number(), change.stateLabel(), target.label())
                : Messages._ChangeTransitioner_UnavailableBecause(
                        change.number(), change.stateLabel(), target.label(), conditions);
    }

    private ServiceNowClient.ReadResult read(PendingApproval approval, ServiceNowClient client)
            throws ServiceNowException {
        SysId sysId = approval.link().sysId();
        return approval.verify(context.read(client, List.of(sysId)).get(sysId));
    }

    private static void send(PendingApproval approval, ServiceNowClient client, ColumnUpdate update)
            throws ServiceNowException {
        approval.acting(true);
        try {
            client.update(Objects.requireNonNull(approval.link().sysId(), "not linked"), update.columns());
        } finally {
            approval.acting(false);
        }
    }

    private static void answered(PendingApproval approval, boolean isEarlierOnItsWay) {
        if (!isEarlierOnItsWay) {
            approval.link().replanningAnswered();
        }
    }

    /** Without that, nothing is sent. */
    private static void storeReplanning(
            PendingApproval approval, ChangeRequest before, ColumnUpdate.Replanning replanning) {
        ChangeLink link = approval.link();
        ChangeLink.Replanning former = link.replanning();
        link.replanningStarts(before.plannedStart(), replanning.planned().start());
        boolean stored = false;
        try {
            approval.save();
            stored = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!stored) {
                link.replanning(former);
            }
        }
    }

    /** Why a change still waits, and what people should know about it. */
    @NonNull
    ReleaseDecision explain(
            @NonNull PendingApproval approval,
            @NonNull ChangeRequest change,
            @NonNull ReleaseDecision waits,
            @NonNull Instant now) {
        ColumnUpdate.reportOther(approval, change);
        if (!approval.spec().automaticTransition()) {
            return waits;
        }
        if (approval.link().isByNumber()) {
            approval.reportOnce(Messages._ChangeTransitioner_LinkedByNumber(change.number()));
            return waits;
        }
        ChangeModel model = change.model();
        if (model != null && !context.states().get().hasDefaultLifeCycle(change)) {
            approval.reportOnce(
                    Messages._ChangeTransitioner_OtherModel(change.number(), TextSanitizer.clean(model.name(), 80)));
            return waits;
        }
        if (!change.isStandard()) {
            approval.reportOnce(
                    Messages._ChangeTransitioner_OtherType(change.number(), TextSanitizer.clean(change.type(), 40)));
            return waits;
        }
        Instant start = TransitionRule.startOf(change, now);
        return change.state() == ChangeState.SCHEDULED && !change.onHold() && !change.rejected() && start != null
                ? new ReleaseDecision.Wait(
                        Messages._ChangeTransitioner_WaitsForStart(change.number(), ReleaseRule.utc(start)), start)
                : waits;
    }
}
