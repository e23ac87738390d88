package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.BuildHost;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequestHandler;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.deployment.GateCallback;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.DefinedParameters;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The deployment of a queue item. Only its id is stored with the item and its build; the rest is in its own file
 * ({@link QueueItemStore}). Whether the item may leave the queue is decided from memory; everything else happens on the
 * gates' threads.
 */
public final class QueuedDeployment extends InvisibleAction implements GateCallback, Deployments {
    private static final Logger LOGGER = Logger.getLogger(QueuedDeployment.class.getName());

    private final String id;

    /** Of the queue; 0 if it is not known. The actions of an item may be copied to another one. */
    private final long item;

    private final transient Object writeLock = new Object();
    private transient StoredQueueItem stored;
    private transient String refusal;
    private transient boolean opened;
    private transient boolean released;
    private transient boolean leftQueue;
    private transient boolean transferred;
    private transient Deployment owner;

    private QueuedDeployment(long item) {
        this(UUID.randomUUID().toString(), item, null);
    }

    QueuedDeployment(@NonNull String id, long item, @CheckForNull StoredQueueItem stored) {
        this.id = id;
        this.item = item;
        this.stored = stored;
    }

    private Object readResolve() {
        return id == null ? new QueuedDeployment(item) : new QueuedDeployment(id, item, null);
    }

    /** Returns the deployment of an item, and creates it if necessary. */
    @NonNull
    static QueuedDeployment of(@NonNull Queue.Item item) {
        synchronized (QueuedDeployment.class) {
            QueuedDeployment deployment = ownOf(item);
            if (deployment == null) {
                deployment = new QueuedDeployment(item.getId());
                item.replaceAction(deployment);
            }
            return deployment;
        }
    }

    /** The deployment of an item; null if it has none, or one that was copied to it. */
    @CheckForNull
    static QueuedDeployment ownOf(@NonNull Queue.Item item) {
        QueuedDeployment deployment = item.getAction(QueuedDeployment.class);
        return deployment != null && deployment.isOf(item) ? deployment : null;
    }

    /** The deployment that a build had in the queue; null if it had none, or one that was copied to it. */
    @CheckForNull
    static QueuedDeployment ownOf(@NonNull AbstractBuild<?, ?> started) {
        QueuedDeployment deployment = started.getAction(QueuedDeployment.class);
        return deployment != null && deployment.isOf(started.getQueueId()) ? deployment : null;
    }

    /** Whether the job's mark has changed since the deployment was requested, so that another change may be needed. */
    synchronized boolean isOutdated(@NonNull AbstractProject<?, ?> job) {
        return stored != null && stored.isOutdated(job);
    }

    /** Cancels the deployment of an item whose job's mark was changed, and returns the one that takes its place. */
    @NonNull
    static QueuedDeployment renew(
            @NonNull Queue.Item item, @NonNull AbstractProject<?, ?> job, @NonNull QueuedDeployment outdated) {
        outdated.cancel(job, Messages.Queue_MarkChanged());
        QueuedDeployment renewed = new QueuedDeployment(item.getId());
        item.replaceAction(renewed);
        return renewed;
    }

    /** Why the item must stay in the queue; null if it may leave, either released or refused. */
    @CheckForNull
    String blockage(@NonNull Queue.Item item, @NonNull AbstractProject<?, ?> job) {
        DeploymentRecord waiting;
        synchronized (this) {
            if (released || refusal != null) {
                return null;
            }
            if (!opened) {
                opened = true;
                QueueItemStore.get().afterQueueSaved(() -> open(item, job));
            }
            waiting = record();
        }
        if (waiting == null) {
            return Messages.Gate_Opening();
        }
        String reason = waiting.getReason();
        return reason.isEmpty() ? Messages.Gate_Opening() : reason;
    }

