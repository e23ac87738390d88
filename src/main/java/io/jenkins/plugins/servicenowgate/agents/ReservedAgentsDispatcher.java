package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Computer;
import hudson.model.InvisibleAction;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.labels.LabelAssignmentAction;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.model.queue.SubTask;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.GateBlockage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Keeps work without an open gate in the queue as long as it would start on a reserved agent. */
// After GateQueueTaskDispatcher, which opens the gate of an item that would otherwise be blocked here.
@Extension(ordinal = -1)
@Restricted(NoExternalUse.class)
public final class ReservedAgentsDispatcher extends QueueTaskDispatcher {
    @CheckForNull
    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        return FaultBarrier.call(
                ReservedAgentsDispatcher.class, () -> refusal(node, item), () -> afterFault(List.of(node)));
    }

    /** After a failure work is blocked only on reserved agents. */
    @CheckForNull
    private static CauseOfBlockage afterFault(Collection<Node> nodes) {
        return FaultBarrier.call(
                Reservations.class,
                () -> nodes.stream().anyMatch(Reservations.get()::isReserved)
                        ? new GateBlockage(Messages.Agents_Failed())
                        : null,
                () -> null);
    }

    @CheckForNull
    private static CauseOfBlockage refusal(Node node, Queue.BuildableItem item) {
        AgentAdmission.Refusal refusal = AgentAdmission.refusal(node, item);
        if (refusal == null) {
            return null;
        }
        UngatedRunReaper.get().recordBlocked(item, refusal);
        return new GateBlockage(refusal.sentence());
    }

    /**
     * Blocks flyweight tasks, that is matrix parent builds. The queue does not call canTake for them, so they are
     * assigned to an allowed agent by label.
     */
    @CheckForNull
    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        return FaultBarrier.call(
                ReservedAgentsDispatcher.class,
                () -> refusalOfFlyweight(item),
                () -> item.task instanceof Queue.FlyweightTask && item.task instanceof AbstractProject
                        ? afterFault(candidates(item.getAssignedLabel()))
                        : null);
    }

    @CheckForNull
    private static CauseOfBlockage refusalOfFlyweight(Queue.Item item) {
        if (Reservations.get().isEmpty()
                || !(item.task instanceof Queue.FlyweightTask)
                || !(item.task instanceof AbstractProject)) {
            return null;
        }
        // Evaluated on each call, because agents change. An action that was stored before a restart has no label.
        item.removeActions(Elsewhere.class);
        Label label = item.getAssignedLabel();
        AgentAdmission.Refusal refusal = null;
        List<Node> allowed = new ArrayList<>();
        for (Node node : candidates(label)) {
            AgentAdmission.Refusal blockage = AgentAdmission.refusal(node, item);
            if (blockage == null) {
                allowed.add(node);
            } else {
                refusal = blockage;
            }
        }
        if (refusal == null) {
            return null;
        }
        if (allowed.isEmpty()) {
            UngatedRunReaper.get().recordBlocked(item, refusal);
            return new GateBlockage(refusal.sentence());
        }
        // First, because a parameter may name a label, too.
        item.getActions().add(0, new Elsewhere(allowed));
        return null;
    }

    private static Collection<Node> candidates(@CheckForNull Label label) {
        if (label != null) {
            return label.getNodes();
        }
        Collection<Node> all = new ArrayList<>(Jenkins.get().getNodes());
        all.add(Jenkins.get());
        return all;
    }

    /** Assigns a queue item to an agent that is not reserved, or not for this item. Not persistent. */
    static final class Elsewhere extends InvisibleAction implements LabelAssignmentAction {
        private final transient String label;

        Elsewhere(@NonNull List<Node> allowed) {
            // The built-in node is preferred, as by the queue.
            Node first = allowed.contains(Jenkins.get())
                    ? Jenkins.get()
                    : allowed.stream().filter(Elsewhere::isOnline).findFirst().orElse(allowed.get(0));
            label = first.getSelfLabel().getExpression();
        }

        private static boolean isOnline(Node node) {
            Computer computer = node.toComputer();
            return computer != null && computer.isOnline() && computer.isAcceptingTasks();
        }

        @Override
        public Label getAssignedLabel(@NonNull SubTask task) {
            return label == null ? null : Jenkins.get().getLabel(label);
        }
    }
}
