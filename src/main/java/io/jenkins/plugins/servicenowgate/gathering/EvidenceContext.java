package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import jenkins.model.Jenkins;

/** What an {@link EvidenceSource} knows of the deployment. */
public final class EvidenceContext {
    private final EvidenceQuery query;
    private final Run<?, ?> madeBy;
    private final ReleaseHistory.Released previous;
    private final Run<?, ?> previousMadeBy;

    EvidenceContext(@NonNull EvidenceQuery query) {
        this.query = query;
        this.madeBy = MakingBuild.of(query.job(), query.origin(), query.version());
        this.previous = ReleaseHistory.lastReleased(query.job(), query.project(), query.environment(), query.version());
        Run<?, ?> deployed = previous == null ? null : previous.run();
        this.previousMadeBy =
                deployed == null ? null : MakingBuild.of(deployed.getParent(), deployed, previous.version());
    }

    /** The job that deploys. */
    @NonNull
    public Job<?, ?> getJob() {
        return query.job();
    }

    /** The build that deploys; null for an item of the queue, which has no build yet. */
    @CheckForNull
    public Run<?, ?> getRun() {
        return query.origin() instanceof Run<?, ?> run ? run : null;
    }

    /** The project as it is called in the change. */
    @NonNull
    public String getProject() {
        return query.project();
    }

    @NonNull
    public String getVersion() {
        return query.version();
    }

    @NonNull
    public String getEnvironment() {
        return query.environment();
    }

    /** The build that made the version; null if that is not known. */
    @CheckForNull
    public Run<?, ?> getMadeBy() {
        return madeBy;
    }

    /** The version that was released to the environment before this one; null if that is not known. */
    @CheckForNull
    public String getPreviousVersion() {
        return previous == null ? null : previous.version();
    }

    /** The build that made the previous version; null if that is not known. */
    @CheckForNull
    public Run<?, ?> getPreviousMadeBy() {
        return previousMadeBy;
    }

    @CheckForNull
    ReleaseHistory.Released previous() {
        return previous;
    }

    /** What users want to be told. */
    @NonNull
    EvidenceSettings settings() {
        return query.request().settings();
    }

    /** Where the step runs, if it runs in a {@code node} block; else null. */
    @CheckForNull
    FilePath workspace() {
        return query.request().workspace();
    }

    /** The address of a page of a build; null if Jenkins does not know its own address. */
    @CheckForNull
    public static String address(@NonNull Run<?, ?> run, @NonNull String page) {
        String root = Jenkins.get().getRootUrl();
        return root == null ? null : root + run.getUrl() + page;
    }
}
