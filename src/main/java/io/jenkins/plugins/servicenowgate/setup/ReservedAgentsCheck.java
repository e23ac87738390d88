package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Label;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.policy.ControlledEnvironment;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Place;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Whether a deployment could get around the gate, because the agents that can reach an environment are not reserved. */
@Extension(ordinal = 70)
@Restricted(NoExternalUse.class)
public final class ReservedAgentsCheck extends SetupCheck {
    @NonNull
    @Override
    public Localizable title() {
        return Messages._Setup_Agents();
    }

    @NonNull
    @Override
    public List<SetupFinding> findings() {
        List<SetupFinding> findings = new ArrayList<>();
        for (ControlledEnvironment environment : ControlledEnvironment.all()) {
            if (environment.agentLabels().isEmpty()) {
                findings.add(new SetupFinding(
                        Level.RISKY,
                        Messages._Setup_NotReserved(environment.label()),
                        Place.of(environment.folder()),
                        GuidePage.RESERVED_AGENTS));
            }
            environment.agentLabels().forEach(label -> findings.add(reserved(environment, label)));
        }
        if (Jenkins.get().getNumExecutors() > 0) {
            findings.add(new SetupFinding(
                    Level.RISKY, Messages._Setup_BuiltInExecutors(), Place.AGENTS, GuidePage.RESERVED_AGENTS));
        }
        return findings;
    }

    private static SetupFinding reserved(ControlledEnvironment environment, String expression) {
        Label label = Jenkins.get().getLabel(expression);
        boolean used = label != null && !label.isEmpty();
        return new SetupFinding(
                used ? Level.WORKS : Level.MISSING,
                used
                        ? Messages._Setup_Reserved(environment.label(), expression)
                        : Messages._Setup_NoAgent(environment.label(), expression),
                Place.of(environment.folder()),
                GuidePage.RESERVED_AGENTS);
    }
}