    private void open(Queue.Item item, AbstractProject<?, ?> job) {
        Run<?, ?> before = startedIn(job, id, item.getInQueueSince());
        if (before != null) {
            LOGGER.log(
                    Level.INFO,
                    () -> "Removed an item from the queue, which Jenkins restored after a crash although its build has"
                            + " already started: " + before);
            transferToBuild();
            Jenkins.get().getQueue().cancel(item);
            return;
        }
        try {
            load(item, job);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the stored deployment of a queue item of " + job + ".");
            refuse(Messages.Queue_Unreadable());
            return;
        }
        QueueItemHost host = new QueueItemHost(item, job, this);
        DeploymentRequest request = requestOf(item, job);
        ChangeControlJobProperty mark = FolderPolicies.mark(job);
        if (request.version().isEmpty() && mark != null && mark.isReadable()) {
            DeploymentRequestHandler.refuse(
                    host, id, request, this, Messages.Queue_VersionMissing(ProjectName.of(job)));
            return;
        }
        Deployment open = DeploymentRequestHandler.open(host, id, request, this);
        boolean late;
        synchronized (this) {
            owner = open;
            late = leftQueue;
        }
        if (late && open != null) {
            open.abort(Messages.Gate_Aborted());
        }
    }

    private void load(Queue.Item item, AbstractProject<?, ?> job) throws IOException {
        StoredQueueItem read = QueueItemStore.get().read(id);
        synchronized (this) {
            stored = read == null ? new StoredQueueItem(job, item.getInQueueSince()) : read;
        }
    }

    /** Its record as long as it is not opened; null if it is, if it needs not be, or if it was not requested yet. */
    @CheckForNull
    DeploymentRecord unopened() throws IOException {
        synchronized (this) {
            if (owner != null || refusal != null || released || leftQueue) {
                return null;
            }
            if (stored != null) {
                return stored.record();
            }
        }
        StoredQueueItem read = QueueItemStore.get().read(id);
        return read == null ? null : read.record();
    }

    /**
     * Finds the build that already has this deployment: after a controller was killed, its item may be in the queue
     * again.
     */
    @CheckForNull
    static Run<?, ?> startedIn(@NonNull AbstractProject<?, ?> job, @NonNull String id, long inQueueSince) {
        for (Run<?, ?> run : job.getBuilds()) {
            if (run.getTimeInMillis() < inQueueSince) {
                return null;
            }
            if (new BuildHost(run, TaskListener.NULL).find(id) != null) {
                return run;
            }
        }
        return null;
    }

    private static DeploymentRequest requestOf(Queue.Item item, AbstractProject<?, ?> job) {
        EnvVars variables = new EnvVars();
        for (ParameterValue value : DefinedParameters.of(job, item)) {
            EnvVars own = variables(value);
            // In the build it replaces parameters before it, under each name that it sets and in any case of letters.
            variables.keySet().removeAll(own.keySet());
            variables.remove(value.getName());
            String text = own.get(value.getName());
            if (text != null && !value.isSensitive() && value.getValue() != null) {
                variables.put(value.getName(), text);
            }
        }
        return requestOf(job, variables, Util.fixEmptyAndTrim(variables.get(DeploymentRequest.NUMBER_VARIABLE)));
    }

    /** The variables that a parameter sets in the build. */
    private static EnvVars variables(ParameterValue value) {
        EnvVars own = new EnvVars();
        try {
            value.buildEnvironment(null, own);
        } catch (RuntimeException e) {
            LOGGER.log(Level.INFO, e, () -> "The parameter " + value.getName() + " has no value in the queue.");
        }
        return own;
    }

    /** The same for its build, which starts: from all its variables without secrets. */
    @NonNull
    static DeploymentRequest requestOf(@NonNull AbstractBuild<?, ?> started, @NonNull TaskListener listener)
            throws IOException, InterruptedException {
        EnvVars variables = DeploymentRequest.variables(started, listener);
        DeploymentRequest.removeSecrets(variables, started.getSensitiveBuildVariables());
        return requestOf(started.getProject(), variables, DeploymentRequest.number(started, variables));
    }

