package io.jenkins.plugins.servicenowgate.freestyle;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractProject;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;

/** The content of the file of a queue item's deployment. Used under the lock of its {@link QueuedDeployment}. */
final class StoredQueueItem {
    private static final int MAX_LINES = 50;

    private String job;
    private final long inQueueSince;

    /** The settings of the job's mark when the deployment was requested. */
    private final String mark;

    private DeploymentRecord record;
    private final List<String> lines = new ArrayList<>();

    StoredQueueItem(@NonNull AbstractProject<?, ?> job, long inQueueSince) {
        this.job = job.getFullName();
        this.inQueueSince = inQueueSince;
        this.mark = settings(job);
    }

    /** The settings of the job's mark that decide which change is needed. */
    private static String settings(AbstractProject<?, ?> job) {
        ChangeControlJobProperty mark = FolderPolicies.mark(job);
        return mark == null
                ? ""
                : List.of(
                                mark.getEnvironment(),
                                mark.getVersion(),
                                mark.getProject(),
                                mark.getConnection(),
                                mark.getStandardChangeTemplate(),
                                mark.getAutomaticTransition())
                        .toString();
    }

    /** Whether the job's mark has changed since, so that another change may be needed. */
    boolean isOutdated(@NonNull AbstractProject<?, ?> current) {
        return !mark.equals(settings(current));
    }

    /** Whether all of the file was readable. */
    boolean isReadable() {
        return job != null && mark != null && record != null && lines != null && record.isReadable();
    }

    /** The job, or null if it does not exist. Must be called on a gate thread, which runs as SYSTEM. */
    @CheckForNull
    AbstractProject<?, ?> job() {
        return Jenkins.get().getItemByFullName(job, AbstractProject.class);
    }

    @NonNull
    String jobName() {
        return job;
    }

    void setJobName(@NonNull String newName) {
        job = newName;
    }

    long inQueueSince() {
        return inQueueSince;
    }

    @CheckForNull
    DeploymentRecord record() {
        return record;
    }

    void setRecord(@NonNull DeploymentRecord newRecord) {
        record = newRecord;
    }

    /** The lines for the console of the future build. */
    @NonNull
    List<String> lines() {
        return List.copyOf(lines);
    }

    void addLine(@NonNull String line) {
        if (lines.size() < MAX_LINES) {
            lines.add(line);
        }
    }
}
