package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.gate.Decision;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import io.jenkins.plugins.servicenowgate.gate.GateRecord;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
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

    /**
     * @param connection null where no change is required
     */
    DeploymentRecord(
            @NonNull String id, @NonNull Deployment deployment, @CheckForNull String connection, @NonNull Instant now) {
        this.id = id;
        this.project = deployment.project();
        this.version = deployment.version();
        this.environment = deployment.environment();
        this.connection = connection;
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
