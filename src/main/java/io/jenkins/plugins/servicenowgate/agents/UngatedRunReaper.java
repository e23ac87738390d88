package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.Cloud;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Ends runs that wait for a reserved agent without a gate that could release them, because they would wait forever. A
 * run that could also use another agent keeps waiting for a free executor.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class UngatedRunReaper extends PeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(UngatedRunReaper.class.getName());

    /** The times since when queue items have been blocked, by item id. */
    private final Map<Long, Instant> blockedSince = new ConcurrentHashMap<>();

    @NonNull
    static UngatedRunReaper get() {
        return ExtensionList.lookupSingleton(UngatedRunReaper.class);
    }

    /** Called under the lock of the queue for each blocked item and agent. */
    void recordBlocked(@NonNull Queue.Item item, @NonNull AgentAdmission.Refusal refusal) {
        if (!refusal.hasPendingGate()) {
            blockedSince.putIfAbsent(item.getId(), Instant.now());
        }
    }

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(30);
    }

    @Override
    protected void doRun() {
        FaultBarrier.run(UngatedRunReaper.class, () -> check(Instant.now()));
    }

    /** Ends the runs that have waited too long. */
    void check(@NonNull Instant now) {
        Duration maxWait = Duration.ofMinutes(
                ServiceNowGateConfiguration.get().getReservedAgents().getEndWithoutGateMinutes());
        blockedSince.forEach((id, start) -> {
            Queue.Item item = Jenkins.get().getQueue().getItem(id);
            // The queue also knows items that left it, whose work started, for some minutes.
            boolean queued = item != null && !(item instanceof Queue.LeftItem);
            AgentAdmission.Refusal refusal = queued ? refusalEverywhere(item) : null;
            if (refusal == null || refusal.hasPendingGate()) {
                blockedSince.remove(id);
            } else if (now.isAfter(start.plus(maxWait))) {
                blockedSince.remove(id);
                abort(item, refusal.sentence());
            }
        });
    }

    /**
     * Why the item may not run on any agent; null if there is an agent on which it may run, busy or not, or a cloud
     * that may provision one.
     */
    @CheckForNull
    private static AgentAdmission.Refusal refusalEverywhere(Queue.Item item) {
        Label label = item.getAssignedLabel();
        List<Node> nodes = new ArrayList<>();
        if (label == null) {
            nodes.addAll(Jenkins.get().getNodes());
            nodes.add(Jenkins.get());
            nodes.removeIf(node -> node.getMode() == Node.Mode.EXCLUSIVE || node.getNumExecutors() == 0);
        } else {
            nodes.addAll(label.getNodes());
        }
        Cloud.CloudState state = new Cloud.CloudState(label, 0);
        if (Jenkins.get().clouds.stream().anyMatch(cloud -> cloud.canProvision(state))) {
            return null;
        }
        AgentAdmission.Refusal last = null;
        for (Node node : nodes) {
            AgentAdmission.Refusal refusal = AgentAdmission.refusal(node, item);
            if (refusal == null || refusal.hasPendingGate()) {
                return refusal;
            }
            last = refusal;
        }
        return last;
    }

    private static void abort(Queue.Item item, String sentence) {
        QueueItemOwner owner = QueueItemOwner.of(item);
        Run<?, ?> run = owner.run();
        Executor executor = run == null ? null : run.getExecutor();
        LOGGER.log(
                Level.INFO,
                () -> "Ended " + item.task.getFullDisplayName() + ", because no ServiceNow gate was opened. "
                        + sentence);
        if (executor != null) {
            executor.interrupt(Result.FAILURE, new Interruption(sentence));
        }
        if (executor == null || !owner.pipeline()) {
            Jenkins.get().getQueue().cancel(item);
        }
    }
}
