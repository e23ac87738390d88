package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.XmlFile;
import hudson.util.FormValidation;
import hudson.util.XStream2;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The global configuration. Enforcement is on unless it is explicitly switched off. */
@Extension
@Symbol("serviceNowGate")
public final class ServiceNowGateConfiguration extends GlobalConfiguration {
    public static final String DEFAULT_TITLE_PREFIX = "Jenkins";

    private static final Logger LOGGER = Logger.getLogger(ServiceNowGateConfiguration.class.getName());

    /**
     * Off only if it is {@code false}: a lost file, a missing element or a typing error must not switch enforcement
     * off.
     */
    private volatile String enabled;

    private volatile String workNotesEnabled;

    private volatile String titlePrefix;
    private volatile int pollIntervalSeconds;
    private volatile int shortestPollIntervalSeconds;
    private volatile int longestPollIntervalSeconds;
    private volatile int auditRetentionDays;
    private volatile List<ServiceNowConnection> connections;
    private volatile List<Environment> environments;
    private volatile List<MappedUser> userMappings;

    /** Off unless it is explicitly switched on. */
    private volatile String breakGlass;

    private volatile ReservedAgents reservedAgents;

    /** Why the stored file is unreadable; null if it was read, or never existed. */
    private transient volatile String fault;

    /** Whether Jenkins skipped a part of the stored file that it could not read. */
    private transient boolean incomplete;

    /** Whether this is a scratch copy for validation, which is never saved. */
    private final transient boolean draft;

    public ServiceNowGateConfiguration() {
        draft = false;
        load();
    }

    private ServiceNowGateConfiguration(boolean draft) {
        this.draft = draft;
    }

    /** Creates a scratch copy with the defaults, on which settings are validated before they are applied. */
    @NonNull
    static ServiceNowGateConfiguration draft() {
        return new ServiceNowGateConfiguration(true);
    }

    @Override
    public synchronized void load() {
        XmlFile file = getConfigFile();
        fault = null;
        incomplete = false;
        if (!file.exists()) {
            if (ConfigurationMarker.exists()) {
                fault = Messages.Configuration_FileMissing(file.getFile().getName());
                LOGGER.log(Level.SEVERE, () -> fault);
            }
            return;
        }
        ConfigurationMarker.create();
        try {
            if (file.unmarshal(this) != this) {
                throw new IOException("The file contains an unexpected object.");
            }
            if (incomplete) {
                fault = Messages.PolicyDecision_UnreadableConfiguration();
                LOGGER.log(Level.SEVERE, () -> fault);
            }
        } catch (IOException | RuntimeException e) {
            fault = Messages.Configuration_FileUnreadable(file.getFile().getName());
            LOGGER.log(Level.SEVERE, e, () -> fault);
        }
    }

    private synchronized void markIncomplete() {
        incomplete = true;
    }

    /** Does not overwrite an unreadable file until the environments are set again. */
    @Override
    public synchronized void save() {
        if (draft) {
            return;
        }
        if (fault != null) {
            LOGGER.log(Level.WARNING, () -> "The configuration was not stored. " + fault);
            return;
        }
        ConfigurationMarker.create();
        super.save();
    }

    /** Why the stored configuration is unreadable, as a sentence for administrators; null if all of it was read. */
    @CheckForNull
    public String getFault() {
        String currentFault = fault;
        return currentFault != null || isReadable() ? currentFault : Messages.PolicyDecision_UnreadableConfiguration();
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
        return fault != null || StrictBoolean.read(enabled, true, true);
    }

    @DataBoundSetter
    public void setEnabled(boolean enabled) {
        if (enabled != isEnabled() && !draft) {
            LOGGER.log(
                    Level.WARNING,
                    () -> enabled
                            ? "ServiceNow change control was switched on."
                            : "ServiceNow change control was switched OFF: deployments need no approved change.");
        }
        this.enabled = String.valueOf(enabled);
        save();
    }

    /** Whether the plugin writes the progress of deployments to the work notes of their changes. */
    public boolean isWorkNotesEnabled() {
        return StrictBoolean.read(workNotesEnabled, true, true);
    }

    @DataBoundSetter
    public void setWorkNotesEnabled(boolean workNotesEnabled) {
        this.workNotesEnabled = String.valueOf(workNotesEnabled);
        save();
    }

    /** The prefix of the titles by which changes are found. */
    @NonNull
    public String getTitlePrefix() {
        String prefix = Util.fixEmptyAndTrim(titlePrefix);
        return prefix == null ? DEFAULT_TITLE_PREFIX : prefix;
    }

    /**
     * @throws IllegalArgumentException if the prefix contains characters that a title can't contain
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
            new ChangeTitle("project", "version", "environment").title(prefix == null ? DEFAULT_TITLE_PREFIX : prefix);
        } catch (ChangeTitle.BadNameException e) {
            throw new IllegalArgumentException(e.localizable().toString(), null);
        }
    }

    public int getPollIntervalSeconds() {
        return PollIntervals.DEFAULT.orDefault(pollIntervalSeconds);
    }

    /**
     * @param seconds 10 to 3600
     * @throws IllegalArgumentException if the value is outside this range
     */
    @DataBoundSetter
    public void setPollIntervalSeconds(int seconds) {
        PollIntervals.DEFAULT.check(seconds);
        this.pollIntervalSeconds = seconds;
        save();
    }

