package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The settings of the whole controller. Enforcement is on unless somebody explicitly switched it off. */
@Extension
@Symbol("serviceNowGate")
public final class ServiceNowGateConfiguration extends GlobalConfiguration {
    public static final String DEFAULT_TITLE_PREFIX = "Jenkins";

    private static final Logger LOGGER = Logger.getLogger(ServiceNowGateConfiguration.class.getName());

    /** Null counts as on: a lost file or a missing line must not switch enforcement off. */
    private volatile Boolean enabled;

    /** Null counts as on. */
    private volatile Boolean workNotesEnabled;

    private volatile String titlePrefix;
    private volatile int pollIntervalSeconds;
    private volatile int shortestPollIntervalSeconds;
    private volatile int longestPollIntervalSeconds;
    private volatile List<ServiceNowConnection> connections;
    private volatile List<Environment> environments;

    /** Off unless somebody explicitly switched it on. */
    private volatile boolean breakGlass;

    private volatile ReservedAgents reservedAgents;

    public ServiceNowGateConfiguration() {
        load();
    }

    @NonNull
    public static ServiceNowGateConfiguration get() {
        return ExtensionList.lookupSingleton(ServiceNowGateConfiguration.class);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.Configuration_DisplayName();
    }

    public boolean isEnabled() {
        return !Boolean.FALSE.equals(enabled);
    }

    @DataBoundSetter
    public void setEnabled(boolean enabled) {
        if (enabled != isEnabled()) {
            LOGGER.log(
                    Level.WARNING,
                    () -> enabled
                            ? "ServiceNow change control was switched on."
                            : "ServiceNow change control was switched OFF: deployments go without an approved change.");
        }
        this.enabled = enabled;
        save();
    }

    /** Whether the gate tells on the changes what became of their deployments. */
    public boolean isWorkNotesEnabled() {
        return !Boolean.FALSE.equals(workNotesEnabled);
    }

    @DataBoundSetter
    public void setWorkNotesEnabled(boolean workNotesEnabled) {
        this.workNotesEnabled = workNotesEnabled;
        save();
    }

    /** The beginning of the titles by which changes are found. */
    @NonNull
    public String getTitlePrefix() {
        String prefix = Util.fixEmptyAndTrim(titlePrefix);
        return prefix == null ? DEFAULT_TITLE_PREFIX : prefix;
    }

    /**
     * @throws IllegalArgumentException for a prefix that can't stand in a title
     */
    @DataBoundSetter
    public void setTitlePrefix(String titlePrefix) {
        checkPrefix(titlePrefix);
        this.titlePrefix = Util.fixEmptyAndTrim(titlePrefix);
        save();
    }

    static void checkPrefix(@CheckForNull String titlePrefix) {
        String prefix = Util.fixEmptyAndTrim(titlePrefix);
        try {
            new Deployment("project", "version", "environment").title(prefix == null ? DEFAULT_TITLE_PREFIX : prefix);
        } catch (Deployment.BadNameException e) {
            throw new IllegalArgumentException(e.phrase().text(), null);
        }
    }

    public int getPollIntervalSeconds() {
        return PollIntervals.USUAL.orDefault(pollIntervalSeconds);
    }

    /**
     * @param seconds 10 to 3600
     * @throws IllegalArgumentException for any other value
     */
    @DataBoundSetter
    public void setPollIntervalSeconds(int seconds) {
        PollIntervals.USUAL.check(seconds);
        this.pollIntervalSeconds = seconds;
        save();
    }

    /** For a deployment that has just begun to wait; it grows to the usual interval, and never exceeds it. */
    public int getShortestPollIntervalSeconds() {
        return PollIntervals.NEW.orDefault(shortestPollIntervalSeconds);
    }

    /**
     * @param seconds 5 to 3600
     * @throws IllegalArgumentException for any other value
     */
    @DataBoundSetter
    public void setShortestPollIntervalSeconds(int seconds) {
        PollIntervals.NEW.check(seconds);
        this.shortestPollIntervalSeconds = seconds;
        save();
    }

    /** For a deployment that has waited for days; never less than the usual interval. */
    public int getLongestPollIntervalSeconds() {
        return PollIntervals.OLD.orDefault(longestPollIntervalSeconds);
    }

    /**
     * @param seconds 10 to 86400
     * @throws IllegalArgumentException for any other value
     */
    @DataBoundSetter
    public void setLongestPollIntervalSeconds(int seconds) {
        PollIntervals.OLD.check(seconds);
        this.longestPollIntervalSeconds = seconds;
        save();
    }

    /** Whether persons with the permission to do so may let a waiting deployment go without an approved change. */
    public boolean isBreakGlass() {
        return breakGlass;
    }

    @DataBoundSetter
    public void setBreakGlass(boolean breakGlass) {
        if (breakGlass != this.breakGlass) {
            LOGGER.log(Level.WARNING, () -> "Breaking the glass was " + (breakGlass ? "allowed." : "forbidden."));
        }
        this.breakGlass = breakGlass;
        save();
    }

    @NonNull
    public ReservedAgents getReservedAgents() {
        ReservedAgents configured = reservedAgents;
        return configured == null ? new ReservedAgents() : configured;
    }

    @DataBoundSetter
    public void setReservedAgents(ReservedAgents reservedAgents) {
        this.reservedAgents = reservedAgents;
        save();
    }

    @NonNull
    public List<ServiceNowConnection> getConnections() {
        List<ServiceNowConnection> all = connections;
        return all == null ? List.of() : all;
    }

    /**
     * @throws IllegalArgumentException for a connection without a name, or two of the same
     */
    @DataBoundSetter
    public void setConnections(List<ServiceNowConnection> connections) {
        ServiceNowConnection.check(Util.fixNull(connections));
        this.connections = List.copyOf(Util.fixNull(connections));
        save();
    }

    /** The connection of exactly that name, or null. */
    @CheckForNull
    public ServiceNowConnection connection(@NonNull String name) {
        return getConnections().stream()
                .filter(connection -> connection.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @NonNull
    public List<Environment> getEnvironments() {
        List<Environment> all = environments;
        return all == null ? List.of() : all;
    }

    /**
     * @throws IllegalArgumentException for an environment without a name, or two of the same
     */
    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        Environment.check(Util.fixNull(environments));
        this.environments = List.copyOf(Util.fixNull(environments));
        save();
    }

    /** Takes the form as a whole or not at all; a list that is missing from it was emptied. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        try (BulkChange change = new BulkChange(this)) {
            new GlobalForm(request, form).applyTo(this);
            change.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | LinkageError e) {
            FormException explained = FormErrors.find(e, "connections");
            if (explained != null) {
                throw explained;
            }
            throw e;
        }
        return true;
    }

    @POST
    public FormValidation doCheckTitlePrefix(@QueryParameter String value) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        try {
            checkPrefix(value);
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    @POST
    public FormValidation doCheckPollIntervalSeconds(@QueryParameter String value) {
        return PollIntervals.USUAL.formCheck(value);
    }

    @POST
    public FormValidation doCheckShortestPollIntervalSeconds(@QueryParameter String value) {
        return PollIntervals.NEW.formCheck(value);
    }

    @POST
    public FormValidation doCheckLongestPollIntervalSeconds(@QueryParameter String value) {
        return PollIntervals.OLD.formCheck(value);
    }
}
