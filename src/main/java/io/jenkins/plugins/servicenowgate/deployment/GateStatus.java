package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import java.util.Collection;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * How the gates of one run for one environment stand: whether new work of the deployment may begin.
 *
 * @param why one sentence where it may not; empty where it may, or where there is no gate at all
 */
@Restricted(NoExternalUse.class)
public record GateStatus(@NonNull Kind kind, @NonNull String why) {
    /** In the order in which one gate of several counts: the last one does. */
    public enum Kind {
        /** The run has no gate for the environment, or it is closed again. */
        NONE,
        /** It was let go without a change, and one is required by now: only another gate can open again. */
        LAPSED,
        /** A deployment still waits for its change. */
        WAITING,
        /** It was let go, but its change does not allow new work now. */
        HELD,
        OPEN
    }

    private static final GateStatus NO_GATE = new GateStatus(Kind.NONE, "");
    private static final GateStatus OPEN_GATE = new GateStatus(Kind.OPEN, "");

    /** Told from memory, under the queue's lock too. */
    @NonNull
    public static GateStatus of(
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
        if (!record.isGateOpen()) {
            return NO_GATE;
        }
        if (record.isWithoutChange() && job != null && isRequiredNow(job, record)) {
            return new GateStatus(Kind.LAPSED, Messages.Gate_RequiredNow(record.getEnvironment()));
        }
        String blocked = record.openGate(host).blockReason();
        return blocked == null ? OPEN_GATE : new GateStatus(Kind.HELD, blocked);
    }

    /** A gate that was open because no change was required opens nothing once one is. From memory. */
    static boolean isRequiredNow(@NonNull Job<?, ?> job, @NonNull DeploymentRecord record) {
        PolicyDecision ruling = ChangeControl.rule(job, record.getEnvironment(), record.getProject());
        return ruling instanceof PolicyDecision.Required || ruling instanceof PolicyDecision.Misconfigured;
    }
}