    /**
     * The interval, in seconds, right after a deployment has begun to wait. It grows to the normal interval and never
     * exceeds it.
     */
    public int getShortestPollIntervalSeconds() {
        return PollIntervals.INITIAL.orDefault(shortestPollIntervalSeconds);
    }

    /**
     * @param seconds 5 to 3600
     * @throws IllegalArgumentException if the value is outside this range
     */
    @DataBoundSetter
    public void setShortestPollIntervalSeconds(int seconds) {
        PollIntervals.INITIAL.check(seconds);
        this.shortestPollIntervalSeconds = seconds;
        save();
    }

    /**
     * The interval, in seconds, for deployments that have waited for days. It is never less than the normal interval.
     */
    public int getLongestPollIntervalSeconds() {
        return PollIntervals.MAX.orDefault(longestPollIntervalSeconds);
    }

    /**
     * @param seconds 10 to 86400
     * @throws IllegalArgumentException if the value is outside this range
     */
    @DataBoundSetter
    public void setLongestPollIntervalSeconds(int seconds) {
        PollIntervals.MAX.check(seconds);
        this.longestPollIntervalSeconds = seconds;
        save();
    }

    /** The number of days, 1 to 3650, for which the audit keeps its entries. */
    public int getAuditRetentionDays() {
        return AuditRetention.orDefault(auditRetentionDays);
    }

    @DataBoundSetter
    public void setAuditRetentionDays(int days) {
        AuditRetention.check(days);
        this.auditRetentionDays = days;
        save();
    }

    /** Whether users with the Break Glass permission may release a waiting deployment without an approved change. */
    public boolean isBreakGlass() {
        return StrictBoolean.read(breakGlass, false, false);
    }

    @DataBoundSetter
    public void setBreakGlass(boolean breakGlass) {
        if (breakGlass != isBreakGlass() && !draft) {
            LOGGER.log(Level.WARNING, () -> "Break-glass releases were " + (breakGlass ? "enabled." : "disabled."));
        }
        this.breakGlass = String.valueOf(breakGlass);
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
        return StoredList.readable(connections, ServiceNowConnection.class, ServiceNowConnection::hasName)
                .toList();
    }

    /**
     * @throws IllegalArgumentException if a connection has no name, or a name is used twice
     */
    @DataBoundSetter
    public void setConnections(List<ServiceNowConnection> connections) {
        ServiceNowConnection.check(Util.fixNull(connections));
        this.connections = List.copyOf(Util.fixNull(connections));
        save();
    }

    /** The connection with exactly this name, or null. */
    @CheckForNull
    public ServiceNowConnection connection(@NonNull String name) {
        return getConnections().stream()
                .filter(connection -> connection.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @NonNull
    public List<Environment> getEnvironments() {
        return Environment.readable(environments);
    }

    /** Whether all list entries in the file are readable. An unreadable entry may have declared anything. */
    public boolean isReadable() {
        return Environment.isReadable(environments)
                && MappedUser.isReadable(userMappings)
                && StoredList.isReadable(connections, ServiceNowConnection.class, ServiceNowConnection::hasName);
    }

    /**
     * @throws IllegalArgumentException if an environment has no name, or a name is used twice
     */
    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        Environment.check(Util.fixNull(environments));
        this.environments = List.copyOf(Util.fixNull(environments));
        fault = null;
        save();
    }

    /** The users of Jenkins who have another user name in ServiceNow. */
    @NonNull
    public List<MappedUser> getUserMappings() {
        return MappedUser.readable(userMappings);
    }

    /**
     * @throws IllegalArgumentException if an entry is incomplete, or a user of Jenkins occurs twice
     */
    @DataBoundSetter
    public void setUserMappings(List<MappedUser> userMappings) {
        MappedUser.check(Util.fixNull(userMappings));
        this.userMappings = List.copyOf(Util.fixNull(userMappings));
        save();
    }

    /** Applies the whole form or nothing. A list that is missing from the form is empty. */
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
        return PollIntervals.DEFAULT.validate(value);
    }

    @POST
    public FormValidation doCheckShortestPollIntervalSeconds(@QueryParameter String value) {
        return PollIntervals.INITIAL.validate(value);
    }

    @POST
    public FormValidation doCheckLongestPollIntervalSeconds(@QueryParameter String value) {
        return PollIntervals.MAX.validate(value);
    }

    @POST
    public FormValidation doCheckAuditRetentionDays(@QueryParameter String value) {
        return AuditRetention.validate(value);
    }

    /** Detects parts of the file that Jenkins skips. */
    @Restricted(NoExternalUse.class)
    public static final class ConverterImpl extends WholeConverter<ServiceNowGateConfiguration> {
        public ConverterImpl(XStream2 xstream) {
            super(xstream, ServiceNowGateConfiguration.class);
        }

        @Override
        protected void onIncompleteRead(@NonNull ServiceNowGateConfiguration configuration) {
            configuration.markIncomplete();
        }
    }
}
