package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.WindowRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;

/**
 * One deployment that waits for the approval of its change: its request, its record, its listener, and what the poller
 * keeps in memory about it. It ends once.
 */
public final class PendingApproval {
    private static final Logger LOGGER = Logger.getLogger(PendingApproval.class.getName());

    private final ChangeSpec spec;
    private final ChangeLink link;
    private final ApprovalListener listener;
    private final ReleaseRequirements requirements;

    private boolean ended;
    private boolean acting;
    private boolean failing;
    private boolean failingDefinitely;
    private int failures;
    private final DefiniteFailures definiteFailures = new DefiniteFailures();
    private Set<String> reportedOnce = Set.of();
    private String lastReported;
    private final Instant since;
    private Instant lastPolled = Instant.MIN;
    private volatile ApprovalRound approvals;
    private volatile Instant noConflictCheckBefore = Instant.MIN;

    /**
     * @param since when the deployment began to wait, before any restart
     */
    public PendingApproval(
            @NonNull ChangeSpec spec,
            @NonNull ChangeLink link,
            @NonNull ApprovalListener listener,
            @NonNull ReleaseRequirements requirements,
            @NonNull Instant since) {
        this.spec = spec;
        this.link = link;
        this.listener = listener;
        this.requirements = requirements;
        this.since = since;
    }

    @NonNull
    Instant since() {
        return since;
    }

    /** When the change was polled last, by the scheduler's clock. */
    @NonNull
    synchronized Instant lastPolled() {
        return lastPolled;
    }

    synchronized void polledAt(@NonNull Instant now) {
        lastPolled = now;
    }

    @NonNull
    ChangeSpec spec() {
        return spec;
    }

    @NonNull
    ChangeLink link() {
        return link;
    }

    /** Deployments with the same key are linked one after another. */
    @NonNull
    Object serialKey() {
        String number = spec.number();
        return number == null ? spec.title() : number;
    }

    /** Whether the plugin moves its change: never one that was specified by number. */
    boolean mayBeMoved() {
        return spec.automaticTransition() && !link.isByNumber();
    }

