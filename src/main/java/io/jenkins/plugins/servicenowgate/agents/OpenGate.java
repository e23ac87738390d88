package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.polling.ReleasedChangeMonitor;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jvnet.localizer.Localizable;

/**
 * The gate of a released deployment, and what its change has said since the release. Memory only: after a restart no new
 * work begins before the change was polled again. The change is monitored from the first time that an agent is requested.
 */
final class OpenGate implements ReleasedChangeMonitor.MonitoredDeployment {
    /** How long the last known state of a change counts while the change cannot be read. */
    private static final Duration MAX_UNAVAILABLE = Duration.ofMinutes(5);

    /** A change that was polled longer ago, and is not monitored, is polled before any work begins. */
    private static final Duration FRESH = Duration.ofSeconds(15);

    private final OpenGates gates;
    private final DeploymentRecord record;
    private final boolean releasedNow;
    private final AtomicBoolean monitored = new AtomicBoolean();
    private volatile Run<?, ?> run;

    /** When the change was last seen to allow the deployment; null if that is not known. */
    private volatile Instant proven;

    private volatile Instant unavailableSince;
    private volatile String unavailableReason = "";
    private volatile String held;

    /**
     * @param releasedNow whether the deployment was released since Jenkins started, so that its last poll counts
     */
    OpenGate(@NonNull OpenGates gates, @NonNull DeploymentRecord record, boolean releasedNow) {
        this.gates = gates;
        this.record = record;
        this.releasedNow = releasedNow;
    }

    /** The build of the deployment; unknown while it is a queue item. */
    void setRun(@CheckForNull Run<?, ?> build) {
        if (build != null) {
            run = build;
        }
    }

    /** Why no new work may begin; null if it may. From memory. */
    @CheckForNull
    String blockReason() {
        if (monitored.compareAndSet(false, true)) {
            Instant polled = releasedNow ? record.getSeen().getAt() : null;
            boolean soon = polled == null || Instant.now().isAfter(polled.plus(FRESH));
            if (!soon) {
                proven = polled;
            }
            GateExecutor.get()
                    .execute(() -> ConnectionRuntimes.get()
                            .of(record.requiredConnection())
                            .releasedMonitor()
                            .watch(this, soon));
        }
        if (proven == null) {
            return held == null ? Messages.OpenGate_NotSeenYet(record.getNumber()) : held;
        }
        if (held != null) {
            return held;
        }
        Instant end = record.getSeen().getPlannedEnd();
        if (end != null
                && ConnectionRuntimes.get()
                        .of(record.requiredConnection())
                        .now()
                        .isAfter(end)) {
            return Messages.OpenGate_WindowPassed(record.getNumber(), String.valueOf(end));
        }
        Instant since = unavailableSince;
        return since != null && Instant.now().isAfter(since.plus(MAX_UNAVAILABLE))
                ? Messages.OpenGate_Unseen(record.getNumber(), unavailableReason)
                : null;
    }

    @NonNull
    @Override
    public SysId change() {
        return Objects.requireNonNull(record.changeLink().sysId());
    }

    @NonNull
    @Override
    public String number() {
        return String.valueOf(record.getNumber());
    }

    @Override
    public boolean isOpen() {
        Run<?, ?> build = run;
        return record.isGateOpen() && gates.isCurrent(record, this) && (build == null || build.isBuilding());
    }

    @Override
    public void onPolled(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision) {
        Instant now = Instant.now();
        record.recordSnapshotAfterRelease(change, now);
        unavailableSince = null;
        if (decision instanceof ReleaseDecision.Proceed) {
            proven = now;
            held = null;
            return;
        }
        String why = decision.reason().toString();
        boolean first = held == null;
        held = why;
        Run<?, ?> build = run;
        if (first && build != null) {
            ExtensionList.lookup(OpenGateListener.class)
                    .forEach(listener -> listener.onBlocked(build, record.getEnvironment(), why));
        }
    }

    @Override
    public void onPollFailed(@NonNull Localizable why) {
        unavailableReason = why.toString();
        if (unavailableSince == null) {
            unavailableSince = Instant.now();
        }
    }
}
