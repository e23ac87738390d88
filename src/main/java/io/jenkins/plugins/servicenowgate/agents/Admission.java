package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Node;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.Standing;
import java.util.List;

/** Decides whether work may begin on an agent. From memory; the same answer for the queue and for whoever asks why. */
final class Admission {
    private Admission() {}

    /**
     * Why work is kept off an agent.
     *
     * @param sentence what to do
     * @param gateInSight whether a gate of the run is open, held or waited for: then it is worth while to wait
     */
    record Refusal(@NonNull String sentence, boolean gateInSight) {}

    /** Why it may not begin there; null when it may. */
    @CheckForNull
    static Refusal refusal(@NonNull Node node, @NonNull Queue.Item item) {
        Reservations reservations = Reservations.get();
        if (reservations.isEmpty()
                || !reservations.cover(node)
                || !ServiceNowGateConfiguration.get().isEnabled()) {
            return null;
        }
        Work work = Work.of(item);
        for (List<Reservation> level : reservations.levels(work.job())) {
            List<Reservation> reserving = level.stream()
                    .filter(reservation -> reservation.covers(node))
                    .toList();
            Refusal refusal = reserving.isEmpty() ? null : refusal(node, item, work, reserving);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static Refusal refusal(Node node, Queue.Item item, Work work, List<Reservation> reserving) {
        String name = node.getDisplayName();
        Reservation first = reserving.get(0);
        if (!work.isControlled()) {
            return ContinuedWork.is(item.task) || reserving.stream().noneMatch(Reservation::onlyControlledProjects)
                    ? null
                    : new Refusal(
                            Messages.Agents_NotControlled(item.task.getFullDisplayName(), name, first.environment()),
                            false);
        }
        Standing best = null;
        Reservation of = first;
        for (Reservation reservation : reserving) {
            Standing standing = work.standing(reservation.environment());
            if (best == null || standing.kind().compareTo(best.kind()) > 0) {
                best = standing;
                of = reservation;
            }
        }
        // What ran before a restart of Jenkins still runs: it takes its place again, and is watched.
        if (best.kind() == Standing.Kind.OPEN || ContinuedWork.is(item.task)) {
            return null;
        }
        String environment = of.environment();
        return switch (best.kind()) {
            case WAITING -> new Refusal(Messages.Agents_GateWaits(name, environment, best.why()), true);
            case LAPSED -> new Refusal(Messages.Agents_GateHeld(name, environment, best.why()), false);
            case HELD -> new Refusal(Messages.Agents_GateHeld(name, environment, best.why()), true);
            default ->
                new Refusal(
                        work.pipeline()
                                ? Messages.Agents_NoGate(name, environment)
                                : Messages.Agents_NoGateInQueue(item.task.getFullDisplayName(), name, environment),
                        false);
        };
    }
}
