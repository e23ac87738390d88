package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceJson;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceFiles;
import io.jenkins.plugins.servicenowgate.polling.ChangeLink;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What a build remembers and shows of one of its deployments. Stored in {@code build.xml}: names, ids and times, no
 * address and no secret; links are built anew from the connection's address.
 */
@ExportedBean(defaultVisibility = 2)
public final class DeploymentRecord extends ExportedChange {
    private static final long serialVersionUID = 1L;

    private final String id;
    private final String project;
    private final String version;
    private final String environment;
    private final String connection;
    private final ChangeLink gate = new ChangeLink();
    private final long since;

    /** Null where no change is required. */
    private final StoredChangeSpec order;

    private volatile GateOutcome outcome = GateOutcome.WAIT;
    private volatile String reason = "";
    private volatile ChangeSnapshot snapshot;
    private volatile ApprovalSnapshot approvals;
    private volatile BreakGlassRelease bypass;
    private volatile StoredEvidence evidence;
    private transient volatile long nextPoll;

    private final DeploymentTimeline timeline = new DeploymentTimeline();
    private final ChangeOutbox outbox = new ChangeOutbox();
    private volatile String changeLeftIn;
    private volatile String warning;
    private transient volatile String trouble;

    /** For a deployment that needs no change. */
    DeploymentRecord(@NonNull String id, @NonNull ChangeTitle deployment, @NonNull Instant now) {
        this(id, deployment, null, null, now);
    }

    /**
     * @param connection name of the connection that knows the change; null where no change is required
     * @param order what is wanted of the change; null where none is required
     */
    DeploymentRecord(
            @NonNull String id,
            @NonNull ChangeTitle deployment,
            @CheckForNull String connection,
            @CheckForNull StoredChangeSpec order,
            @NonNull Instant now) {
        this.id = id;
        this.project = deployment.project();
        this.version = deployment.version();
        this.environment = deployment.environment();
        this.connection = connection;
        this.order = order;
        this.since = now.toEpochMilli();
    }

    /** Refused before a change was searched for; the requested names, sanitized. */
    @NonNull
    static DeploymentRecord refused(
            @NonNull String id, @NonNull String project, @NonNull DeploymentRequest request, @NonNull String why) {
        DeploymentRecord record = new DeploymentRecord(
                id,
                new ChangeTitle(
                        TextSanitizer.clean(project),
                        TextSanitizer.clean(request.version()),
                        TextSanitizer.clean(request.environment())),
                Instant.now());
        record.transitionTo(GateOutcome.REFUSE, why);
        record.timeline.end();
        return record;
    }

    /** Whether all of it could be read from its file; what is missing there is null. */
    public boolean isReadable() {
        return Stream.of(id, project, version, environment, gate, outcome, reason, timeline, outbox)
                        .allMatch(Objects::nonNull)
                && (connection == null) == (order == null);
    }

    @NonNull
    public String getId() {
        return id;
    }

    @NonNull
    public ChangeLink changeLink() {
        return gate;
    }

    @CheckForNull
    public String getConnection() {
        return connection;
    }

    /** The connection of a deployment that needs a change. */
    @NonNull
    public String requiredConnection() {
        return Objects.requireNonNull(connection, "no change is required");
    }

    /** The environment variables that name the change for the deployment. */
    @NonNull
    public Map<String, String> getVariables() {
        Map<String, String> variables = new LinkedHashMap<>();
        // Empty if no change is required, so that the values of an outer deployment are hidden.
        variables.put("SERVICENOW_CHANGE_NUMBER", Util.fixNull(getNumber()));
        variables.put("SERVICENOW_CHANGE_SYS_ID", Util.fixNull(getSysId()));
        variables.put("SERVICENOW_CHANGE_URL", Util.fixNull(getUrl()));
        return variables;
    }

    /** Project, version and environment in one phrase. */
    @NonNull
    public String description() {
        return Messages.Note_What(project, version, environment);
    }

    /** What is wanted of the change of a deployment that needs one. */
    @NonNull
    StoredChangeSpec spec() {
        return Objects.requireNonNull(order, "no change is required");
    }

    /** It waits for what approvers are told. */
    void reportGathering() {
        if (outcome == GateOutcome.WAIT) {
            reason = Messages.Evidence_Gathering();
        }
    }

    void setEvidence(@NonNull ChangeEvidence told) {
        evidence = new StoredEvidence(told);
    }

    /** What approvers are told, with absolute paths; null if nothing was gathered. */
    @CheckForNull
    public ChangeEvidence evidence() {
        StoredEvidence stored = evidence;
        return stored == null ? null : stored.evidence().in(EvidenceFiles.directory());
    }

    /** The archived artifacts of which approvers are told; null if they are not told of all of them. */
    @CheckForNull
    EvidenceJson.Archived archivedArtifacts() {
        StoredEvidence stored = evidence;
        return stored == null ? null : EvidenceJson.archived(stored.evidence().json());
    }

    /** What approvers are told, for programs; null if nothing was gathered. */
    @CheckForNull
    @Exported(inline = true)
    public EvidenceExport getEvidence() {
        StoredEvidence stored = evidence;
        return stored == null ? null : new EvidenceExport(stored.evidence());
    }

    /** What is to be written about it, and was. */
    @NonNull
    ChangeOutbox outbox() {
        return outbox;
    }

    /** How it went since its release. */
    @NonNull
    DeploymentTimeline timeline() {
        return timeline;
    }

