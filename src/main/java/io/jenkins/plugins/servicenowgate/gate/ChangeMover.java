package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.Problem;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
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
final class ChangeMover {
    private static final int ATTEMPTS = 3;

    private final GateKeeper.ClientSource clients;
    private final Supplier<Pace> pace;
    private final InstantSource clock;
    private final Listener listener;

    /** Hears of exactly one thing after each {@link #move}. */
    interface Listener {
        /** The change as read a moment ago; it may be one that is to be moved further. */
        void moved(@NonNull Gate gate, @NonNull ChangeRequest change);

        void again(@NonNull Gate gate, @NonNull Duration wait);

        void unseen(@NonNull Gate gate, @NonNull ServiceNowClient.Look look);

        void failed(@NonNull Gate gate, @NonNull ServiceNowException passing);

        void refused(@NonNull Gate gate, @NonNull Phrase reason);

        void broken(@NonNull Gate gate, @NonNull RuntimeException e);
    }

    ChangeMover(GateKeeper.ClientSource clients, Supplier<Pace> pace, InstantSource clock, Listener listener) {
        this.clients = clients;
        this.pace = pace;
        this.clock = clock;
        this.listener = listener;
    }

    void move(@NonNull Gate gate) {
        if (gate.isEnded()) {
            return;
        }
        try {
            step(gate, clients.get());
        } catch (ServiceNowException e) {
            if (e.problem().isPassing()) {
                listener.failed(gate, e);
            } else if (e.problem() == Problem.NOT_FOUND) {
                listener.unseen(gate, new ServiceNowClient.Look.Absent());
            } else {
                listener.refused(
                        gate, Phrase.of(Reason.SERVICENOW_REFUSED, e.phrase().text()));
            }
        } catch (RuntimeException e) {
            listener.broken(gate, e);
        }
    }

    private void step(Gate gate, ServiceNowClient client) throws ServiceNowException {
        SysId sysId = gate.record().sysId();
        ServiceNowClient.Look look =
                gate.record().strictly(client.read(List.of(sysId)).get(sysId));
        if (!(look instanceof ServiceNowClient.Look.Seen seen)) {
            listener.unseen(gate, look);
            return;
        }
        ChangeRequest before = seen.change();
        Instant now = clock.instant();
        ChangeState target =
                ReleaseRule.decide(before, now) instanceof Decision.Wait ? TransitionRule.next(before, now) : null;
        gate.recovered();
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
            if (e.problem().isPassing() || e.problem() == Problem.NOT_FOUND) {
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
        ServiceNowClient.Look after =
                gate.record().strictly(client.read(List.of(sysId)).get(sysId));
        if (!(after instanceof ServiceNowClient.Look.Seen seenAfter)) {
            listener.unseen(gate, after);
            return;
        }
        ChangeRequest change = seenAfter.change();
        if (change.stateValue() != before.stateValue()) {
            gate.say(Phrase.of(Reason.MOVED, change.number(), change.stateLabel()));
            listener.moved(gate, change);
        } else if (gate.movedInVain(target, ATTEMPTS)) {
            listener.refused(gate, vain(Reason.REFUSED_NOT_MOVED, change, target));
        } else {
            gate.say(vain(Reason.MOVE_NOT_TAKEN, change, target));
            listener.again(gate, pace.get().firstRetry());
        }
    }

    private static void send(Gate gate, ServiceNowClient client, SysId sysId, ChangeState target)
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
    Decision explain(@NonNull Gate gate, @NonNull ChangeRequest change, @NonNull Decision waits, @NonNull Instant now) {
        if (!change.isStandard()) {
            gate.sayOnce(Phrase.of(Reason.NOT_MOVED_TYPE, change.number(), ForeignText.clean(change.type(), 40)));
            return waits;
        }
        Instant start = TransitionRule.startOf(change, now);
        return change.state() == ChangeState.SCHEDULED && !change.onHold() && start != null
                ? new Decision.Wait(
                        Phrase.of(Reason.WAITS_FOR_START_SCHEDULED, change.number(), ReleaseRule.utc(start)), start)
                : waits;
    }
}
