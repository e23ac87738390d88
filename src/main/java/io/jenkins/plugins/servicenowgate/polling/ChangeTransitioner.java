package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.TransitionRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jvnet.localizer.Localizable;

/**
 * Updates a change before its deployment: moves a Standard change by one state, or the planned window of a change that was
 * created for the deployment to another one. Reads the change, sends the update, and reads the change again, because a
 * successful response does not prove the update. A repeated update does no harm, so nothing needs to be stored.
 */
final class ChangeTransitioner {
    private final InstantSource clock;

    /**
     * @param clock the clock by which planned windows are evaluated
     */
    ChangeTransitioner(@NonNull InstantSource clock) {
        this.clock = clock;
    }

    /** The result of one attempt. */
    sealed interface TransitionResult {
        /** The change as read last; a further update may be due. */
        record Read(@NonNull ChangeRequest change) implements TransitionResult {}

        /** The change was absent or unreadable. */
        record NotRead(@NonNull ServiceNowClient.ReadResult result) implements TransitionResult {}

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
        Instant now = clock.instant();
        ColumnUpdate update = approval.decide(before, now) instanceof Decision.Wait
                ? ColumnUpdate.due(approval, before, now)
                : null;
        if (update == null) {
            approval.reportRecovery();
            return new TransitionResult.Read(before);
        }
        if (approval.isEnded()) {
            return new TransitionResult.Ended();
        }
        try {
            send(approval, client, update);
        } catch (ServiceNowException e) {
            if (e.problem().isTransientOnceLinked() || e.problem().endsAtOnce()) {
                throw e;
            }
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

    private static ServiceNowClient.ReadResult read(PendingApproval approval, ServiceNowClient client)
            throws ServiceNowException {
        SysId sysId = approval.link().sysId();
        return approval.verify(client.read(List.of(sysId)).get(sysId));
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

    /** Whether a linked deployment may have updates of its change, so that these are a task of its own. */
    static boolean mayUpdate(@NonNull PendingApproval approval) {
        return approval.spec().automaticTransition() && !approval.link().isByNumber()
                || approval.spec().window() != null;
    }

    /** Why a change still waits, and what people should know about it. */
    @NonNull
    static Decision explain(
            @NonNull PendingApproval approval,
            @NonNull ChangeRequest change,
            @NonNull Decision waits,
            @NonNull Instant now) {
        ColumnUpdate.reportOther(approval, change);
        if (!approval.spec().automaticTransition()) {
            return waits;
        }
        if (approval.link().isByNumber()) {
            approval.reportOnce(Messages._ChangeTransitioner_LinkedByNumber(change.number()));
            return waits;
        }
        if (!change.isStandard()) {
            approval.reportOnce(
                    Messages._ChangeTransitioner_OtherType(change.number(), TextSanitizer.clean(change.type(), 40)));
            return waits;
        }
        Instant start = TransitionRule.startOf(change, now);
        return change.state() == ChangeState.SCHEDULED && !change.onHold() && !change.rejected() && start != null
                ? new Decision.Wait(
                        Messages._ChangeTransitioner_WaitsForStart(change.number(), ReleaseRule.utc(start)), start)
                : waits;
    }
}
