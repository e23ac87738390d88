package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Executor;
import hudson.model.ExecutorListener;
import hudson.model.Job;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.deployment.SkippedGates;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import io.jenkins.plugins.servicenowgate.policy.RootJob;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Reports work that was admitted to a reserved agent although its build requested no gate for the environment: because
 * the job is not change controlled, because enforcement is off, or because it had been running there before a restart.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class UngatedWorkListener implements ExecutorListener {
    @Override
    public void taskStarted(Executor executor, Queue.Task task) {
        FaultBarrier.run(UngatedWorkListener.class, () -> {
            Node node = executor.getOwner().getNode();
            if (node != null
                    && !Reservations.get().isEmpty()
                    && Reservations.get().isReserved(node)) {
                boolean resumed = ResumedTask.isResumedTask(task);
                Run<?, ?> run = run(executor, task);
                if (run != null) {
                    // After the executor has started its work, so that everything about the build is known.
                    GateExecutor.get().execute(() -> report(node, run, resumed));
                }
            }
        });
    }

    @CheckForNull
    private static Run<?, ?> run(Executor executor, Queue.Task task) {
        if (task.getOwnerExecutable() instanceof Run<?, ?> owner) {
            return owner;
        }
        return executor.getCurrentExecutable() instanceof Run<?, ?> build ? build : null;
    }

    private static void report(Node node, Run<?, ?> run, boolean resumed) {
        Job<?, ?> root = RootJob.of(run.getParent());
        for (List<Reservation> level : Reservations.get().levels(root == null ? run.getParent() : root)) {
            List<Reservation> reserving = level.stream()
                    .filter(reservation -> reservation.covers(node))
                    .toList();
            if (!reserving.isEmpty() && reserving.stream().noneMatch(one -> hasGate(run, one.environment()))) {
                report(node, run, reserving.get(0).environment(), resumed);
            }
        }
    }

    private static boolean hasGate(Run<?, ?> run, String environment) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        return action != null
                && action.getDeployments().stream()
                        .anyMatch(deployment -> deployment.getEnvironment().equals(environment));
    }

    private static void report(@NonNull Node node, Run<?, ?> run, String environment, boolean resumed) {
        String name = node.getDisplayName();
        if (!FolderPolicies.isControlled(run.getParent())) {
            SkippedGates.ungated(
                    run, environment, GateOutcome.NOT_REQUIRED, Messages.Agents_UngatedNotControlled(name));
        } else if (!ServiceNowGateConfiguration.get().isEnabled()) {
            SkippedGates.ungated(run, environment, GateOutcome.SWITCHED_OFF, Messages.Agents_UngatedNotEnforced(name));
        } else if (resumed) {
            SkippedGates.ungated(run, environment, GateOutcome.SKIPPED, Messages.Agents_UngatedResumed(name));
        }
    }
}
