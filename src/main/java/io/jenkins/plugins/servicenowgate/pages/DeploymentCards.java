package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentView;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import java.util.List;
import java.util.Objects;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The {@link DeploymentCard}s of a build. A card that fails costs the build no other card and no page. */
@Extension
@Restricted(NoExternalUse.class)
public final class DeploymentCards implements DeploymentView {
    @NonNull
    static DeploymentCards get() {
        return ExtensionList.lookupSingleton(DeploymentCards.class);
    }

    @NonNull
    @Override
    public List<DeploymentCard> cards(@NonNull List<DeploymentRecord> deployments) {
        return deployments.stream()
                .map(deployment ->
                        FaultBarrier.call(DeploymentCards.class, () -> new DeploymentCard(deployment), () -> null))
                .filter(Objects::nonNull)
                .toList();
    }

    @NonNull
    @Override
    public List<DeploymentCard> badges(@NonNull List<DeploymentRecord> deployments) {
        return cards(deployments.stream()
                .filter(deployment -> deployment.getOutcome() != GateOutcome.NOT_REQUIRED)
                .toList());
    }
}
