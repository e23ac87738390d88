package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ReservedAgents;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Aborts the work of a deployment on its reserved agents when its change no longer allows the deployment, if this is
 * configured.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class RunningWorkAborter implements OpenGateListener {
    private static final Logger LOGGER = Logger.getLogger(RunningWorkAborter.class.getName());

    @Override
    public void onBlocked(@NonNull Run<?, ?> run, @NonNull String environment, @NonNull String reason) {
        FaultBarrier.run(RunningWorkAborter.class, () -> abortWork(run, environment, reason));
    }

    private static void abortWork(Run<?, ?> run, String environment, String reason) {
        if (ServiceNowGateConfiguration.get().getReservedAgents().running() != ReservedAgents.Running.ABORT) {
            return;
        }
        List<List<Reservation>> levels = Reservations.get().levels(run.getParent());
        for (Computer computer : Jenkins.get().getComputers()) {
            Node node = computer.getNode();
            if (node != null && isReserved(levels, environment, node)) {
                computer.getAllExecutors().stream()
                        .filter(executor -> QueueItemOwner.belongsTo(executor.getCurrentExecutable(), run))
                        .forEach(executor -> abort(executor, run, reason));
            }
        }
    }

    private static boolean isReserved(List<List<Reservation>> levels, String environment, Node node) {
        return levels.stream()
                .flatMap(List::stream)
                .anyMatch(reservation -> reservation.environment().equals(environment) && reservation.covers(node));
    }

    private static void abort(Executor executor, Run<?, ?> run, String reason) {
        LOGGER.log(
                Level.INFO,
                () -> "Aborted the work of " + run + " on "
                        + executor.getOwner().getDisplayName() + ". " + reason);
        executor.interrupt(Result.ABORTED, new Interruption(Messages.Agents_Aborted(reason)));
    }
}
