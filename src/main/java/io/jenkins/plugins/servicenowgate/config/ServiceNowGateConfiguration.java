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
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** The settings of the whole controller. Enforcement is on unless somebody explicitly switched it off. */
@Extension
@Symbol("serviceNowGate")
public final class ServiceNowGateConfiguration extends GlobalConfiguration {
    public static final String DEFAULT_TITLE_PREFIX = "Jenkins";

    private static final Logger LOGGER = Logger.getLogger(ServiceNowGateConfiguration.class.getName());

    /** Only an explicit false is off: a lost file, a missing line or a typing mistake must not switch enforcement off. */
    private volatile String enabled;

    private volatile String workNotesEnabled;

    private volatile String titlePrefix;
    private volatile int pollIntervalSeconds;
    private volatile int shortestPollIntervalSeconds;
    private volatile int longestPollIntervalSeconds;
    private volatile List<ServiceNowConnection> connections;
    private volatile List<Environment> environments;

    /** Off unless somebody explicitly switched it on. */
    private volatile String breakGlass;

    private volatile ReservedAgents reservedAgents;

    /** What is wrong with the stored file; null where it could be read, or there never was one. */
    private transient volatile String fault;

    /** Whether Jenkins left out a part of the stored file that it could not read. */
    private transient boolean leftOut;

    /** Whether this is a copy on which settings are tried. */
    private final transient boolean draft;

    public ServiceNowGateConfiguration() {
        draft = false;
        load();
    }

    private ServiceNowGateConfiguration(boolean draft) {
        this.draft = draft;
    }

    /** A copy with the defaults, which stores nothing: settings are tried on it before they are taken. */
    @NonNull
    static ServiceNowGateConfiguration draft() {
        return new ServiceNowGateConfiguration(true);
    }

    // ---- the file

    /** Says that the controller had a configuration: without its file, what it controlled is not known. */
    private static Path directory() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate").toPath();
    }

    private static Path marker() {
        return directory().resolve("configured");
    }

    @Override
    public synchronized void load() {
        XmlFile file = getConfigFile();
        fault = null;
        leftOut = false;
        if (!file.exists()) {
            if (Files.exists(marker())) {
                fault = Messages.Configuration_FileMissing(file.getFile().getName());
                LOGGER.log(Level.SEVERE, () -> fault);
            }
            return;
        }
        // Also of a file that an earlier version stored, or that was put there.
        mark();
        try {
            if (file.unmarshal(this) != this) {
                throw new IOException("It holds something else.");
            }
            if (leftOut) {
                fault = Messages.Ruling_UnreadableConfiguration();
                LOGGER.log(Level.SEVERE, () -> fault);
            }
        } catch (IOException | RuntimeException e) {
            fault = Messages.Configuration_FileUnreadable(file.getFile().getName());
            LOGGER.log(Level.SEVERE, e, () -> fault);
        }
    }

    private synchronized void noteLeftOut() {
        leftOut = true;
    }

    /** Stores nothing over a file that could not be read, until somebody sets the environments anew. */
    @Override
    public synchronized void save() {
        if (draft) {
            return;
        }
        if (fault != null) {
            LOGGER.log(Level.WARNING, () -> "Not stored. " + fault);
            return;
        }
        mark();
        super.save();
    }

    private static void mark() {
        try {
            Files.createDirectories(directory());
            if (!Files.exists(marker())) {
                Files.createFile(marker());
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The marker of the configuration could not be created.");
        }
    }

    /** What is wrong with what is stored, a sentence for administrators; null where all of it could be read. */
    @CheckForNull
    public String getFault() {
        String whole = fault;
        return whole != null || isReadable() ? whole : Messages.Ruling_UnreadableConfiguration();
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
                            : "ServiceNow change control was switched OFF: deployments go without an approved change.");
        }
        this.enabled = String.valueOf(enabled);
        save();
    }

    /** Whether the gate tells on the changes what became of their deployments. */
    public boolean isWorkNotesEnabled() {
        return StrictBoolean.read(workNotesEnabled, true, true);
    }

    @DataBoundSetter
    public void setWorkNotesEnabled(boolean workNotesEnabled) {
        this.workNotesEnabled = String.valueOf(workNotesEnabled);
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
        return StrictBoolean.read(breakGlass, false, false);
    }

    @DataBoundSetter
    public void setBreakGlass(boolean breakGlass) {
        if (breakGlass != isBreakGlass() && !draft) {
            LOGGER.log(Level.WARNING, () -> "Breaking the glass was " + (breakGlass ? "allowed." : "forbidden."));
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
        return Environment.readable(environments);
    }

    /** Whether all lists could be read from the file. What could not may have been anything. */
    public boolean isReadable() {
        return Environment.isReadable(environments)
                && StoredList.isReadable(connections, ServiceNowConnection.class, ServiceNowConnection::hasName);
    }

    /**
     * @throws IllegalArgumentException for an environment without a name, or two of the same
     */
    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        Environment.check(Util.fixNull(environments));
        this.environments = List.copyOf(Util.fixNull(environments));
        fault = null;
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

    /** Notes what Jenkins leaves out. */
    @Restricted(NoExternalUse.class)
    public static final class ConverterImpl extends WholeConverter<ServiceNowGateConfiguration> {
        public ConverterImpl(XStream2 xstream) {
            super(xstream, ServiceNowGateConfiguration.class);
        }

        @Override
        protected void leftOut(@NonNull ServiceNowGateConfiguration read) {
            read.noteLeftOut();
        }
    }
}
