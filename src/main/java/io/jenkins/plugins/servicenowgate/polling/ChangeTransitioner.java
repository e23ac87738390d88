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
import java.util.Map;
import java.util.Objects;
import org.jvnet.localizer.Localizable;

/**
 * Moves a Standard change by one state before its deployment: reads the change, sends the next state, and reads the
 * change again, because a successful response does not prove the transition. A repeated transition does no harm, so
 * nothing needs to be stored.
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
        /** The change as read last; a further transition may be due. */
        record Read(@NonNull ChangeRequest change) implements TransitionResult {}

        /** The change was absent or unreadable. */
        record NotRead(@NonNull ServiceNowClient.ReadResult result) implements TransitionResult {}

        /** The instance accepted the transition, but the state is still the same. */
        record NotApplied(
                @NonNull Localizable news, @NonNull Localizable refusal) implements TransitionResult {}

        /** The instance rejected the transition. */
        record Rejected(
                @NonNull ServiceNowException failure,
                @NonNull Localizable news,
                @NonNull Localizable refusal) implements TransitionResult {}

        /** The deployment ended in the meantime; nothing was sent. */
        record Ended() implements TransitionResult {}
    }

    /**
     * @throws ServiceNowException if a request failed; it is then uncertain whether the state has changed
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
        ChangeState target =
                approval.decide(before, now) instanceof Decision.Wait ? TransitionRule.next(before, now) : null;
        if (target == null) {
            approval.reportRecovery();
            return new TransitionResult.Read(before);
        }
        if (approval.isEnded()) {
            return new TransitionResult.Ended();
        }
        try {
            send(approval, client, target);
        } catch (ServiceNowException e) {
            if (e.problem().isTransientOnceLinked() || e.problem().endsAtOnce()) {
                throw e;
            }
            String why = e.localizable().toString();
            return new TransitionResult.Rejected(
                    e,
                    Messages._ChangeTransitioner_Rejected(before.number(), target.label(), why),
                    Messages._ChangeTransitioner_RefusedRejected(before.number(), target.label(), why));
        }
        ServiceNowClient.ReadResult after = read(approval, client);
        if (!(after instanceof ServiceNowClient.ReadResult.Seen seenAfter)) {
            return new TransitionResult.NotRead(after);
        }
        approval.reportRecovery();
        ChangeRequest change = seenAfter.change();
        if (change.stateValue() != before.stateValue()) {
            approval.definiteFailures().reset();
            approval.report(Messages._ChangeTransitioner_Moved(change.number(), change.stateLabel()));
            return new TransitionResult.Read(change);
        }
        return new TransitionResult.NotApplied(
                Messages._ChangeTransitioner_NotApplied(change.number(), target.label(), change.stateLabel()),
                Messages._ChangeTransitioner_RefusedNotApplied(change.number(), target.label(), change.stateLabel()));
    }

    private static ServiceNowClient.ReadResult read(PendingApproval approval, ServiceNowClient client)
            throws ServiceNowException {
        SysId sysId = approval.link().sysId();
        return approval.verify(client.read(List.of(sysId)).get(sysId));
    }

    private static void send(PendingApproval approval, ServiceNowClient client, ChangeState target)
            throws ServiceNowException {
        approval.acting(true);
        try {
            client.update(
                    Objects.requireNonNull(approval.link().sysId(), "not linked"),
                    Map.of("state", String.valueOf(target.value())));
        } finally {
            approval.acting(false);
        }
    }

    /** Why a change that could be moved automatically still waits. */
    @NonNull
    static Decision explain(
            @NonNull PendingApproval approval,
            @NonNull ChangeRequest change,
            @NonNull Decision waits,
            @NonNull Instant now) {
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
