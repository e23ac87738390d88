package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import java.util.Collection;

/**
 * The status of the gates of one run for one environment: whether new work of the deployment may begin.
 *
 * @param why one sentence if it may not; empty if it may, or if there is no gate at all
 */
record GateStatus(@NonNull Kind kind, @NonNull String why) {
    /** Of several gates, the one whose kind comes last counts. */
    enum Kind {
        /** The run has no gate for the environment, or it is closed again. */
        NONE,
        /** Its deployment was refused: it never opens. */
        REFUSED,
        /** Released without a change, and one is required by now: only another gate can open again. */
        LAPSED,
        /** A deployment still waits for its change. */
        WAITING,
        /** Released, but its change does not allow new work now. */
        HELD,
        OPEN
    }

    private static final GateStatus NO_GATE = new GateStatus(Kind.NONE, "");
    private static final GateStatus OPEN_GATE = new GateStatus(Kind.OPEN, "");

    /** From memory, also under the lock of the queue. */
    @NonNull
    static GateStatus of(
            @NonNull Collection<? extends Deployments> kept, @NonNull String environment, @CheckForNull Job<?, ?> job) {
        GateStatus best = NO_GATE;
        for (Deployments host : kept) {
            for (DeploymentRecord record : host.getDeployments()) {
                if (record.getEnvironment().equals(environment)) {
                    GateStatus one = of(record, host, job);
                    best = one.kind().compareTo(best.kind()) > 0 ? one : best;
                }
            }
        }
        return best;
    }

    private static GateStatus of(DeploymentRecord record, Deployments host, Job<?, ?> job) {
        if (record.isWaiting()) {
            return new GateStatus(Kind.WAITING, record.getReason());
        }
        if (record.getOutcome() == GateOutcome.REFUSE) {
            return new GateStatus(Kind.REFUSED, record.getReason());
        }
        if (!record.isGateOpen()) {
            return NO_GATE;
        }
        if (record.isWithoutChange()
                && job != null
                && ChangeControl.isRequired(job, record.getEnvironment(), record.getProject())) {
            return new GateStatus(Kind.LAPSED, Messages.Gate_RequiredNow(record.getEnvironment()));
        }
        String blocked = OpenGates.get().blockReason(record, host.getRun());
        return blocked == null ? OPEN_GATE : new GateStatus(Kind.HELD, blocked);
    }
}
