package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.AbstractProject;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.control.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.control.Levels;
import io.jenkins.plugins.servicenowgate.control.ProjectName;
import io.jenkins.plugins.servicenowgate.deployment.Arrival;
import io.jenkins.plugins.servicenowgate.deployment.BuildHome;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentGate;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentQuery;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Deployments;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The deployment of an item in the queue. Only its id is stored with the item and its build; the rest is in a file of its
 * own ({@link QueueItemStore}). Whether the item may leave the queue is told from memory; everything else happens on the
 * gates' own threads.
 */
public final class QueuedDeployment extends InvisibleAction implements DeploymentGate.Face, Deployments {
    private static final Logger LOGGER = Logger.getLogger(QueuedDeployment.class.getName());
    private static final int MOST_LINES = 50;

    private final String id;

    private final transient Object storing = new Object();
    private transient Stored stored;
    private transient String refusal;
    private transient boolean opened;
    private transient boolean released;
    private transient boolean left;
    private transient boolean taken;
    private transient DeploymentGate gate;

    /** What is stored in the file. */
    static final class Stored {
        private String job;
        private final long inQueueSince;
        private DeploymentRecord record;
        private final List<String> lines = new ArrayList<>();

        private Stored(String job, long inQueueSince) {
            this.job = job;
            this.inQueueSince = inQueueSince;
        }

        /** Whether all of it could be read. */
        boolean isReadable() {
            return job != null && record != null && lines != null && record.isReadable();
        }

        /** The job of that name; null where there is none. Call it on a gate's thread, which runs as the system. */
        @CheckForNull
        AbstractProject<?, ?> job() {
            return Jenkins.get().getItemByFullName(job, AbstractProject.class);
        }

        @NonNull
        String jobName() {
            return job;
        }

        long inQueueSince() {
            return inQueueSince;
        }
    }

    private QueuedDeployment() {
        this(UUID.randomUUID().toString(), null);
    }

    QueuedDeployment(@NonNull String id, @CheckForNull Stored stored) {
        this.id = id;
        this.stored = stored;
    }

    private Object readResolve() {
        return id == null ? new QueuedDeployment() : new QueuedDeployment(id, null);
    }

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
                QueueItemStore.get().whenQueueIsStored(() -> open(item, job));
            }
            waiting = record();
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
        Run<?, ?> before = startedIn(job, id, item.getInQueueSince());
        if (before != null) {
            LOGGER.log(
                    Level.INFO,
                    () -> "Removed from the queue, where Jenkins found it again after a crash, since its build has"
                            + " started already: " + before);
            taken();
            Jenkins.get().getQueue().cancel(item);
            return;
        }
        try {
            load(item, job);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The stored deployment of an item of " + job + " could not be read.");
            refuse(Messages.Queue_Unreadable());
            return;
        }
        ItemHome home = new ItemHome(item, job, this);
        DeploymentQuery query = query(item, job);
        if (query.version().isEmpty()) {
            Arrival.refuse(home, id, query, this, Messages.Queue_VersionMissing(ProjectName.of(job)));
            return;
        }
        DeploymentGate open = Arrival.open(home, id, query, this);
        boolean late;
        synchronized (this) {
            gate = open;
            late = left;
        }
        if (late && open != null) {
            open.abort(Messages.Gate_Aborted());
        }
    }

    private void load(Queue.Item item, AbstractProject<?, ?> job) throws IOException {
        Stored read = QueueItemStore.get().read(id);
        synchronized (this) {
            stored = read == null ? new Stored(job.getFullName(), item.getInQueueSince()) : read;
        }
    }

    /** The build that has this deployment already: a controller that is killed may find its item in the queue again. */
    @CheckForNull
    static Run<?, ?> startedIn(@NonNull AbstractProject<?, ?> job, @NonNull String id, long inQueueSince) {
        for (Run<?, ?> run : job.getBuilds()) {
            if (run.getTimeInMillis() < inQueueSince) {
                return null;
            }
            if (new BuildHome(run, TaskListener.NULL).find(id) != null) {
                return run;
            }
        }
        return null;
    }

    private static DeploymentQuery query(Queue.Item item, AbstractProject<?, ?> job) {
        ParametersDefinitionProperty defined = job.getProperty(ParametersDefinitionProperty.class);
        Collection<String> names = defined == null ? List.of() : defined.getParameterDefinitionNames();
        Map<String, String> variables = new HashMap<>();
        for (ParametersAction parameters : item.getActions(ParametersAction.class)) {
            for (ParameterValue value : parameters.getAllParameters()) {
                // As Jenkins does for the environment of builds: whoever starts a build can add parameters of any name.
                if (names.contains(value.getName()) && !value.isSensitive() && value.getValue() != null) {
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
    void cancel(@NonNull AbstractProject<?, ?> job) {
        DeploymentGate open;
        synchronized (this) {
            left = true;
            open = gate;
        }
        if (open != null) {
            open.abandon(Messages.Queue_Canceled());
        } else {
            // Refused, or not opened yet after a restart.
            GateService.get().execute(() -> end(job, Messages.Queue_Canceled()));
        }
    }

    /** The item is not in the queue any more after Jenkins was started again, and no build has its deployment. */
    void lost(@NonNull AbstractProject<?, ?> job) {
        synchronized (this) {
            left = true;
        }
        end(job, Messages.Queue_Lost());
    }

    private void end(AbstractProject<?, ?> job, String why) {
        if (record() != null) {
            Arrival.end(new ItemHome(null, job, this), id, why);
        }
    }

    /** The build has the deployment from now on. */
    void taken() {
        synchronized (storing) {
            taken = true;
            QueueItemStore.get().delete(id);
        }
    }

    /** Everything about the deployment is written. What is still in the queue is kept: it must not be asked again. */
    void settled() {
        boolean over;
        synchronized (this) {
            over = left;
        }
        if (over) {
            taken();
        }
    }

    void renamed(@NonNull String job) {
        synchronized (this) {
            if (stored != null) {
                stored.job = job;
            }
        }
        try {
            store();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The new name of " + job + " could not be stored with its queue item.");
        }
    }

    @NonNull
    String id() {
        return id;
    }

    @CheckForNull
    synchronized DeploymentRecord record() {
        return stored == null ? null : stored.record;
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

    @CheckForNull
    synchronized String refusal() {
        return refusal;
    }

    /** What was said while the item was in the queue, for the console of its build. */
    @NonNull
    synchronized List<String> lines() {
        return stored == null ? List.of() : List.copyOf(stored.lines);
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
        Objects.requireNonNull(stored, "not opened").record = kept;
    }

    /** For the console of the build that there is not yet. */
    synchronized void say(@NonNull String line) {
        if (stored != null && stored.lines.size() < MOST_LINES) {
            stored.lines.add(line);
        }
    }

    /** Changes what is stored; whoever stores it meanwhile finds all of the change or none. */
    synchronized void change(@NonNull Runnable change) {
        change.run();
    }

    /**
     * Stores the deployment, unless a build has it by now.
     *
     * @throws IOException for whatever reason it could not be stored
     */
    void store() throws IOException {
        synchronized (storing) {
            if (taken) {
                return;
            }
            String text;
            synchronized (this) {
                if (record() == null) {
                    return;
                }
                text = QueueItemStore.text(stored);
            }
            QueueItemStore.get().write(id, text);
        }
    }
}