    /** Whether another deployment, not a second reading of this one, has the same change. */
    boolean sharesChangeWithAnother(@NonNull DeploymentRecord other) {
        SysId change = gate.sysId();
        return !id.equals(other.id)
                && change != null
                && change.equals(other.gate.sysId())
                && Objects.equals(connection, other.connection);
    }

    /** Whether it was refused or aborted before it started. */
    boolean isEndedUnstarted() {
        return outcome == GateOutcome.REFUSE || outcome == GateOutcome.ABORTED;
    }

    /** Whether it was released because no change was required, or none was while enforcement was off. */
    public boolean isWithoutChange() {
        return outcome == GateOutcome.NOT_REQUIRED || outcome == GateOutcome.SWITCHED_OFF;
    }

    /** Whether it was released, with or without a change, and nothing has closed its gate since. */
    public boolean isGateOpen() {
        return outcome.opens() && !timeline.isClosed();
    }

    /** How it ended; null while it has not, or where it never began. */
    @CheckForNull
    public CloseCode getCloseCode() {
        return timeline.closeCode();
    }

    /** When it started, in milliseconds since the epoch; 0 while it has not. */
    public long getStartedAt() {
        return timeline.started();
    }

    /** When it, or the wait, ended, in milliseconds since the epoch; 0 while it has not. */
    public long getEndedAt() {
        return timeline.ended();
    }

    void leaveChangeIn(@NonNull String state) {
        changeLeftIn = state;
    }

    /** The label of the state in which the plugin left the change after the deployment; null where it did not move it. */
    @CheckForNull
    @Exported
    public String getChangeLeftIn() {
        return changeLeftIn;
    }

    void warn(@NonNull String what) {
        String before = warning;
        warning = before == null ? what : before + ' ' + what;
    }

    void reportError(@CheckForNull String what) {
        trouble = what;
    }

    /** What could not be written into the change, for good or until now; null when there is nothing to say. */
    @CheckForNull
    public String getWarning() {
        String now = trouble;
        String before = getBypass() == null || gate.isLinked() ? warning : Messages.BreakGlass_NoChange();
        if (before == null || now == null) {
            return before == null ? now : before;
        }
        return before + ' ' + now;
    }

    void bypassed(@NonNull BreakGlassRelease by) {
        bypass = by;
        transitionTo(GateOutcome.BYPASSED, Messages.BreakGlass_Broken(by.getPerson(), by.getReason()));
    }

    /** Whether a person let it go, as that run and no other, and it is not over. */
    boolean isBypassedFor(@NonNull DeploymentHost host) {
        BreakGlassRelease by = getBypass();
        return by != null && host.isKnownAs(by.run()) && !timeline.isEnded();
    }

    /** Who released it without an approved change, and why; null if it was not. */
    @CheckForNull
    @Exported(inline = true)
    public BreakGlassRelease getBypass() {
        return outcome == GateOutcome.BYPASSED ? bypass : null;
    }

    void recordSnapshot(
            @NonNull ChangeRequest change, @NonNull ReleaseDecision decision, @CheckForNull Instant next, Instant now) {
        snapshot = new ChangeSnapshot(change, now);
        nextPoll = ChangeSnapshot.millis(next);
        reason = decision.reason().toString();
    }

    void recordApprovals(@NonNull ApprovalRound read) {
        approvals = new ApprovalSnapshot(read);
    }

    /** Who approved the change, in one line; null if nobody did yet, or that is not readable. */
    @CheckForNull
    @Exported
    public String getApprovedBy() {
        ApprovalSnapshot read = approvals;
        return read == null ? null : read.approvedBy();
    }

    /** When the last approval was given (ISO 8601); null if that is not known. */
    @CheckForNull
    @Exported
    public String getApprovedAt() {
        return Objects.toString(approvedAt(), null);
    }

    @CheckForNull
    public Instant approvedAt() {
        ApprovalSnapshot read = approvals;
        return read == null ? null : read.approvedAt();
    }

    /** The change of a released deployment was polled. */
    public void recordSnapshotAfterRelease(@NonNull ChangeRequest change, @NonNull Instant now) {
        snapshot = new ChangeSnapshot(change, now);
    }

    void transitionTo(@NonNull GateOutcome newOutcome, @NonNull String why) {
        outcome = newOutcome;
        reason = why;
        nextPoll = 0;
    }

    /** It waits for its change, also again, because its build did not learn of its release or end before a crash. */
    void awaitsChange(@NonNull String why) {
        transitionTo(GateOutcome.WAIT, why);
        timeline.reopen();
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

    @NonNull
    @Override
    public ChangeSnapshot getSeen() {
        ChangeSnapshot seen = snapshot;
        return seen == null ? ChangeSnapshot.NONE : seen;
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
    @Exported(name = "decision")
    public GateOutcome getOutcome() {
        return outcome;
    }

    /** Why it waits, was refused or may go: one sentence, free of control characters. */
    @NonNull
    @Exported
    public String getReason() {
        BreakGlassRelease by = getBypass();
        // A poll that was in progress does not hide it.
        return by == null ? reason : Messages.BreakGlass_Broken(by.getPerson(), by.getReason());
    }

    public boolean isWaiting() {
        return outcome == GateOutcome.WAIT;
    }

    @NonNull
    public Instant getSince() {
        return Instant.ofEpochMilli(since);
    }

    @CheckForNull
    public Instant getNextPoll() {
        return ChangeSnapshot.instant(nextPoll);
    }
}
