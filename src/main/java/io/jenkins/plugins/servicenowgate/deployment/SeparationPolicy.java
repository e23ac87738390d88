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
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import java.util.LinkedHashSet;
import java.util.Set;
import jenkins.model.IdStrategy;
import org.jvnet.localizer.Localizable;

/**
 * What the environment requires immediately before a release, by the settings of this moment: separation of duties, with who
 * started the deployment, and a change without conflicts.
 */
final class SeparationPolicy {
    private SeparationPolicy() {}

    @CheckForNull
    private static ChangeSettings settings(DeploymentHost host, DeploymentRecord record) {
        // Without the project, because the job may have been renamed since.
        return ChangeControl.rule(host.job(), record.getEnvironment(), null) instanceof PolicyDecision.Required required
                ? required.settings()
                : null;
    }

    /** What a conflict of the change means. A setting that can't be read is refused later. */
    @NonNull
    static ConflictPolicy conflicts(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        ChangeSettings settings = settings(host, record);
        return settings == null ? ConflictPolicy.TELL : settings.conflicts();
    }

    /** Null if the environment does not require that another person approves. */
    @CheckForNull
    static Separation of(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
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