    /** The request of a job whose mark names an environment. */
    @NonNull
    static DeploymentRequest requestOf(
            @NonNull Job<?, ?> job, @NonNull Map<String, String> variables, @CheckForNull String number) {
        ChangeControlJobProperty mark = Objects.requireNonNull(FolderPolicies.mark(job), "the job's mark was removed");
        return new DeploymentRequest(
                mark.getEnvironment(),
                Util.fixNull(Util.replaceMacro(mark.getVersion(), variables)),
                null,
                number,
                false,
                Map.of(),
                EvidenceRequest.NONE,
                Map.of(),
                null,
                Map.copyOf(variables));
    }

    /** Cancels the deployment, because no build will have it. */
    void cancel(@NonNull AbstractProject<?, ?> job, @NonNull String reason) {
        Deployment open;
        synchronized (this) {
            leftQueue = true;
            open = owner;
        }
        if (open != null) {
            open.cancel(reason);
        } else {
            // The gate was refused, or is not opened yet after a restart.
            GateExecutor.get().execute(() -> cancelStored(job, reason));
        }
    }

    /** Cancels the deployment, because after a restart its item is not in the queue and no build has the deployment. */
    void cancelLost(@NonNull AbstractProject<?, ?> job) {
        synchronized (this) {
            leftQueue = true;
        }
        cancelStored(job, Messages.Queue_Lost());
    }

    private void cancelStored(AbstractProject<?, ?> job, String reason) {
        if (record() != null) {
            DeploymentRequestHandler.end(new QueueItemHost(null, job, this), id, reason);
        }
    }

    /** Deletes the stored deployment, because the build stores it from now on. */
    void transferToBuild() {
        synchronized (writeLock) {
            transferred = true;
            QueueItemStore.get().delete(id);
        }
    }

    /**
     * Deletes the stored deployment after its last update, unless its item is still in the queue, where it must not be
     * requested again.
     */
    void onSettled() {
        boolean finished;
        synchronized (this) {
            finished = leftQueue;
        }
        if (finished) {
            // Until the stored queue does not contain the item any more: after a crash it would be requested again.
            QueueItemStore.get().afterQueueSaved(this::transferToBuild);
        }
    }

    void setJobName(@NonNull String job) {
        synchronized (this) {
            if (stored != null) {
                stored.setJobName(job);
            }
        }
        try {
            store();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the new name of " + job + " for its queue item.");
        }
    }

    @NonNull
    String id() {
        return id;
    }

    @CheckForNull
    synchronized DeploymentRecord record() {
        return stored == null ? null : stored.record();
    }

    @NonNull
    @Override
    public List<DeploymentRecord> getDeployments() {
        DeploymentRecord record = record();
        return record == null ? List.of() : List.of(record);
    }

    @CheckForNull
    @Override
    public Run<?, ?> getRun() {
        return null;
    }

    @Override
    public boolean isOf(@NonNull Queue.Item of) {
        return isOf(of.getId());
    }

    private boolean isOf(long queueId) {
        return item == 0 || item == queueId;
    }

    @CheckForNull
    synchronized String refusal() {
        return refusal;
    }

    /** The lines that were printed while the item was in the queue, for the console of its build. */
    @NonNull
    synchronized List<String> consoleLines() {
        return stored == null ? List.of() : stored.lines();
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

    /** Sets the record of the deployment. */
    synchronized void setRecord(@NonNull DeploymentRecord newRecord) {
        Objects.requireNonNull(stored, "not opened").setRecord(newRecord);
    }

    /** Adds a line for the console of the future build. */
    synchronized void addConsoleLine(@NonNull String line) {
        if (stored != null) {
            stored.addLine(line);
        }
    }

    /** Changes the stored data atomically with regard to {@link #store}. */
    synchronized void change(@NonNull Runnable change) {
        change.run();
    }

    /**
     * Stores the deployment, unless a build has already taken it over.
     *
     * @throws IOException if it could not be stored for any reason
     */
    void store() throws IOException {
        synchronized (writeLock) {
            if (transferred) {
                return;
            }
            String text;
            synchronized (this) {
                if (record() == null) {
                    return;
                }
                text = QueueItemStore.toXml(stored);
            }
            QueueItemStore.get().write(id, text);
        }
    }
}
