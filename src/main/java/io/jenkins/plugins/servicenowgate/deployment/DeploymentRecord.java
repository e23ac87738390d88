package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.Ruling;
import io.jenkins.plugins.servicenowgate.gate.BookEntry.CloseCode;
import io.jenkins.plugins.servicenowgate.gate.Bookkeeper;
import io.jenkins.plugins.servicenowgate.gate.Bookkeeping;
import io.jenkins.plugins.servicenowgate.gate.ChangeFields;
import io.jenkins.plugins.servicenowgate.gate.Decision;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import io.jenkins.plugins.servicenowgate.gate.GateRecord;
import io.jenkins.plugins.servicenowgate.gate.GateRequest;
import io.jenkins.plugins.servicenowgate.gate.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.Serializable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What a build remembers and shows of one of its deployments. Stored in {@code build.xml}: names, ids and times, no
 * address and no secret; links are built anew from the connection's address.
 */
@ExportedBean(defaultVisibility = 2)
public final class DeploymentRecord implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What became of the gate; its names are part of the build's API. */
    public enum Outcome {
        WAIT,
        PROCEED,
        REFUSE,
        ABORTED,
        NOT_REQUIRED,
        SWITCHED_OFF
    }

    private final String id;
    private final String project;
    private final String version;
    private final String environment;
    private final String connection;
    private final GateRecord gate = new GateRecord();
    private final long since;

    private volatile Outcome outcome = Outcome.WAIT;
    private volatile String reason = "";
    private volatile String title;
    private volatile String state;
    private volatile String approval;
    private volatile long plannedStart;
    private volatile long plannedEnd;
    private volatile long lastLook;
    private transient volatile long nextLook;

    // How its change is created and what becomes of it; as it was when the deployment asked.
    private final String template;
    private final boolean emergency;
    private final AutomaticTransition automaticTransition;
    private volatile Map<String, String> fields;

    /** Null in builds of a version that wrote nothing back. */
    private Bookkeeping bookkeeping;

    private volatile long started;
    private volatile long ended;
    private volatile CloseCode closeCode;
    private volatile String warning;
    private transient volatile String trouble;
    private transient Bookkeeper.Books books;

    /** For a deployment that needs no change. */
    DeploymentRecord(@NonNull String id, @NonNull Deployment deployment, @NonNull Instant now) {
        this(id, deployment, null, false, null, now);
    }

    /**
     * @param required the connection and the settings; null where no change is required
     * @param ownFields columns of a new change that win over those of the settings
     */
    DeploymentRecord(
            @NonNull String id,
            @NonNull Deployment deployment,
            @CheckForNull Ruling.Required required,
            boolean emergency,
            @CheckForNull Map<String, String> ownFields,
            @NonNull Instant now) {
        this.id = id;
        this.project = deployment.project();
        this.version = deployment.version();
        this.environment = deployment.environment();
        this.connection = required == null ? null : required.connection();
        this.template = required == null ? null : required.settings().standardChangeTemplate();
        this.automaticTransition = required == null ? null : required.settings().automaticTransition();
        this.emergency = emergency;
        this.fields = required == null
                ? null
                : new LinkedHashMap<>(
                        ChangeFields.merge(required.settings().fields(), ownFields == null ? Map.of() : ownFields));
        this.since = now.toEpochMilli();
    }

    @NonNull
    public String getId() {
        return id;
    }

    @NonNull
    public GateRecord gate() {
        return gate;
    }

    @CheckForNull
    public String getConnection() {
        return connection;
    }

    /** The connection of a deployment that needs a change. */
    @NonNull
    String requiredConnection() {
        return Objects.requireNonNull(connection, "no change is required");
    }

    /** What the deployment itself is told of its change: names of variables and their values. */
    @NonNull
    public Map<String, String> getVariables() {
        Map<String, String> variables = new LinkedHashMap<>();
        // Empty where no change is required: what an outer deployment set must not be taken for this one's.
        variables.put("SERVICENOW_CHANGE_NUMBER", Util.fixNull(getNumber()));
        variables.put("SERVICENOW_CHANGE_SYS_ID", Util.fixNull(getSysId()));
        variables.put("SERVICENOW_CHANGE_URL", Util.fixNull(getUrl()));
        return variables;
    }

    /** What its gate is asked for. */
    @NonNull
    GateRequest request(@NonNull String title, @CheckForNull String number, @NonNull String description) {
        NewChange newChange = emergency
                ? new NewChange.Emergency()
                : template == null ? new NewChange.Normal() : new NewChange.Standard(template);
        Map<String, String> all = new LinkedHashMap<>();
        if (!(newChange instanceof NewChange.Standard)) {
            // A template has a description of its own, and protects it.
            all.put("description", description);
        }
        if (fields != null) {
            all.putAll(fields);
        }
        return new GateRequest(
                title, number, newChange, all, !emergency && getAutomaticTransition() != AutomaticTransition.OFF);
    }

    @NonNull
    AutomaticTransition getAutomaticTransition() {
        return automaticTransition == null ? AutomaticTransition.OFF : automaticTransition;
    }

    @NonNull
    synchronized Bookkeeping bookkeeping() {
        if (bookkeeping == null) {
            bookkeeping = new Bookkeeping();
        }
        return bookkeeping;
    }

    /** The one set of books of this deployment, so that nobody writes at the same time. */
    @NonNull
    synchronized Bookkeeper.Books books(@NonNull Supplier<Bookkeeper.Books> opening) {
        if (books == null) {
            books = opening.get();
        }
        return books;
    }

    boolean sharesChangeWith(@NonNull DeploymentRecord other) {
        SysId change = gate.sysId();
        return change != null && change.equals(other.gate.sysId()) && Objects.equals(connection, other.connection);
    }

    void starts() {
        if (started == 0) {
            started = System.currentTimeMillis();
        }
    }

    void ends() {
        ended = System.currentTimeMillis();
    }

    void endsWith(@NonNull CloseCode code) {
        closeCode = code;
        ends();
    }

    /** Whether it was let go with an approved change, and is not over. */
    boolean isRunning() {
        return outcome == Outcome.PROCEED && started != 0 && ended == 0;
    }

    /** Whether nothing more comes of it. */
    boolean isOver() {
        return ended != 0 || outcome == Outcome.SWITCHED_OFF || outcome == Outcome.NOT_REQUIRED;
    }

    /** Whether the two were running at the same time. */
    boolean overlaps(@NonNull DeploymentRecord other) {
        return started <= end(other) && other.started <= end(this);
    }

    private static long end(DeploymentRecord record) {
        return record.ended == 0 ? Long.MAX_VALUE : record.ended;
    }

    /** Milliseconds from the release to the end, or to now. */
    long getDuration() {
        return (ended == 0 ? System.currentTimeMillis() : ended) - started;
    }

    /** How it ended; null while it has not, or where it never began. */
    @CheckForNull
    public CloseCode getCloseCode() {
        return closeCode;
    }

    void warn(@NonNull String what) {
        String before = warning;
        warning = before == null ? what : before + ' ' + what;
    }

    void troubled(@CheckForNull String what) {
        trouble = what;
    }

    /** What could not be written into the change, for good or until now; null when there is nothing to say. */
    @CheckForNull
    public String getWarning() {
        String now = trouble;
        String before = warning;
        if (before == null || now == null) {
            return before == null ? now : before;
        }
        return before + ' ' + now;
    }

    void saw(@NonNull ChangeRequest change, @NonNull Decision decision, @CheckForNull Instant next, Instant now) {
        title = ForeignText.clean(change.shortDescription());
        state = change.stateLabel();
        approval = ForeignText.clean(change.approval(), 40);
        plannedStart = millis(change.plannedStart());
        plannedEnd = millis(change.plannedEnd());
        lastLook = now.toEpochMilli();
        nextLook = millis(next);
        reason = decision.reason().text();
    }

    void became(@NonNull Outcome newOutcome, @NonNull String why) {
        outcome = newOutcome;
        reason = why;
        nextLook = 0;
    }

    /** The change's number; null while none is linked. */
    @CheckForNull
    @Exported
    public String getNumber() {
        return gate.number();
    }

    @CheckForNull
    @Exported
    public String getSysId() {
        SysId sysId = gate.sysId();
        return sysId == null ? null : sysId.value();
    }

    /** The change's page in ServiceNow; null while none is linked, or when the connection is gone. */
    @CheckForNull
    @Exported
    public String getUrl() {
        SysId sysId = gate.sysId();
        ServiceNowConnection known =
                connection == null ? null : ServiceNowGateConfiguration.get().connection(connection);
        if (sysId == null || known == null) {
            return null;
        }
        try {
            return known.instanceUrl().changeLink(sysId);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The label of the change's state as last seen, for example Implement; null before the first look. */
    @CheckForNull
    @Exported
    public String getState() {
        return state;
    }

    @NonNull
    @Exported
    public String getProject() {
        return project;
    }

    @NonNull
    @Exported
    public String getVersion() {
        return version;
    }

    @NonNull
    @Exported
    public String getEnvironment() {
        return environment;
    }

    @NonNull
    @Exported
    public Outcome getDecision() {
        return outcome;
    }

    /** Why it waits, was refused or may go: one sentence, free of control characters. */
    @NonNull
    @Exported
    public String getReason() {
        return reason;
    }

    @CheckForNull
    public String getTitle() {
        return title;
    }

    @CheckForNull
    public String getApproval() {
        return approval;
    }

    public boolean isWaiting() {
        return outcome == Outcome.WAIT;
    }

    @NonNull
    public Instant getSince() {
        return Instant.ofEpochMilli(since);
    }

    @CheckForNull
    public Instant getPlannedStart() {
        return instant(plannedStart);
    }

    @CheckForNull
    public Instant getPlannedEnd() {
        return instant(plannedEnd);
    }

    @CheckForNull
    public Instant getLastLook() {
        return instant(lastLook);
    }

    @CheckForNull
    public Instant getNextLook() {
        return instant(nextLook);
    }

    private static long millis(@CheckForNull Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli();
    }

    private static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }
}
