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
 * Ends runs that wait for a reserved agent without any gate that could let them on: they would wait for ever. Whoever
 * could also run on an agent that is not reserved only waits for a free one, and goes on waiting.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class RunsWithoutGate extends PeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(RunsWithoutGate.class.getName());

    /** Since when items of the queue have been kept off, by their ids. */
    private final Map<Long, Instant> since = new ConcurrentHashMap<>();

    @NonNull
    static RunsWithoutGate get() {
        return ExtensionList.lookupSingleton(RunsWithoutGate.class);
    }

    /** Called under the queue's lock, for each agent each time that it is asked. */
    void keptOff(@NonNull Queue.Item item, @NonNull Admission.Refusal refusal) {
        if (!refusal.gateInSight()) {
            since.putIfAbsent(item.getId(), Instant.now());
        }
    }

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(30);
    }

    @Override
    protected void doRun() {
        FaultBarrier.run(RunsWithoutGate.class, () -> look(Instant.now()));
    }

    /** Ends what has waited too long by then. */
    void look(@NonNull Instant now) {
        Duration most = Duration.ofMinutes(
                ServiceNowGateConfiguration.get().getReservedAgents().getEndWithoutGateMinutes());
        since.forEach((id, first) -> {
            Queue.Item item = Jenkins.get().getQueue().getItem(id);
            Admission.Refusal refusal = item == null ? null : refusalEverywhere(item);
            if (refusal == null || refusal.gateInSight()) {
                since.remove(id);
            } else if (now.isAfter(first.plus(most))) {
                since.remove(id);
                end(item, refusal.sentence());
            }
        });
    }

    /** Null where there is an agent on which the item may run, free now or not, or a cloud that may start one. */
    @CheckForNull
    private static Admission.Refusal refusalEverywhere(Queue.Item item) {
        Label label = item.getAssignedLabel();
        List<Node> nodes = new ArrayList<>();
        if (label == null) {
            nodes.addAll(Jenkins.get().getNodes());
            nodes.add(Jenkins.get());
            nodes.removeIf(node -> node.getMode() == Node.Mode.EXCLUSIVE || node.getNumExecutors() == 0);
        } else {
            nodes.addAll(label.getNodes());
        }
        Cloud.CloudState wanted = new Cloud.CloudState(label, 0);
        if (Jenkins.get().clouds.stream().anyMatch(cloud -> cloud.canProvision(wanted))) {
            return null;
        }
        Admission.Refusal last = null;
        for (Node node : nodes) {
            Admission.Refusal refusal = Admission.refusal(node, item);
            if (refusal == null || refusal.gateInSight()) {
                return refusal;
            }
            last = refusal;
        }
        return last;
    }

    private static void end(Queue.Item item, String sentence) {
        Work work = Work.of(item);
        Run<?, ?> run = work.run();
        Executor executor = run == null ? null : run.getExecutor();
        LOGGER.log(Level.INFO, () -> "Ended for want of a gate: " + item.task.getFullDisplayName() + ". " + sentence);
        if (executor != null) {
            executor.interrupt(Result.FAILURE, new Interruption(sentence));
        }
        if (executor == null || !work.pipeline()) {
            Jenkins.get().getQueue().cancel(item);
        }
    }
}
