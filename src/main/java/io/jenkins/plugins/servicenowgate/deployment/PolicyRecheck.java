package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;

/**
 * Checks immediately before a release whether the change is still one that the policy accepts: administrators may have
 * changed who decides while the deployment was waiting.
 */
final class PolicyRecheck {
    private PolicyRecheck() {}

    /** Why a deployment must not be released; null if it may. From memory. */
    @CheckForNull
    static String refusal(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        // Without the project, which is the name of the job when the deployment was requested.
        PolicyDecision decision = ChangeControl.rule(host.job(), record.getEnvironment(), null);
        if (decision instanceof PolicyDecision.Misconfigured misconfigured) {
            return misconfigured.why();
        }
        if (decision instanceof PolicyDecision.Required required
                && !(required.connection().equals(record.getConnection())
                        && record.order().isAcceptedBy(required.settings()))) {
            return Messages.Gate_NotAsDecided(record.getEnvironment());
        }
        return null;
    }
}
