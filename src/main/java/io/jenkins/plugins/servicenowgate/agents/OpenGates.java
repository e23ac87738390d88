package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AbstractBuild;
import hudson.model.Node;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentListener;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentState;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The {@link OpenGate} of each deployment that was released and is not over, for work that requests reserved agents. */
@Extension
@Restricted(NoExternalUse.class)
public final class OpenGates implements DeploymentListener {
    private final Map<String, OpenGate> gates = new ConcurrentHashMap<>();

    @NonNull
    static OpenGates get() {
        return ExtensionList.lookupSingleton(OpenGates.class);
    }

    /**
     * Why no new work of a released deployment may begin; null if it may. From memory.
     *
     * @param run the build; null for a queue item
     */
    @CheckForNull
    String blockReason(@NonNull DeploymentRecord record, @CheckForNull Run<?, ?> run) {
        if (record.getOutcome() != GateOutcome.PROCEED) {
            // Released without a change, which therefore says nothing later either.
            return null;
        }
        OpenGate gate = gates.computeIfAbsent(record.getId(), id -> new OpenGate(this, record, false));
        gate.setRun(run);
        return gate.blockReason();
    }

    boolean isCurrent(@NonNull DeploymentRecord record, @NonNull OpenGate gate) {
        return gates.get(record.getId()) == gate;
    }

    private static boolean isOnReservedAgent(AbstractBuild<?, ?> build) {
        Node node = build.getBuiltOn();
        return node != null
                && !Reservations.get().isEmpty()
                && Reservations.get().isReserved(node);
    }

    /** The poll before a release proves that the change allowed the deployment then. */
    @Override
    public void onChanged(@NonNull Deployment deployment, @NonNull DeploymentState from, @NonNull DeploymentState to) {
        DeploymentRecord record = deployment.record();
        if (to == DeploymentState.RUNNING || to == DeploymentState.RELEASED) {
            if (from != to && record.getOutcome() == GateOutcome.PROCEED) {
                OpenGate gate = new OpenGate(this, record, true);
                gates.put(record.getId(), gate);
                if (deployment.host().origin() instanceof AbstractBuild<?, ?> build && isOnReservedAgent(build)) {
                    // Unlike a Pipeline, it requests no agent any more.
                    gate.setRun(build);
                    gate.blockReason();
                }
            }
        } else {
            gates.remove(record.getId());
        }
    }
}
