package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractProject;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Keeps work without an open gate in the queue, as far as it would begin on reserved agents. */
// After QueueGate, which opens the gate of an item that would be kept off for want of one.
@Extension(ordinal = -1)
@Restricted(NoExternalUse.class)
public final class ReservedAgentsDispatcher extends QueueTaskDispatcher {
    @CheckForNull
    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        return FaultBarrier.call(
                ReservedAgentsDispatcher.class, () -> refusal(node, item), () -> afterFault(List.of(node)));
    }

    /** In doubt nothing gets onto agents that are reserved, and nobody is kept off others. */
    @CheckForNull
    private static CauseOfBlockage afterFault(Collection<Node> nodes) {
        return FaultBarrier.call(
                Reservations.class,
                () -> nodes.stream().anyMatch(Reservations.get()::cover) ? new KeptOff(Messages.Agents_Failed()) : null,
                () -> null);
    }

    @CheckForNull
    private static CauseOfBlockage refusal(Node node, Queue.BuildableItem item) {
        Admission.Refusal refusal = Admission.refusal(node, item);
        if (refusal == null) {
            return null;
        }
        RunsWithoutGate.get().keptOff(item, refusal);
        return new KeptOff(refusal.sentence());
    }

    /**
     * The builds of a matrix itself take no executor, and the queue asks nobody about their agent: they are kept off by
     * their label.
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
        // Decided anew each time: agents come and go, and what was stored before a restart ties to none.
        item.removeActions(Elsewhere.class);
        Label label = item.getAssignedLabel();
        Admission.Refusal refusal = null;
        List<Node> allowed = new ArrayList<>();
        for (Node node : candidates(label)) {
            Admission.Refusal here = Admission.refusal(node, item);
            if (here == null) {
                allowed.add(node);
            } else {
                refusal = here;
            }
        }
        if (refusal == null) {
            return null;
        }
        if (allowed.isEmpty()) {
            RunsWithoutGate.get().keptOff(item, refusal);
            return new KeptOff(refusal.sentence());
        }
        item.addAction(new Elsewhere(allowed));
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

    private static final class KeptOff extends CauseOfBlockage {
        private final String why;

        KeptOff(String why) {
            this.why = why;
        }

        @Override
        public String getShortDescription() {
            return why;
        }
    }

    /** Ties an item to one of the agents that are not reserved, or not for it; only for as long as it is in the queue. */
    static final class Elsewhere extends InvisibleAction implements LabelAssignmentAction {
        private final transient String label;

        Elsewhere(@NonNull List<Node> allowed) {
            // The controller itself where it may be, as the queue prefers it.
            Node first = allowed.contains(Jenkins.get()) ? Jenkins.get() : allowed.get(0);
            label = first.getSelfLabel().getExpression();
        }

        @Override
        public Label getAssignedLabel(@NonNull SubTask task) {
            return label == null ? null : Jenkins.get().getLabel(label);
        }
    }
}
