package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.ConflictRule;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;

/**
 * Conflicts of changes: starts the check of a change that the plugin created, once for its planned dates, and judges the
 * result immediately before a release. The result comes with the polls; only what conflicts is read separately.
 */
final class ConflictCheck {
    private static final Logger LOGGER = Logger.getLogger(ConflictCheck.class.getName());
    /** Between two tries to start a check that the instance refused. */
    private static final Duration RETRY = Duration.ofMinutes(15);

    private final ConnectionContext context;
    private final AtomicInteger failures = new AtomicInteger();

    ConflictCheck(@NonNull ConnectionContext context) {
        this.context = context;
    }

    /**
     * Completes the decision about a change that was just read.
     *
     * @param decision without regard to conflicts
     */
    @NonNull
    ReleaseDecision complete(
            @NonNull PendingApproval approval, @NonNull ChangeRequest change, @NonNull ReleaseDecision decision) {
        if (decision instanceof ReleaseDecision.Refuse) {
            return decision;
        }
        if (!record(approval, change) && approval.conflictPolicy().holdsBack()) {
            return new ReleaseDecision.Wait(Messages._ConflictCheck_NotStored(change.number()), null);
        }
        if (mayStart(approval, change) && approval.conflictPolicy().holdsBack()) {
            start(approval, change);
        }
        return decision instanceof ReleaseDecision.Proceed ? judge(approval, change, decision) : decision;
    }

    /** Keeps for which dates a check ran; returns false if that could not be stored, so that a restart would forget it. */
    private static boolean record(PendingApproval approval, ChangeRequest change) {
        ConflictProgress before = approval.link().conflicts();
        ConflictProgress now = before.polled(change);
        return now == before || store(approval, now);
    }

    private static boolean store(PendingApproval approval, ConflictProgress progress) {
        ConflictProgress before = approval.link().conflicts();
        approval.link().conflicts(progress);
        try {
            approval.save();
            return true;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The check for conflicts could not be stored; the gate retries");
            approval.link().conflicts(before);
            return false;
        }
    }

    // ---- starting a check

    /** A check needs a configuration item and both dates; those of other changes are checked by people. */
    private boolean mayStart(PendingApproval approval, ChangeRequest change) {
        ConflictProgress progress = approval.link().conflicts();
        return approval.link().isOwn()
                && !change.onHold()
                && change.assessment().hasConfigurationItem()
                && change.plannedStart() != null
                && change.plannedEnd() != null
                && !progress.isStartedFor(change)
                && !(progress.isCurrent(change) && ConflictRule.isChecked(change))
                && !context.clock().instant().isBefore(approval.noConflictCheckBefore())
                && !approval.isEnded();
    }

    private void start(PendingApproval approval, ChangeRequest change) {
        Instant sent = context.instanceClock().instant();
        approval.acting(true);
        try {
            context.clients().get().conflicts().start(change.sysId());
            failures.set(0);
        } catch (ServiceNowException e) {
            pauseAfter(e);
            if (!e.problem().isTransientOnceLinked()) {
                approval.noConflictCheckBefore(context.clock().instant().plus(RETRY));
                approval.reportOnce(Messages._ConflictCheck_NotStarted(change.number(), e.localizable()));
            }
            return;
        } finally {
            approval.acting(false);
        }
        // If this is lost, the check is started again, which does no harm.
        store(approval, approval.link().conflicts().started(change, sent));
        approval.report(Messages._ConflictCheck_Started(change.number()));
    }

    private void pauseAfter(ServiceNowException e) {
        if (e.problem().concernsConnection()) {
            context.failed(e, failures.incrementAndGet());
        }
    }

    // ---- judging

    private ReleaseDecision judge(PendingApproval approval, ChangeRequest change, ReleaseDecision decision) {
        ConflictPolicy policy = policy(approval);
        List<String> found = null;
        Localizable unreadable = null;
        if (ConflictRule.saysConflict(change)) {
            try {
                found = found(change.sysId());
            } catch (ServiceNowException e) {
                pauseAfter(e);
                unreadable = e.localizable();
            }
        }
        ConflictRule.Verdict verdict =
                ConflictRule.judge(change, approval.link().conflicts().isCurrent(change), found, unreadable, policy);
        Localizable reason = verdict.reason();
        return switch (verdict.kind()) {
            case WAIT -> new ReleaseDecision.Wait(Objects.requireNonNull(reason), null);
            case REFUSE -> new ReleaseDecision.Refuse(Objects.requireNonNull(reason));
            case PROCEED -> {
                if (reason != null) {
                    approval.reportOnce(reason);
                }
                yield decision;
            }
        };
    }

    /** Once the plugin has started a check, what became of it is told, also if the setting is gone by now. */
    private static ConflictPolicy policy(PendingApproval approval) {
        ConflictPolicy policy = approval.conflictPolicy();
        return policy == ConflictPolicy.UNSET && approval.link().conflicts().isStarted() ? ConflictPolicy.TELL : policy;
    }

    private List<String> found(SysId change) throws ServiceNowException {
        List<String> found = context.clients().get().conflicts().found(change);
        failures.set(0);
        return found;
    }
}
