package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Node;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.List;

/**
 * Decides, from data in memory only, whether work may start on an agent. The queue and {@link UngatedRunReaper} use the
 * same decision.
 */
final class AgentAdmission {
    private AgentAdmission() {}

    /**
     * Why work may not start on an agent.
     *
     * @param sentence one sentence that says what to do
     * @param hasPendingGate whether a gate of the run is waiting or on hold, so that the work may become allowed
     */
    record Refusal(@NonNull String sentence, boolean hasPendingGate) {}

    /** Why an item may not start on an agent; null if it may. */
    @CheckForNull
    static Refusal refusal(@NonNull Node node, @NonNull Queue.Item item) {
        Reservations reservations = Reservations.get();
        if (reservations.isEmpty()
                || !reservations.isReserved(node)
                || !ServiceNowGateConfiguration.get().isEnabled()) {
            return null;
        }
        QueueItemOwner owner = QueueItemOwner.of(item);
        for (List<Reservation> level : reservations.levels(owner.job())) {
            List<Reservation> reserving = level.stream()
                    .filter(reservation -> reservation.covers(node))
                    .toList();
            Refusal refusal = reserving.isEmpty() ? null : refusal(node, item, owner, reserving);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static Refusal refusal(Node node, Queue.Item item, QueueItemOwner owner, List<Reservation> reserving) {
        String name = node.getDisplayName();
        Reservation first = reserving.get(0);
        if (!owner.isControlled()) {
            return ResumedTask.isResumedTask(item.task)
                            || reserving.stream().noneMatch(Reservation::onlyControlledProjects)
                    ? null
                    : new Refusal(
                            Messages.Agents_NotControlled(item.task.getFullDisplayName(), name, first.environment()),
                            false);
        }
        GateStatus status = null;
        Reservation blocking = first;
        for (Reservation reservation : reserving) {
            GateStatus candidate = owner.gateStatus(reservation.environment());
            if (status == null || candidate.kind().compareTo(status.kind()) > 0) {
                status = candidate;
                blocking = reservation;
            }
        }
        // A task that ran before a restart of Jenkins continues on its agent.
        if (status.kind() == GateStatus.Kind.OPEN || ResumedTask.isResumedTask(item.task)) {
            return null;
        }
        String environment = blocking.environment();
        return switch (status.kind()) {
            case WAITING -> new Refusal(Messages.Agents_GateWaits(name, environment, status.why()), true);
            case LAPSED -> new Refusal(Messages.Agents_GateHeld(name, environment, status.why()), false);
            case HELD -> new Refusal(Messages.Agents_GateHeld(name, environment, status.why()), true);
            default -> new Refusal(withoutGate(item, owner, name, environment, status), false);
        };
    }

    /** A Pipeline may still open a gate, whatever became of others; an item of a job has one at most. */
    private static String withoutGate(
            Queue.Item item, QueueItemOwner owner, String node, String environment, GateStatus status) {
        if (owner.pipeline()) {
            return Messages.Agents_NoGate(node, environment);
        }
        String task = item.task.getFullDisplayName();
        return status.kind() == GateStatus.Kind.REFUSED
                ? Messages.Agents_RefusedInQueue(task, node, status.why())
                : Messages.Agents_NoGateInQueue(task, node, environment);
    }
}
