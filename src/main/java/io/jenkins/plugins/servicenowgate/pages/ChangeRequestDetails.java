package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import java.util.List;
import jenkins.model.details.Detail;
import jenkins.model.details.DetailFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Shows each deployment among the details of a build, on the newer build page and above the stages; the older build page
 * has a summary.
 */
@Extension
@Restricted(NoExternalUse.class)
@SuppressWarnings("rawtypes") // The extension point is keyed by the raw class.
public final class ChangeRequestDetails extends DetailFactory<Run> {
    @Override
    public Class<Run> type() {
        return Run.class;
    }

    @NonNull
    @Override
    public List<? extends Detail> createFor(@NonNull Run target) {
        return FaultBarrier.call(ChangeRequestDetails.class, () -> details(target), List::of);
    }

    private static List<? extends Detail> details(Run<?, ?> target) {
        ChangeRequestsAction action = target.getAction(ChangeRequestsAction.class);
        return action == null
                ? List.of()
                : DeploymentCards.get().badges(action.getDeployments()).stream()
                        .map(card -> new ChangeRequestDetail(target, card))
                        .toList();
    }

    private static final class ChangeRequestDetail extends Detail {
        private final DeploymentCard card;

        ChangeRequestDetail(Run<?, ?> run, DeploymentCard card) {
            super(run);
            this.card = card;
        }

        @Override
        public String getIconClassName() {
            return card.getSymbol();
        }

        @Override
        public String getDisplayName() {
            return card.getDetail();
        }

        @CheckForNull
        @Override
        public String getLink() {
            return card.getRecord().getUrl();
        }
    }
}
