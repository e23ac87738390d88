package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.MappedUser;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.gathering.ArtifactCheck;
import io.jenkins.plugins.servicenowgate.gathering.CommitAuthors;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.policy.DutySettings;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import io.jenkins.plugins.servicenowgate.polling.ReleaseRequirements;
import io.jenkins.plugins.servicenowgate.rules.BuildVariables;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import jenkins.model.IdStrategy;
import org.jvnet.localizer.Localizable;

/**
 * What the policy requires for the release of one deployment, by the settings of the moment of each call, because
 * administrators may change them while it waits: who must approve, what conflicts mean, and immediately before the release
 * whether the change is still one that the policy accepts. Remembers how strictly was checked, because the settings may be
 * stricter at the release.
 */
final class ReleasePolicy implements ReleaseRequirements {
    private final DeploymentRecord record;
    private final Supplier<DeploymentHost> host;

    /** By which separation of duties the approvals were last checked. */
    private volatile DutySettings separated = DutySettings.NONE;

    /** By which policy the conflicts of the change were last judged. */
    private volatile ConflictPolicy judged = ConflictPolicy.UNSET;

    /**
     * @param host of the deployment at the time of the call
     */
    ReleasePolicy(@NonNull DeploymentRecord record, @NonNull Supplier<DeploymentHost> host) {
        this.record = record;
        this.host = host;
    }

    /** What the policy says now, with the variables that the build had when it requested the deployment. */
    private PolicyDecision rule() {
        // Without the project, because the job may have been renamed since.
        return ChangeControl.rule(
                host.get().job(),
                record.getEnvironment(),
                null,
                BuildVariables.known(record.spec().variables()));
    }

    @CheckForNull
    private static ChangeSettings settings(PolicyDecision decision) {
        return decision instanceof PolicyDecision.Required required ? required.settings() : null;
    }

    @NonNull
    @Override
    public ConflictPolicy conflictPolicy() {
        ChangeSettings settings = settings(rule());
        ConflictPolicy policy = settings == null ? ConflictPolicy.UNSET : settings.conflicts();
        judged = policy;
        return policy;
    }

    @CheckForNull
    @Override
    public Separation separation() {
        separated = DutySettings.NONE; // Until it is known.
        Separation required = required();
        if (required != null) {
            separated = new DutySettings(true, required.standardChangesPreApproved());
        }
        return required;
    }

    @CheckForNull
    private Separation required() {
        ChangeSettings settings = settings(rule());
        DutySettings duties = settings == null ? DutySettings.NONE : settings.duties();
        if (!duties.separate()) {
            return null;
        }
        DeploymentHost now = host.get();
        StarterCauses causes = StarterCauses.of(now.causes());
        Set<String> ids = new LinkedHashSet<>(causes.users());
        Localizable unknown = causes.unknown();
        if (unknown == null && causes.isAutomatic()) {
            Set<String> authors = CommitAuthors.sinceLastRelease(
                    now.job(), now.origin(), record.getProject(), record.getVersion(), record.getEnvironment());
            if (authors == null) {
                unknown = Messages._Separation_UnknownAuthors(record.getEnvironment());
            } else {
                ids.addAll(authors);
            }
        }
        Set<Starter> starters = new LinkedHashSet<>();
        ids.forEach(id -> starters.add(starter(id)));
        return new Separation(record.getEnvironment(), duties.standardChangesPreApproved(), starters, unknown);
    }

    private static Starter starter(String id) {
        String mapped = MappedUser.find(ServiceNowGateConfiguration.get().getUserMappings(), id);
        return new Starter(
                id,
                mapped == null ? id : mapped,
                mapped == null && User.idStrategy() instanceof IdStrategy.CaseSensitive);
    }

    /**
     * Why the deployment must not be released by a change; null if it may. Call it immediately before the release. From
     * memory, but for the artifacts, which are read.
     */
    @CheckForNull
    String refusal(@NonNull ChangeRequest change) {
        PolicyDecision decision = rule();
        if (decision instanceof PolicyDecision.Misconfigured misconfigured) {
            return misconfigured.why();
        }
        ChangeSettings now = settings(decision);
        if (decision instanceof PolicyDecision.Required required
                && !(isAccepted(change, required) && wasCheckedFor(required.settings(), change.isStandard()))) {
            return Messages.Gate_NotAsDecided(record.getEnvironment());
        }
        return record.spec().requiresSameArtifacts(now) ? artifactsRefusal(change, now) : null;
    }

    private boolean wasCheckedFor(ChangeSettings now, boolean isStandard) {
        DutySettings checked = separated;
        return now.duties().isMetBy(checked, isStandard) && judged.isEnoughFor(now.conflicts());
    }

    private boolean isAccepted(ChangeRequest change, PolicyDecision.Required required) {
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
        boolean isNamedAfterJob = record.getProject().equals(job)
                && required.project().equals(ProjectName.ofRoot(host.get().job()));
        return (isNamedAfterJob || required.project().equals(record.getProject()))
                && record.spec().isAcceptedBy(required.settings(), change);
    }

    private String artifactsRefusal(ChangeRequest change, @CheckForNull ChangeSettings now) {
        // Patterns that administrators require by now, not those of a step.
        List<String> required =
                now != null && now.sameArtifacts() ? now.evidence().getArtifacts() : List.of();
        String differs = ArtifactCheck.refusal(record.archivedArtifacts(), required);
        return differs == null ? ToldArtifacts.get().refusal(record, change) : differs;
    }
}
