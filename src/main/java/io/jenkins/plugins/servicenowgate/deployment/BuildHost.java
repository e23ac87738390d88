package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Actionable;
import hudson.model.Cause;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.config.Credentials;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Stores a deployment with its build. */
@Restricted(NoExternalUse.class)
public final class BuildHost implements DeploymentHost {
    private static final Logger LOGGER = Logger.getLogger(BuildHost.class.getName());

    private final Run<?, ?> run;
    private final TaskListener log;

    /** For a build whose console is known to Jenkins alone, as after a restart. */
    public BuildHost(@NonNull Run<?, ?> run) {
        this(run, Console.of(run));
    }

    public BuildHost(@NonNull Run<?, ?> run, @NonNull TaskListener log) {
        this.run = run;
        this.log = log;
    }

    @NonNull
    @Override
    public Job<?, ?> job() {
        return run.getParent();
    }

    @NonNull
    @Override
    public Actionable origin() {
        return run;
    }

    @NonNull
    @Override
    public String key() {
        // Not the number of its item: a pipeline that goes on after a restart gets another.
        return run.getExternalizableId();
    }

    @Override
    public boolean isKnownAs(@NonNull String key) {
        return key.equals(key()) || key.equals(DeploymentHost.keyOfItem(run.getQueueId()));
    }

    @Override
    public boolean startsAtRelease() {
        return true;
    }

    @Override
    public boolean isBuilding() {
        return run.isBuilding();
    }

    @NonNull
    @Override
    public String name() {
        return run.getFullDisplayName();
    }

    @NonNull
    @Override
    public String path() {
        return run.getUrl();
    }

    @CheckForNull
    @Override
    public String url() {
        String root = Jenkins.get().getRootUrl();
        return root == null ? null : root + run.getUrl();
    }

    @NonNull
    @Override
    public List<Cause> causes() {
        return run.getCauses();
    }

    @CheckForNull
    @Override
    public DeploymentRecord find(@NonNull String id) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        return action == null ? null : action.find(id);
    }

    @Override
    public void add(@NonNull DeploymentRecord record) throws IOException {
        if (record.getConnection() != null) {
            // First: a crash right after must not leave a deployment that is not recovered.
            OpenDeploymentFiles.write(record.getId(), run.getExternalizableId());
        }
        ChangeRequestsAction.of(run).add(record);
    }

    @Override
    public void settled(@NonNull DeploymentRecord record) {
        OpenDeploymentFiles.delete(record.getId());
    }

    @NonNull
    @Override
    public PendingUpdate.CloseCode worst(@NonNull DeploymentRecord record) {
        return Stream.concat(Stream.of(record), others(record))
                .filter(one -> record.timeline().overlaps(one.timeline()))
                .map(DeploymentRecord::getCloseCode)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(PendingUpdate.CloseCode.UNSUCCESSFUL);
    }

    /** The other deployments of this build with the same change. */
    private Stream<DeploymentRecord> others(DeploymentRecord record) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        return action == null
                ? Stream.empty()
                : action.getDeployments().stream().filter(record::sharesChangeWithAnother);
    }

    @Override
    public void change(@NonNull Runnable change) {
        // The lock that is also held while the build is stored.
        synchronized (run) {
            change.run();
        }
    }

    @Override
    public void save() throws IOException {
        GateExecutor.get().requireRunning();
        if (!run.getRootDir().isDirectory()) {
            // Storing it would create the files of a deleted build again.
            LOGGER.log(Level.FINE, () -> "Not stored, since it was deleted: " + run);
            return;
        }
        try {
            run.save();
        } catch (RuntimeException e) {
            // Whatever else is part of the build may fail to be stored.
            throw new IOException(e);
        }
    }

    @Override
    public void print(@NonNull String line, @CheckForNull String number, @CheckForNull String url) {
        Console.print(log, line, number, url);
    }

    @Override
    public void track(@NonNull ServiceNowConnection connection) {
        Credentials.track(connection, run);
    }
}
