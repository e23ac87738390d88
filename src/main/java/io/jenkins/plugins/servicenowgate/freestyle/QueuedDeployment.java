package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.AbstractProject;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.deployment.Arrival;
import io.jenkins.plugins.servicenowgate.deployment.BuildHome;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentGate;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentQuery;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import jenkins.model.Jenkins;

/**
 * The deployment of an item in the queue: stored with the item, handed to its build. Whether the item may leave the
 * queue is told from memory; everything else happens on the gates' own threads.
 */
public final class QueuedDeployment extends InvisibleAction implements DeploymentGate.Face, Deployments {
    private static final int MOST_LINES = 50;

    private final String id = UUID.randomUUID().toString();
    private DeploymentRecord record;
    private String refusal;
    /** May be stored, by whoever stores the queue, while it is added to. */
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private transient boolean opened;
    private transient boolean released;
    private transient boolean left;
    private transient DeploymentGate gate;

    /** The deployment of an item, which is given one if it has none. */
    @NonNull
    static QueuedDeployment of(@NonNull Queue.Item item) {
        synchronized (QueuedDeployment.class) {
            QueuedDeployment deployment = item.getAction(QueuedDeployment.class);
            if (deployment == null) {
                deployment = new QueuedDeployment();
                item.addAction(deployment);
            }
            return deployment;
        }
    }

    /** Why the item must stay in the queue; null when it may go, be it only to fail. */
    @CheckForNull
    String blockage(@NonNull Queue.Item item, @NonNull AbstractProject<?, ?> job) {
        DeploymentRecord waiting;
        synchronized (this) {
            if (released || refusal != null) {
                return null;
            }
            if (!opened) {
                opened = true;
                GateService.get().execute(() -> open(item, job));
            }
            waiting = record;
        }
        if (waiting == null) {
            return Messages.Gate_Opening();
        }
        String number = waiting.getNumber();
        return number == null
                ? Messages.Queue_Opening(waiting.getReason())
                : Messages.Queue_Waiting(number, waiting.getReason());
    }

    private void open(Queue.Item item, AbstractProject<?, ?> job) {
        Run<?, ?> before = startedBefore(item, job);
        if (before != null) {
            synchronized (this) {
                // It belongs to that build by now, which tells its end.
                record = null;
            }
            refuse(Messages.Queue_StartedBefore(before.getFullDisplayName()));
            return;
        }
        DeploymentQuery query = query(item, job);
        if (query.version().isEmpty()) {
            Arrival.refuse(
                    new ItemHome(item, job, this), id, query, this, Messages.Queue_VersionMissing(job.getFullName()));
            return;
        }
        DeploymentGate open = Arrival.open(new ItemHome(item, job, this), id, query, this);
        boolean late;
        synchronized (this) {
            gate = open;
            late = left;
        }
        if (late && open != null) {
            open.abort(Messages.Gate_Aborted());
        }
    }

    /** A controller that dies right after the start of a build finds its item in the queue again. */
    @CheckForNull
    private Run<?, ?> startedBefore(Queue.Item item, AbstractProject<?, ?> job) {
        for (Run<?, ?> run : job.getBuilds()) {
            if (run.getTimeInMillis() < item.getInQueueSince()) {
                return null;
            }
            if (new BuildHome(run, TaskListener.NULL).find(id) != null) {
                return run;
            }
        }
        return null;
    }

    private static DeploymentQuery query(Queue.Item item, AbstractProject<?, ?> job) {
        Map<String, String> variables = new HashMap<>();
        for (ParametersAction parameters : item.getActions(ParametersAction.class)) {
            for (ParameterValue value : parameters.getAllParameters()) {
                if (!value.isSensitive() && value.getValue() != null) {
                    variables.put(value.getName(), String.valueOf(value.getValue()));
                }
            }
        }
        return query(job, variables);
    }

    /** What a job with an environment of its own asks for. */
    @NonNull
    static DeploymentQuery query(@NonNull Job<?, ?> job, @NonNull Map<String, String> variables) {
        ChangeControlJobProperty mark = Objects.requireNonNull(Levels.mark(job), "its mark was taken off");
        return new DeploymentQuery(
                mark.getEnvironment(),
                Util.fixNull(Util.replaceMacro(mark.getVersion(), variables)),
                null,
                Util.fixEmptyAndTrim(variables.get(DeploymentQuery.NUMBER_VARIABLE)),
                false,
                Map.of());
    }

    /** The item left the queue without becoming a build. */
    void cancel() {
        DeploymentGate open;
        synchronized (this) {
            left = true;
            open = gate;
        }
        if (open != null) {
            open.abandon(Messages.Queue_Canceled());
        }
    }

    @NonNull
    String id() {
        return id;
    }

    @CheckForNull
    synchronized DeploymentRecord record() {
        return record;
    }

    @NonNull
    @Override
    public synchronized List<DeploymentRecord> getDeployments() {
        return record == null ? List.of() : List.of(record);
    }

    @CheckForNull
    @Override
    public Run<?, ?> getRun() {
        return null;
    }

    @CheckForNull
    synchronized String refusal() {
        return refusal;
    }

    /** What was said while the item was in the queue, for the console of its build. */
    @NonNull
    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void proceed(@NonNull DeploymentRecord deployment) {
        synchronized (this) {
            released = true;
        }
        Jenkins.get().getQueue().scheduleMaintenance();
    }

    @Override
    public void refuse(@NonNull String reason) {
        synchronized (this) {
            refusal = reason;
        }
        Jenkins.get().getQueue().scheduleMaintenance();
    }

    /** Kept with the item from now on. */
    synchronized void keep(@NonNull DeploymentRecord kept) {
        record = kept;
    }

    /** For the console of the build that there is not yet. */
    synchronized void say(@NonNull String line) {
        if (lines.size() < MOST_LINES) {
            lines.add(line);
        }
    }
}
