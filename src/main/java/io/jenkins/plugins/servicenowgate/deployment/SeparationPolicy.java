package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.MappedUser;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.gathering.CommitAuthors;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.policy.DutySettings;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.rules.BuildVariables;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import java.util.LinkedHashSet;
import java.util.Set;
import jenkins.model.IdStrategy;
import org.jvnet.localizer.Localizable;

/**
 * What the environment requires of one deployment immediately before its release, by the settings of this moment: separation
 * of duties, with who started the deployment, and a change without conflicts. Remembers what was checked last, because the
 * settings may be others when the deployment is released.
 */
final class SeparationPolicy {
    /** Whether the approvals were last checked for separation of duties. */
    private volatile boolean separated;

    /** By which policy the conflicts of the change were last judged. */
    private volatile ConflictPolicy judged = ConflictPolicy.UNSET;

    /** What the policy says at this moment, with the variables that the build had when it requested the deployment. */
    @NonNull
    static PolicyDecision rule(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        // Without the project, because the job may have been renamed since.
        return ChangeControl.rule(
                host.job(),
                record.getEnvironment(),
                null,
                BuildVariables.known(record.spec().variables()));
    }

    @CheckForNull
    private static ChangeSettings settings(DeploymentHost host, DeploymentRecord record) {
        return rule(host, record) instanceof PolicyDecision.Required required ? required.settings() : null;
    }

    /** What a conflict of the change means. */
    @NonNull
    ConflictPolicy conflicts(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        ChangeSettings settings = settings(host, record);
        ConflictPolicy policy = settings == null ? ConflictPolicy.UNSET : settings.conflicts();
        judged = policy;
        return policy;
    }

    /** Whether the change was checked as strictly as the settings require at the release. */
    boolean isEnoughFor(@NonNull ChangeSettings now) {
        return (separated || !now.duties().separate()) && judged.isEnoughFor(now.conflicts());
    }

    /** Null if the environment does not require that another person approves. */
    @CheckForNull
    Separation separation(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        Separation required = of(host, record);
        separated = required != null;
        return required;
    }

    @CheckForNull
    private static Separation of(DeploymentHost host, DeploymentRecord record) {
        ChangeSettings settings = settings(host, record);
        DutySettings duties = settings == null ? DutySettings.NONE : settings.duties();
        if (!duties.separate()) {
            return null;
        }
        StarterCauses causes = StarterCauses.of(host.causes());
        Set<String> ids = new LinkedHashSet<>(causes.users());
        Localizable unknown = causes.unknown();
        if (unknown == null && causes.isAutomatic()) {
            Set<String> authors = CommitAuthors.sinceLastRelease(
                    host.job(), host.origin(), record.getProject(), record.getVersion(), record.getEnvironment());
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
}
