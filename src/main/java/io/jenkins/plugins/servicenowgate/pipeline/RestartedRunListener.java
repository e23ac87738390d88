package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.SkippedGates;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.actions.TimingAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Records in a run that was restarted from a stage that it skipped the gates of earlier stages. Jenkins allows such a
 * restart to every user with Job/Build. Loaded only if Declarative Pipeline is installed.
 */
@Extension(optional = true)
@Restricted(NoExternalUse.class)
public final class RestartedRunListener extends RunListener<Run<?, ?>> {
    private static final Logger LOGGER = Logger.getLogger(RestartedRunListener.class.getName());

    @Override
    public void onStarted(Run<?, ?> run, TaskListener listener) {
        FaultBarrier.run(RestartedRunListener.class, () -> {
            RestartDeclarativePipelineCause cause = run.getCause(RestartDeclarativePipelineCause.class);
            Run<?, ?> original = cause == null ? null : cause.getOriginal();
            if (original != null) {
                SkippedGates.expect(
                        run,
                        original,
                        startsOfStage(original, cause.getOriginStage())
                                .max(Comparator.naturalOrder())
                                .orElse(null),
                        environment -> Messages.Restarted_BehindGate(
                                environment, cause.getOriginStage(), original.getDisplayName()));
            }
        });
    }

    /**
     * When the stage began. A script may have another stage of that name: of the original, the later one counts, and of
     * the run that repeats it the earlier one, so that a gate too many is reported rather than one too few.
     */
    private static Stream<Instant> startsOfStage(Run<?, ?> run, String stage) {
        FlowExecution execution = execution(run);
        return execution == null
                ? Stream.empty()
                : new DepthFirstScanner()
                        .allNodes(execution).stream()
                                .filter(node -> isStage(node, stage))
                                .map(TimingAction::getStartTime)
                                .map(Instant::ofEpochMilli);
    }

    @CheckForNull
    private static FlowExecution execution(Run<?, ?> run) {
        FlowExecutionOwner owner =
                run instanceof FlowExecutionOwner.Executable pipeline ? pipeline.asFlowExecutionOwner() : null;
        try {
            return owner == null ? null : owner.get();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the stages of " + run + ".");
            return null;
        }
    }

    private static boolean isStage(FlowNode node, String name) {
        LabelAction label = node instanceof BlockStartNode ? node.getPersistentAction(LabelAction.class) : null;
        return label != null && name.equals(label.getDisplayName());
    }

    @Override
    public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
        FaultBarrier.run(RestartedRunListener.class, () -> {
            RestartDeclarativePipelineCause cause = run.getCause(RestartDeclarativePipelineCause.class);
            if (cause != null) {
                SkippedGates.record(
                        run,
                        startsOfStage(run, cause.getOriginStage())
                                .min(Comparator.naturalOrder())
                                .orElse(null),
                        listener);
            }
        });
    }
}
