package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceFiles;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceGathering;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What approvers would be told about the last build of a job. Gathered as the system: the caller checks permissions. */
@Restricted(NoExternalUse.class)
public final class EvidencePreview {
    private EvidencePreview() {}

    /**
     * Gathers the evidence that environment, folders and job ask for, without what a step adds. Waits for it.
     *
     * @return null if no change is required, nothing is to be told, or there is no build
     */
    @CheckForNull
    public static ChangeEvidence of(@NonNull Job<?, ?> job, @NonNull String environment) {
        Run<?, ?> build = job.getLastBuild();
        if (build == null
                || !(ChangeControl.rule(job, environment, null) instanceof PolicyDecision.Required required)
                || required.settings().evidence().isEmpty()) {
            return null;
        }
        BuildHost host = new BuildHost(build);
        String name = build.getDisplayName();
        DeploymentRequest request = new DeploymentRequest(
                environment,
                name.startsWith("#") ? name.substring(1) : name,
                null,
                null,
                false,
                Map.of(),
                EvidenceRequest.NONE,
                Map.of(),
                null,
                Map.of());
        String id = "preview-" + UUID.randomUUID();
        DeploymentRecord record = new DeploymentRecord(id, request.deployment(required.project()), Instant.now());
        CompletableFuture<ChangeEvidence> told = new CompletableFuture<>();
        EvidenceGathering gathering = EvidenceGathering.start(
                request.query(host, record, required.settings().evidence()),
                GateExecutor.get()::forEvidence,
                GateExecutor.get()::execute,
                (evidence, missing) -> told.complete(evidence));
        try {
            return told.get(2, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            gathering.cancel();
            Thread.currentThread().interrupt();
            return null;
        } catch (TimeoutException e) {
            gathering.cancel();
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            EvidenceFiles.delete(id);
        }
    }
}
