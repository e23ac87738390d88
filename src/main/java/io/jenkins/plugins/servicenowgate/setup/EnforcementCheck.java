package io.jenkins.plugins.servicenowgate.setup;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ControlledEnvironment;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import io.jenkins.plugins.servicenowgate.policy.UndeclaredNames;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Place;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Whether deployments are controlled at all: the switch, the configuration, environments and projects. */
@Extension(ordinal = 100)
@Restricted(NoExternalUse.class)
public final class EnforcementCheck extends SetupCheck {
    @NonNull
    @Override
    public Localizable title() {
        return Messages._Setup_Enforcement();
    }

    @NonNull
    @Override
    public List<SetupFinding> findings() {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        List<SetupFinding> findings = new ArrayList<>();
        if (configuration.getFault() != null) {
            add(findings, Level.MISSING, Messages._Setup_Unreadable(), Place.SYSTEM, GuidePage.MONITORING);
        }
        if (configuration.isEnabled()) {
            add(findings, Level.WORKS, Messages._Setup_Enabled(), Place.SYSTEM, GuidePage.SWITCHED_OFF);
        } else {
            add(findings, Level.RISKY, Messages._Setup_SwitchedOff(), Place.SYSTEM, GuidePage.SWITCHED_OFF);
        }
        if (configuration.getConnections().isEmpty()) {
            add(findings, Level.MISSING, Messages._Setup_NoConnection(), Place.SYSTEM, GuidePage.CONNECTIONS);
        }
        if (ControlledEnvironment.all().isEmpty()) {
            add(findings, Level.MISSING, Messages._Setup_NoEnvironment(), Place.SYSTEM, GuidePage.ENVIRONMENTS);
        }
        if (!isAnyProjectControlled()) {
            add(findings, Level.MISSING, Messages._Setup_NoProject(), Place.MANAGE, GuidePage.MARKS);
        }
        int undeclared = UndeclaredNames.get().getFindings().size();
        if (undeclared > 0) {
            add(findings, Level.MISSING, Messages._Setup_Undeclared(undeclared), Place.MANAGE, GuidePage.MONITORING);
        }
        return findings;
    }

    private static void add(List<SetupFinding> findings, Level level, Localizable text, Place place, GuidePage guide) {
        findings.add(new SetupFinding(level, text, place, guide));
    }

    private static boolean isAnyProjectControlled() {
        for (AbstractFolder<?> folder : Jenkins.get().allItems(AbstractFolder.class)) {
            ChangeControlFolderProperty property = FolderPolicies.property(folder);
            if (property != null && property.isChangeControlled()) {
                return true;
            }
        }
        for (Job<?, ?> job : Jenkins.get().allItems(Job.class)) {
            if (FolderPolicies.mark(job) != null) {
                return true;
            }
        }
        return false;
    }
}
