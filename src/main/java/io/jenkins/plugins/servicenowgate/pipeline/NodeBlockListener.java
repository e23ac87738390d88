package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.BodyInvocationAction;
import org.jenkinsci.plugins.workflow.flow.GraphListener;
import org.jenkinsci.plugins.workflow.graph.BlockEndNode;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graph.StepNode;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Notifies the gates of a pipeline of the start and end of {@code node} blocks, for gates that close with a block. */
@Extension
@Restricted(NoExternalUse.class)
public final class NodeBlockListener implements GraphListener.Synchronous {
    private static final Logger LOGGER = Logger.getLogger(NodeBlockListener.class.getName());

    @Override
    public void onNewHead(FlowNode head) {
        FaultBarrier.run(NodeBlockListener.class, () -> onNewNode(head));
    }

    private static void onNewNode(FlowNode head) {
        if (isNodeBlockStart(head)) {
            notifyGates(head, ChangeRequestsAction::blockBegins, head.getId());
        } else if (head instanceof BlockEndNode<?> end && isNodeBlockStart(end.getStartNode())) {
            notifyGates(
                    head, ChangeRequestsAction::blockEnds, end.getStartNode().getId());
        }
    }

    /** True only for the start node of the step, not for that of its body. */
    private static boolean isNodeBlockStart(FlowNode node) {
        if (!(node instanceof BlockStartNode) || !(node instanceof StepNode step)) {
            return false;
        }
        StepDescriptor descriptor = step.getDescriptor();
        return descriptor != null
                && descriptor.getFunctionName().equals("node")
                && node.getPersistentAction(BodyInvocationAction.class) == null;
    }

    private static void notifyGates(FlowNode node, BiConsumer<ChangeRequestsAction, String> event, String id) {
        ChangeRequestsAction gates = gates(node);
        if (gates != null) {
            event.accept(gates, id);
        }
    }

    @CheckForNull
    private static ChangeRequestsAction gates(@NonNull FlowNode node) {
        try {
            return node.getExecution().getOwner().getExecutable() instanceof Run<?, ?> run
                    ? run.getAction(ChangeRequestsAction.class)
                    : null;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not find the build of " + node + ".");
            return null;
        }
    }
}
