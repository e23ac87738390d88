package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.Console;
import io.jenkins.plugins.servicenowgate.policy.MarkEnforcer;
import io.jenkins.plugins.servicenowgate.policy.ScriptedBuild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.cps.CpsThread;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.flow.GraphListener;
import org.jenkinsci.plugins.workflow.graph.FlowEndNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The Pipeline whose script the current thread runs. The {@code properties} step and the options of Declarative
 * Pipeline change the job on the thread of the script. Loaded only if Pipeline: Groovy is installed.
 */
@Extension(optional = true)
@Restricted(NoExternalUse.class)
public final class PipelineScript implements ScriptedBuild {
    private static final Logger LOGGER = Logger.getLogger(PipelineScript.class.getName());

    @CheckForNull
    private static FlowExecutionOwner owner() {
        CpsThread thread = CpsThread.current();
        return thread == null ? null : thread.getExecution().getOwner();
    }

    @CheckForNull
    @Override
    public Run<?, ?> current() {
        FlowExecutionOwner owner = owner();
        try {
            return owner != null && owner.getExecutable() instanceof Run<?, ?> run ? run : null;
        } catch (IOException e) {
            throw new IllegalStateException("Could not find the build of " + owner, e);
        }
    }

    @Override
    public void print(@NonNull String line) {
        FlowExecutionOwner owner = owner();
        try {
            if (owner != null) {
                Console.print(owner.getListener(), line);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not print on the console of " + owner + ": " + line);
        }
    }

    /** Checks the mark of the job after a step of its build has failed, maybe in the middle of a change of properties. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    public static final class FailedStepListener implements GraphListener.Synchronous {
        @Override
        public void onNewHead(FlowNode node) {
            if (node instanceof FlowEndNode || node.getParents().stream().anyMatch(one -> one.getError() != null)) {
                FaultBarrier.run(
                        FailedStepListener.class,
                        () -> restore(node.getExecution().getOwner()));
            }
        }

        private static void restore(FlowExecutionOwner owner) {
            try {
                if (owner.getExecutable() instanceof Run<?, ?> run) {
                    MarkEnforcer.restoreUnsaved(run.getParent());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
