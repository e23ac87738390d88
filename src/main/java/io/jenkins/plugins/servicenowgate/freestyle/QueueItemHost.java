package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractProject;
import hudson.model.Actionable;
import hudson.model.Cause;
import hudson.model.Job;
import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentHost;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import java.io.IOException;
import java.util.List;
import jenkins.model.Jenkins;

/** Hosts a deployment that is stored for a queue item, which may become a build. */
final class QueueItemHost implements DeploymentHost {
    /** Null if the item was lost in a crash. */
    private final Queue.Item item;

    private final AbstractProject<?, ?> job;
    private final QueuedDeployment deployment;

    QueueItemHost(
            @CheckForNull Queue.Item item, @NonNull AbstractProject<?, ?> job, @NonNull QueuedDeployment deployment) {
        this.item = item;
        this.job = job;
        this.deployment = deployment;
    }

    @NonNull
    @Override
    public Job<?, ?> job() {
        return job;
    }

    @CheckForNull
    @Override
    public Actionable origin() {
        return item;
    }

    @NonNull
    @Override
    public String key() {
        return DeploymentHost.keyOfItem(item == null ? 0 : item.getId());
    }

    @Override
    public boolean startsAtRelease() {
        return false;
    }

    @Override
    public boolean isBuilding() {
        return item != null;
    }

    @NonNull
    @Override
    public String name() {
        return Messages.Queue_Item(job.getFullDisplayName());
    }

    @CheckForNull
    @Override
    public String url() {
        String root = Jenkins.get().getRootUrl();
        return root == null ? null : root + job.getUrl();
    }

    @NonNull
    @Override
    public List<Cause> causes() {
        return item == null ? List.of() : item.getCauses();
    }

    @CheckForNull
    @Override
    public DeploymentRecord find(@NonNull String deploymentId) {
        return deployment.record();
    }

    @Override
    public void add(@NonNull DeploymentRecord added) throws IOException {
        deployment.setRecord(added);
        save();
    }

    @NonNull
    @Override
    public PendingUpdate.CloseCode worst(@NonNull DeploymentRecord record) {
        return PendingUpdate.CloseCode.UNSUCCESSFUL;
    }

    @Override
    public void settled(@NonNull DeploymentRecord record) {
        deployment.onSettled();
    }

    @Override
    public void change(@NonNull Runnable change) {
        deployment.change(change);
    }

    @Override
    public void save() throws IOException {
        try {
            deployment.store();
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void print(@NonNull String line, @CheckForNull String number, @CheckForNull String url) {
        deployment.addConsoleLine(line);
    }

    @Override
    public void track(@NonNull ServiceNowConnection connection) {
        // Tracked by the build, which does not exist yet.
    }
}
