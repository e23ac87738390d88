package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.TransitionRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Moves a Standard change one state on, before its deployment: reads it, sends the next state, reads it back. An answer
 * without an error is no proof. Doing it again is harmless, so nothing has to be remembered.
 */
final class ChangeTransitioner {
    private static final int ATTEMPTS = 3;

    private final ChangePoller.ClientSource clients;
    private final Supplier<PollingPolicy> policy;
    private final InstantSource clock;
    private final Listener listener;

    /** Hears of exactly one thing after each {@link #move}. */
    interface Listener {
        /** The change as read a moment ago; it may be one that is to be moved further. */
        void moved(@NonNull PendingApproval gate, @NonNull ChangeRequest change);

        void again(@NonNull PendingApproval gate, @NonNull Duration wait);

        void onPollFailed(@NonNull PendingApproval gate, @NonNull ServiceNowClient.ReadResult look);

        void failed(@NonNull PendingApproval gate, @NonNull ServiceNowException passing);

        void refused(@NonNull PendingApproval gate, @NonNull Phrase reason);

        void broken(@NonNull PendingApproval gate, @NonNull RuntimeException e);
    }

    ChangeTransitioner(
            ChangePoller.ClientSource clients, Supplier<PollingPolicy> policy, InstantSource clock, Listener listener) {
        this.clients = clients;
        this.policy = policy;
        this.clock = clock;
        this.listener = listener;
    }

    void move(@NonNull PendingApproval gate) {
        if (gate.isEnded()) {
            return;
        }
        try {
            step(gate, clients.get());
        } catch (ServiceNowException e) {
            if (e.problem().isTransient()) {
                listener.failed(gate, e);
            } else if (e.problem() == FailureKind.NOT_FOUND) {
                listener.onPollFailed(gate, new ServiceNowClient.ReadResult.Absent());
            } else {
                listener.refused(
                        gate, Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text()));
            }
        } catch (RuntimeException e) {
            listener.broken(gate, e);
        }
    }

    private void step(PendingApproval gate, ServiceNowClient client) throws ServiceNowException {
        SysId sysId = gate.record().sysId();
        ServiceNowClient.ReadResult look =
                gate.record().verifyNumber(client.read(List.of(sysId)).get(sysId));
        if (!(look instanceof ServiceNowClient.ReadResult.Seen seen)) {
            listener.onPollFailed(gate, look);
            return;
        }
        ChangeRequest before = seen.change();
        Instant now = clock.instant();
        ChangeState target =
                ReleaseRule.decide(before, now) instanceof Decision.Wait ? TransitionRule.next(before, now) : null;
        gate.reportRecovery();
        if (target == null) {
            listener.moved(gate, before);
            return;
        }
        if (gate.isEnded()) {
            return;
        }
        try {
            send(gate, client, sysId, target);
        } catch (ServiceNowException e) {
            if (e.problem().isTransient() || e.problem() == FailureKind.NOT_FOUND) {
                throw e;
            }
            listener.refused(
                    gate,
                    Phrase.of(
                            Reason.REFUSED_MOVE,
                            before.number(),
                            target.label(),
                            e.phrase().text()));
            return;
        }
        ServiceNowClient.ReadResult after =
                gate.record().verifyNumber(client.read(List.of(sysId)).get(sysId));
        if (!(after instanceof ServiceNowClient.ReadResult.Seen seenAfter)) {
            listener.onPollFailed(gate, after);
            return;
        }
        ChangeRequest change = seenAfter.change();
        if (change.stateValue() != before.stateValue()) {
            gate.report(Phrase.of(Reason.MOVED, change.number(), change.stateLabel()));
            listener.moved(gate, change);
        } else if (gate.transitionFailed(target, ATTEMPTS)) {
            listener.refused(gate, vain(Reason.REFUSED_NOT_MOVED, change, target));
        } else {
            gate.report(vain(Reason.MOVE_NOT_TAKEN, change, target));
            listener.again(gate, policy.get().firstRetry());
        }
    }

    private static void send(PendingApproval gate, ServiceNowClient client, SysId sysId, ChangeState target)
            throws ServiceNowException {
        gate.acting(true);
        try {
            client.update(sysId, Map.of("state", String.valueOf(target.value())));
        } finally {
            gate.acting(false);
        }
    }

    private static Phrase vain(Reason reason, ChangeRequest change, ChangeState target) {
        return Phrase.of(reason, change.number(), target.label(), change.stateLabel());
    }

    /** Why a change that could be moved automatically still waits. */
    @NonNull
    Decision explain(
            @NonNull PendingApproval gate,
            @NonNull ChangeRequest change,
            @NonNull Decision waits,
            @NonNull Instant now) {
        if (!change.isStandard()) {
            gate.reportOnce(Phrase.of(Reason.NOT_MOVED_TYPE, change.number(), TextSanitizer.clean(change.type(), 40)));
            return waits;
        }
        Instant start = TransitionRule.startOf(change, now);
        return change.state() == ChangeState.SCHEDULED && !change.onHold() && start != null
                ? new Decision.Wait(
                        Phrase.of(Reason.WAITS_FOR_START_SCHEDULED, change.number(), ReleaseRule.utc(start)), start)
                : waits;
    }
}
