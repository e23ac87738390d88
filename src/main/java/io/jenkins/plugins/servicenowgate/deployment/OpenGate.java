package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.polling.ReleasedChangeMonitor;
import io.jenkins.plugins.servicenowgate.rules.Decision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The gate of a deployment that was let go, and what its change has said since. Only memory: after a restart no new work
 * begins before the change was looked at again. The change is watched from the first time that somebody asks.
 */
final class OpenGate implements ReleasedChangeMonitor.MonitoredDeployment {
    /** For so long a change that can't be seen counts as it was seen last. */
    private static final Duration UNSEEN = Duration.ofMinutes(5);

    /** A change that was seen longer ago than that, and not watched since, is looked at before any work begins. */
    private static final Duration FRESH = Duration.ofSeconds(15);

    private final DeploymentRecord record;
    private volatile Run<?, ?> run;
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile Instant proven;
    private volatile Instant unseenSince;
    private volatile String unseenWhy = "";
    private volatile String held;

    /**
     * @param proven when the change was seen to allow the deployment; null where it was not since Jenkins started
     */
    OpenGate(@NonNull DeploymentRecord record, @CheckForNull Instant proven) {
        this.record = record;
        this.proven = proven;
    }

    /** What was kept with an item of the queue is kept with its build later. */
    void keptWith(@CheckForNull Run<?, ?> build) {
        if (build != null) {
            run = build;
        }
    }

    /** Why no new work may begin; null when it may. From memory. */
    @CheckForNull
    String blockReason() {
        if (record.getDecision() != GateOutcome.PROCEED) {
            // Let go without a change, which therefore says nothing later either.
            return null;
        }
        if (watched.compareAndSet(false, true)) {
            Instant seen = proven;
            boolean soon = seen == null || Instant.now().isAfter(seen.plus(FRESH));
            if (soon) {
                proven = null;
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
        Instant since = unseenSince;
        return since != null && Instant.now().isAfter(since.plus(UNSEEN))
                ? Messages.OpenGate_Unseen(record.getNumber(), unseenWhy)
                : null;
    }

    @NonNull
    @Override
    public SysId change() {
        return Objects.requireNonNull(record.gate().sysId());
    }

    @NonNull
    @Override
    public String number() {
        return String.valueOf(record.getNumber());
    }

    @Override
    public boolean isOpen() {
        Run<?, ?> build = run;
        return record.isOpenGate(this) && (build == null || build.isBuilding());
    }

    @Override
    public void onPolled(@NonNull ChangeRequest change, @NonNull Decision decision) {
        Instant now = Instant.now();
        record.recordSnapshotAfterRelease(change, now);
        unseenSince = null;
        if (decision instanceof Decision.Proceed) {
            proven = now;
            held = null;
            return;
        }
        String why = decision.reason().text();
        boolean first = held == null;
        held = why;
        Run<?, ?> build = run;
        if (first && build != null) {
            ExtensionList.lookup(OpenGateListener.class)
                    .forEach(listener -> listener.onBlocked(build, record.getEnvironment(), why));
        }
    }

    @Override
    public void onPollFailed(@NonNull Phrase why) {
        unseenWhy = why.text();
        if (unseenSince == null) {
            unseenSince = Instant.now();
        }
    }
}
