package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.gathering.ArtifactCheck;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.util.List;

/**
 * Checks immediately before a release whether the change is still one that the policy accepts: administrators may have
 * changed who decides while the deployment was waiting.
 */
final class PolicyRecheck {
    private PolicyRecheck() {}

    /**
     * Why a deployment must not be released by a change; null if it may. From memory, but for the artifacts, which are read.
     *
     * @param checked what was checked of the change just before
     */
    @CheckForNull
    static String refusal(
            @NonNull DeploymentHost host,
            @NonNull DeploymentRecord record,
            @NonNull ChangeRequest change,
            @NonNull SeparationPolicy checked) {
        PolicyDecision decision = SeparationPolicy.rule(host, record);
        if (decision instanceof PolicyDecision.Misconfigured misconfigured) {
            return misconfigured.why();
        }
        if (decision instanceof PolicyDecision.Required required && !isAccepted(host, record, change, required)) {
            return Messages.Gate_NotAsDecided(record.getEnvironment());
        }
        ChangeSettings now = decision instanceof PolicyDecision.Required required ? required.settings() : null;
        if (now != null && !checked.isEnoughFor(now)) {
            return Messages.Gate_NotAsDecided(record.getEnvironment());
        }
        return record.spec().requiresSameArtifacts(now) ? artifactsRefusal(record, change, now) : null;
    }

    private static String artifactsRefusal(
            DeploymentRecord record, ChangeRequest change, @CheckForNull ChangeSettings now) {
        // Patterns that administrators require by now, not those of a step.
        List<String> required =
                now != null && now.sameArtifacts() ? now.evidence().getArtifacts() : List.of();
        String differs = ArtifactCheck.refusal(record.archivedArtifacts(), required);
        return differs == null ? ToldArtifacts.get().refusal(record, change) : differs;
    }

    private static boolean isAccepted(
            DeploymentHost host, DeploymentRecord record, ChangeRequest change, PolicyDecision.Required required) {
        if (!required.connection().equals(record.getConnection())) {
            return false;
        }
        if (!record.spec().isAllowedBy(required.settings())) {
            return false;
        }
        if (!required.settings().decidedByAdministrators()) {
            return true;
        }
        String job = record.spec().job();
        boolean isNamedAfterJob =
                record.getProject().equals(job) && required.project().equals(ProjectName.ofRoot(host.job()));
        return (isNamedAfterJob || required.project().equals(record.getProject()))
                && record.spec().isAcceptedBy(required.settings(), change);
    }
}
