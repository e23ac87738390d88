package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Result;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.BlockEndNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;

/**
 * The result of a block alone: what earlier stages or parallel branches did to the result of the build does not count.
 * Steps such as {@code catchError} and {@code unstable} leave a warning at their node. A script that sets
 * {@code currentBuild.result} leaves none, so that a result which no warning elsewhere explains is the block's own.
 */
final class BodyResult {
    private BodyResult() {}

    /**
     * @param block the node that starts or ends the block; null where it is not known
     * @param now the result of the build at the end of the body; null where none is set
     * @param before the result of the build at the start of the body
     */
    @NonNull
    static Result of(@CheckForNull FlowNode block, @CheckForNull Result now, @NonNull Result before) {
        Result own = Result.SUCCESS;
        Result elsewhere = before;
        // At the end of the body, Pipeline gives the node that ends it.
        FlowNode start = block instanceof BlockEndNode<?> end ? end.getStartNode() : block;
        if (start != null) {
            for (FlowNode node : new DepthFirstScanner().allNodes(start.getExecution())) {
                WarningAction warning = node.getPersistentAction(WarningAction.class);
                if (warning == null) {
                    continue;
                }
                if (node.getAllEnclosingIds().contains(start.getId())) {
                    own = own.combine(warning.getResult());
                } else {
                    elsewhere = elsewhere.combine(warning.getResult());
                }
            }
        }
        boolean explained = now == null || now.isBetterOrEqualTo(elsewhere) || now.isBetterOrEqualTo(own);
        return explained ? own : now;
    }
}
