package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.details.Detail;
import jenkins.model.details.DetailFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Shows each change among the details of a build, on the newer build page; the older one has a summary. */
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
        ChangeRequestsAction action = target.getAction(ChangeRequestsAction.class);
        List<Detail> details = new ArrayList<>();
        if (action != null) {
            for (DeploymentRecord deployment : action.getDeployments()) {
                if (deployment.getNumber() != null || deployment.getBypass() != null) {
                    details.add(new ChangeRequestDetail(target, deployment));
                }
            }
        }
        return details;
    }

    private static final class ChangeRequestDetail extends Detail {
        private final DeploymentRecord deployment;

        ChangeRequestDetail(Run<?, ?> run, DeploymentRecord deployment) {
            super(run);
            this.deployment = deployment;
        }

        @Override
        public String getIconClassName() {
            return deployment.getBypass() == null ? "symbol-details" : "symbol-warning";
        }

        @Override
        public String getDisplayName() {
            return deployment.getBypass() == null
                    ? Messages.ChangeRequests_Detail(deployment.getNumber(), deployment.getState())
                    : new DeploymentCard(deployment).getBadge();
        }

        @CheckForNull
        @Override
        public String getLink() {
            return deployment.getUrl();
        }
    }
}
