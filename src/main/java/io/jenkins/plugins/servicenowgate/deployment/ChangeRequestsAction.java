package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Api;
import hudson.model.BuildBadgeAction;
import hudson.model.Queue;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.StoredList;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.RunAction2;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The deployments of a build: stored with the build, shown on its page. */
@ExportedBean
public final class ChangeRequestsAction implements RunAction2, BuildBadgeAction, Deployments {
    private static final Logger LOGGER = Logger.getLogger(ChangeRequestsAction.class.getName());

    private final CopyOnWriteArrayList<DeploymentRecord> deployments = new CopyOnWriteArrayList<>();
    private transient volatile Run<?, ?> run;

    private Object readResolve() {
        return deployments == null ? new ChangeRequestsAction() : this;
    }

    /** The action of a build, which is given one if it has none. */
    @NonNull
    static ChangeRequestsAction of(@NonNull Run<?, ?> run) {
        synchronized (ChangeRequestsAction.class) {
            ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
            if (action == null) {
                action = new ChangeRequestsAction();
                run.addAction(action);
            }
            return action;
        }
    }

    @Override
    public boolean isOf(@NonNull Queue.Item item) {
        return false;
    }

    void add(@NonNull DeploymentRecord deployment) throws IOException {
        deployments.add(deployment);
        run.save();
    }

    /** The gate of that deployment closes with the first node block that begins from now on. */
    @Restricted(NoExternalUse.class)
    public void closeWithFirstBlock(@NonNull DeploymentRecord deployment) throws IOException {
        deployment.timeline().closeWithFirstBlock();
        run.save();
    }

    /**
     * A node block of the build begins; returns at once.
     *
     * @param id of its first node in the build's graph
     */
    @Restricted(NoExternalUse.class)
    public void blockBegins(@NonNull String id) {
        // Each gate notes it, not only the first one that does.
        saveIf(readable()
                .filter(deployment -> deployment.timeline().blockBegins(id))
                .count());
    }

    /** A node block of the build is over, and the gates that close with it are closed; returns at once. */
    @Restricted(NoExternalUse.class)
    public void blockEnds(@NonNull String id) {
        saveIf(readable()
                .filter(deployment -> deployment.timeline().blockEnds(id))
                .count());
    }

    private void saveIf(long changed) {
        if (changed > 0) {
            GateExecutor.get().execute(() -> {
                try {
                    run.save();
                } catch (IOException e) {
                    LOGGER.log(Level.WARNING, e, () -> "The gates of " + run + " could not be stored.");
                }
            });
        }
    }

    @CheckForNull
    DeploymentRecord find(@NonNull String id) {
        return readable()
                .filter(deployment -> deployment.getId().equals(id))
                .findFirst()
                .orElse(null);
    }

    @NonNull
    @Override
    @Exported(name = "changeRequests")
    public List<DeploymentRecord> getDeployments() {
        return readable().toList();
    }

    /** Without those that could not be read from the build's file: a gate that can't be read is not open. */
    private Stream<DeploymentRecord> readable() {
        return StoredList.readable(deployments, DeploymentRecord.class, DeploymentRecord::isReadable);
    }

    /** Whether a deployment of the build was refused or aborted before it started. */
    @Restricted(NoExternalUse.class)
    public boolean isRefused() {
        return readable().anyMatch(DeploymentRecord::isEndedUnstarted);
    }

    /** For the pages of the build. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public List<?> getCards() {
        return DeploymentView.get().cards(getDeployments());
    }

    /** For lists of builds. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public List<?> getBadges() {
        return DeploymentView.get().badges(getDeployments());
    }

    public Api getApi() {
        return new Api(this);
    }

    @NonNull
    @Override
    public Run<?, ?> getRun() {
        return run;
    }

    @Override
    public String getIconFileName() {
        return "symbol-details";
    }

    @Override
    public String getDisplayName() {
        return Messages.ChangeRequests_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "change-requests";
    }

    @Override
    public void onAttached(Run<?, ?> attachedTo) {
        run = attachedTo;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }
}
