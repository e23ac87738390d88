package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Failure;
import hudson.model.Item;
import hudson.model.User;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.deployment.DisplayTime;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * The page on which a person lets one waiting deployment go without an approved change. Whoever asks for anything of it
 * passes {@link #getTarget} first.
 */
@Restricted(NoExternalUse.class)
public final class BreakGlass implements StaplerProxy {
    private static final int MAX_REASON_LENGTH = 500;

    private final String id;

    /**
     * @param id of the deployment
     */
    public BreakGlass(@NonNull String id) {
        this.id = id;
    }

    /** Whether the viewer may let the deployment go. */
    public static boolean isOffered(@CheckForNull Deployment deployment) {
        return deployment != null
                && ServiceNowGateConfiguration.get().isBreakGlass()
                && deployment.host().job().hasPermission(Item.READ)
                && deployment.host().job().hasPermission(Permissions.BREAK_GLASS);
    }

    /** Its address, relative to Jenkins' root. */
    @NonNull
    public static String path(@NonNull DeploymentRecord record) {
        return "servicenow-gates/breakGlass/" + record.getId() + "/";
    }

    @Override
    public Object getTarget() {
        deployment();
        return this;
    }

    private Deployment deployment() {
        if (!ServiceNowGateConfiguration.get().isBreakGlass()) {
            throw HttpResponses.errorWithoutStack(404, Messages.BreakGlass_Off());
        }
        Deployment deployment = DeploymentRegistry.get().waiting(id);
        if (deployment == null || !deployment.host().job().hasPermission(Item.READ)) {
            throw HttpResponses.errorWithoutStack(404, Messages.BreakGlass_Over());
        }
        deployment.host().job().checkPermission(Permissions.BREAK_GLASS);
        return deployment;
    }

    @NonNull
    public Deployment getDeployment() {
        return deployment();
    }

    @NonNull
    public DisplayTime getSince() {
        return new DisplayTime(deployment().record().getSince());
    }

    public int getLongestReason() {
        return MAX_REASON_LENGTH;
    }

    @RequirePOST
    @NonNull
    public HttpResponse doSubmit(@QueryParameter String reason) {
        Deployment deployment = deployment();
        String why = TextSanitizer.clean(reason, Integer.MAX_VALUE);
        if (why.isEmpty()) {
            throw new Failure(Messages.BreakGlass_ReasonMissing());
        }
        if (why.codePointCount(0, why.length()) > MAX_REASON_LENGTH) {
            throw new Failure(Messages.BreakGlass_ReasonTooLong(MAX_REASON_LENGTH));
        }
        User user = User.current();
        String who = Jenkins.getAuthentication2().getName();
        if (!deployment.bypass(who, user == null ? who : user.getDisplayName(), why)) {
            throw HttpResponses.errorWithoutStack(404, Messages.BreakGlass_Over());
        }
        return HttpResponses.redirectViaContextPath(deployment.host().path());
    }
}