    /** Whether its change may have updates before the deployment, which are a task of their own. */
    boolean mayBeUpdated() {
        return mayBeMoved() || spec.window() != null;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** Ends the deployment's wait without an outcome; returns true for the first call. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** Whether a request that changes something in ServiceNow is in progress. */
    public synchronized boolean isActing() {
        return acting;
    }

    synchronized void acting(boolean begins) {
        acting = begins;
    }

    synchronized int countFailure() {
        return ++failures;
    }

    /** The definite failures since the change was last read and needed no transition. */
    @NonNull
    DefiniteFailures definiteFailures() {
        return definiteFailures;
    }

    /** What a change that was read means for the deployment: one that has changed since it was linked ends it. */
    @NonNull
    ReleaseDecision decide(@NonNull ChangeRequest change, @NonNull Instant now, @NonNull ModelStates states) {
        Localizable problem = ChangeMatch.problemSinceLinked(spec, link, change);
        if (problem != null) {
            return new ReleaseDecision.Refuse(problem);
        }
        ReleaseDecision decision = ReleaseRule.decide(change, now, spec.waitsAfterRejection(), states);
        Localizable uncertain = link.isReplanning() && !(decision instanceof ReleaseDecision.Refuse)
                ? WindowRule.refusalAfterMove(change, link.replannedFrom(), states)
                : null;
        if (uncertain != null) {
            return new ReleaseDecision.Refuse(uncertain);
        }
        boolean planned = spec.window() != null && link.isOwn();
        Localizable lost = planned && decision instanceof ReleaseDecision.Proceed ? WindowRule.refusal(change) : null;
        return lost == null ? decision : new ReleaseDecision.Refuse(lost);
    }

    /** The planned window of a change is moved, and it is not approved yet: an approval from now on is one of the new window. */
    void settleReplanning(@NonNull ChangeRequest change, @NonNull ModelStates states) {
        if (link.isReplanning() && WindowRule.isMoved(change, link.replannedFrom(), link.replannedTo(), states)) {
            link.replanningEnds();
            try {
                save();
            } catch (IOException e) {
                // After a restart the deployment may be refused, and never released by mistake.
                LOGGER.log(
                        Level.WARNING, e, () -> "Could not store that the window of " + link.number() + " was moved");
            }
        }
    }

    /** The result, or {@code Unreadable} if it does not prove that the change is still the linked one. */
    @NonNull
    ServiceNowClient.ReadResult verify(@NonNull ServiceNowClient.ReadResult result) {
        ServiceNowClient.ReadResult verified = link.verifyNumber(result);
        String missing = verified instanceof ServiceNowClient.ReadResult.Seen seen
                ? ChangeMatch.missingColumn(spec, link, seen.change())
                : null;
        return missing == null
                ? verified
                : new ServiceNowClient.ReadResult.Unreadable(
                        Messages._ChangeMatch_ColumnMissing(String.valueOf(link.number()), missing));
    }

    boolean isFinished(SysId change) {
        return listener.isFinished(change);
    }

    /** The approvals as they were last read; null if they never were. */
    @CheckForNull
    ApprovalRound approvals() {
        return approvals;
    }

    void onApprovals(@NonNull ApprovalRound read) {
        approvals = read;
        if (!isEnded()) {
            listener.onApprovals(read);
        }
    }

    /** What separation of duties requires of the deployment; null if nothing. */
    @CheckForNull
    Separation separation() {
        return ask(requirements::separation);
    }

    /** What a conflict of the change means for the deployment. */
    @NonNull
    ConflictPolicy conflictPolicy() {
        return ask(requirements::conflictPolicy);
    }

    private static <T> T ask(Supplier<T> requirement) {
        try {
            return requirement.get();
        } catch (Error e) {
            // Of another plugin, such as one of a version control system: it concerns this deployment alone.
            throw new IllegalStateException(e.toString(), e);
        }
    }

    /** When a check for conflicts may be started next, by the scheduler's clock. */
    @NonNull
    Instant noConflictCheckBefore() {
        return noConflictCheckBefore;
    }

    void noConflictCheckBefore(@NonNull Instant time) {
        noConflictCheckBefore = time;
    }

    /** Stores the record before an operation that must not be repeated. */
    void save() throws IOException {
        listener.save();
    }

    /**
     * Reports once that ServiceNow is unavailable, until {@link #reportRecovery}; and once the message of a definite
     * failure, because it tells what to correct.
     */
    void reportError(Localizable error, boolean definite) {
        if (beginsToFail(definite)) {
            listener.reportOutage(Messages._ChangePoller_Unavailable(error), error);
        }
    }

    /** Reports once that this plugin or another one failed, until {@link #reportRecovery}. */
    void reportInternalError(Throwable e) {
        if (beginsToFail(false)) {
            Localizable news = Messages._ChangePoller_InternalError(String.valueOf(e));
            listener.reportOutage(news, news);
        }
    }

    private synchronized boolean beginsToFail(boolean definitely) {
        if (ended || failing && (failingDefinitely || !definitely)) {
            return false;
        }
        failing = true;
        failingDefinitely = definitely;
        return true;
    }

    void reportRecovery() {
        synchronized (this) {
            failures = 0;
            if (ended || !failing) {
                return;
            }
            failing = false;
            failingDefinitely = false;
        }
        listener.report(Messages._ChangePoller_AvailableAgain());
    }

    /** Reports an event unless it is the same as the one before. */
    void report(Localizable news) {
        if (isNew(news)) {
            listener.report(news);
        }
    }

    /** Reports that the change can't be read, found or moved, unless that was the event before. */
    void reportOutage(Localizable news) {
        if (isNew(news)) {
            listener.reportOutage(news, news);
        }
    }

    private synchronized boolean isNew(Localizable news) {
        String text = news.toString();
        if (ended || text.equals(lastReported)) {
            return false;
        }
        lastReported = text;
        return true;
    }

    /** Reports an event unless it was reported before. */
    void reportOnce(Localizable news) {
        synchronized (this) {
            if (ended) {
                return;
            }
            reportedOnce = reportedOnce.isEmpty() ? new HashSet<>() : reportedOnce;
            if (!reportedOnce.add(news.toString())) {
                return;
            }
        }
        listener.report(news);
    }

    /**
     * The change was read, and the deployment waits until {@code next}.
     *
     * @param isFinal false if something else that is needed to decide could not be read, which counts on as a failure
     */
    void onWaits(ChangeRequest change, ReleaseDecision.Wait decision, Instant next, boolean isFinal) {
        if (isEnded()) {
            return;
        }
        if (isFinal) {
            definiteFailures.reset();
        }
        listener.onPolled(change, decision, next);
        report(decision.reason());
    }

    /** The change was read, and the wait of the deployment ends. */
    void onEnds(ChangeRequest change, ReleaseDecision decision) {
        if (!end()) {
            return;
        }
        try {
            listener.onPolled(change, decision, null);
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "The last reading of " + change.number() + " could not be recorded");
            listener.refuse(
                    decision instanceof ReleaseDecision.Proceed
                            ? Messages._ChangePoller_Failed(String.valueOf(e))
                            : decision.reason());
            return;
        }
        if (decision instanceof ReleaseDecision.Proceed) {
            link.release();
            listener.proceed(change, decision.reason());
        } else {
            listener.refuse(decision.reason());
        }
    }

    void refuse(Localizable reason) {
        if (end()) {
            listener.refuse(reason);
        }
    }
}
