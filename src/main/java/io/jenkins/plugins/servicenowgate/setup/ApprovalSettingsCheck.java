package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.policy.ControlledEnvironment;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Place;
import java.util.ArrayList;
import java.util.List;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Who approves deployments to each controlled environment, and who decides that. */
@Extension(ordinal = 80)
@Restricted(NoExternalUse.class)
public final class ApprovalSettingsCheck extends SetupCheck {
    @NonNull
    @Override
    public Localizable title() {
        return Messages._Setup_Approval();
    }

    @NonNull
    @Override
    public List<SetupFinding> findings() {
        boolean several = ServiceNowGateConfiguration.get().getConnections().size() > 1;
        List<SetupFinding> findings = new ArrayList<>();
        for (ControlledEnvironment environment : ControlledEnvironment.all()) {
            ChangeSettings settings = environment.settings();
            if (settings == null) {
                add(
                        findings,
                        environment,
                        Level.MISSING,
                        Messages._Setup_Contradiction(environment.label(), environment.problem()),
                        GuidePage.ENVIRONMENTS);
                continue;
            }
            decides(environment, settings, findings);
            if (several && environment.connection() == null) {
                add(
                        findings,
                        environment,
                        Level.RISKY,
                        Messages._Setup_ConnectionOpen(environment.label()),
                        GuidePage.APPROVAL_SETTINGS);
            }
            approves(environment, settings, findings);
        }
        return findings;
    }

    private static void decides(
            ControlledEnvironment environment, ChangeSettings settings, List<SetupFinding> findings) {
        if (settings.decidedByAdministrators()) {
            add(
                    findings,
                    environment,
                    Level.WORKS,
                    Messages._Setup_DecidedByAdministrators(environment.label()),
                    GuidePage.APPROVAL_SETTINGS);
        } else {
            add(
                    findings,
                    environment,
                    Level.RISKY,
                    Messages._Setup_DecidedByJobs(environment.label()),
                    GuidePage.APPROVAL_SETTINGS);
        }
    }

    /** A Standard change has no approvers; if the plugin moves it, the build approves itself. */
    private static void approves(
            ControlledEnvironment environment, ChangeSettings settings, List<SetupFinding> findings) {
        boolean standard = settings.standardChangeTemplate() != null;
        boolean separate =
                settings.duties().separate() && !(standard && settings.duties().standardChangesPreApproved());
        if (standard && settings.automaticTransition() != AutomaticTransition.OFF && !separate) {
            add(
                    findings,
                    environment,
                    Level.RISKY,
                    Messages._Setup_SelfApproval(environment.label(), settings.standardChangeTemplate()),
                    GuidePage.SEPARATION_OF_DUTIES);
        } else if (separate) {
            add(
                    findings,
                    environment,
                    Level.WORKS,
                    Messages._Setup_SeparateDuties(environment.label()),
                    GuidePage.SEPARATION_OF_DUTIES);
        }
    }

    private static void add(
            List<SetupFinding> findings,
            ControlledEnvironment environment,
            Level level,
            Localizable text,
            GuidePage guide) {
        findings.add(new SetupFinding(level, text, Place.of(environment.folder()), guide));
    }
}
