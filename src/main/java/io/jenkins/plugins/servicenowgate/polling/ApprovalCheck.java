package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.SeparationRule;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.servicenow.ApprovalsResult;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowUser;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jvnet.localizer.Localizable;

/**
 * Reads who is asked for approval and who approved, and checks the separation of duties. Approvals are read only for
 * changes that wait for approval, were rejected, or are about to release a deployment: with one request per batch of
 * changes.
 */
final class ApprovalCheck {
    private static final Logger LOGGER = Logger.getLogger(ApprovalCheck.class.getName());

    private final ConnectionContext context;
    private final UserDirectory users;
    private final AtomicInteger failures = new AtomicInteger();

    ApprovalCheck(@NonNull ConnectionContext context) {
        this.context = context;
        this.users = new UserDirectory(context);
    }

    /** The approvals of one change, or why they are unknown. */
    sealed interface Approvals {
        record Known(@NonNull ApprovalRound round) implements Approvals {}

        /**
         * @param failure of the request; null if its response was unusable
         * @param isTransient whether it may pass by itself
         */
        record Unknown(
                @NonNull Localizable why, @CheckForNull ServiceNowException failure, boolean isTransient)
                implements Approvals {
            Unknown(@NonNull ServiceNowException failure) {
                this(failure.localizable(), failure, failure.problem().isTransientOnceLinked());
            }

            Unknown(@NonNull Localizable why) {
                this(why, null, false);
            }
        }
    }

    /**
     * What becomes of a deployment.
     *
     * @param isFinal false if something that is needed to decide could not be read
     */
    record Verdict(@NonNull ReleaseDecision decision, boolean isFinal) {}

    /** Whether the approvals of a change matter now. */
    private static boolean concerns(ChangeRequest change, ReleaseDecision decision) {
        if (change.isStandard()) {
            return false;
        }
        if (decision instanceof ReleaseDecision.Proceed || ReleaseRule.isAboutRejection(decision)) {
            return true;
        }
        return decision instanceof ReleaseDecision.Wait
                && change.approval().strip().equalsIgnoreCase("requested")
                && !change.onHold();
    }

    /** What was read at once for the deployments of one poll. */
    static final class Batch {
        private final Map<SysId, Approvals> approvals = new HashMap<>();
        private final Map<PendingApproval, Separation> separations = new HashMap<>();
        private final Map<PendingApproval, RuntimeException> broken = new HashMap<>();
        private Map<Starter, ServiceNowUser> people = Map.of();
        private Approvals.Unknown usersUnknown;

        private Batch() {}
    }

    /**
     * Reads what is needed to decide about changes: their approvals, with one request for up to 100 changes, and who the
     * starters are of the deployments that may be released.
     *
     * @param polled the changes that were read just now
     */
    @NonNull
    Batch read(@NonNull Map<PendingApproval, PolledChange> polled) {
        Batch batch = new Batch();
        Set<SysId> wanted = new LinkedHashSet<>();
        polled.forEach((approval, read) -> {
            if (concerns(read.change(), read.decision())) {
                wanted.add(read.change().sysId());
            }
            if (read.decision() instanceof ReleaseDecision.Proceed) {
                readSeparation(approval, batch);
            }
        });
        List<SysId> all = List.copyOf(wanted);
        for (int from = 0; from < all.size(); from += ServiceNowClient.BATCH) {
            read(all.subList(from, Math.min(all.size(), from + ServiceNowClient.BATCH)), batch.approvals);
        }
        identify(batch);
        return batch;
    }

    private static void readSeparation(PendingApproval approval, Batch batch) {
        try {
            Separation separation = approval.separation();
            if (separation != null) {
                batch.separations.put(approval, separation);
            }
        } catch (RuntimeException e) {
            // It concerns no other deployment of the batch.
            batch.broken.put(approval, e);
        }
    }

    private void identify(Batch batch) {
        List<Starter> starters = batch.separations.values().stream()
                .flatMap(separation -> separation.starters().stream())
                .toList();
        batch.usersUnknown = paused();
        if (starters.isEmpty() || batch.usersUnknown != null) {
            return;
        }
        try {
            batch.people = users.identify(starters);
        } catch (ServiceNowException e) {
            pauseAfter(e);
            batch.usersUnknown = new Approvals.Unknown(e);
        } catch (RuntimeException e) {
            batch.usersUnknown = internalError(e);
        }
    }

    private void read(List<SysId> changes, Map<SysId, Approvals> approvals) {
        Approvals.Unknown paused = paused();
        if (paused != null) {
            changes.forEach(change -> approvals.put(change, paused));
            return;
        }
        try {
            context.clients().get().approvals(changes).forEach((change, result) -> approvals.put(change, of(result)));
            failures.set(0);
        } catch (ServiceNowException e) {
            pauseAfter(e);
            changes.forEach(change -> approvals.put(change, new Approvals.Unknown(e)));
        } catch (RuntimeException e) {
            Approvals.Unknown unknown = internalError(e);
            changes.forEach(change -> approvals.put(change, unknown));
        }
    }

    /** Nothing is sent while requests to the instance are paused; null if they are not. */
    @CheckForNull
    Approvals.Unknown paused() {
        Localizable reason = context.rateLimiter().pauseReason();
        return reason != null
                        && context.rateLimiter()
                                .pausedUntil()
                                .isAfter(context.clock().instant())
                ? new Approvals.Unknown(reason, null, true)
                : null;
    }

    /** An error of the plugin: the deployments keep waiting. */
    private static Approvals.Unknown internalError(RuntimeException e) {
        LOGGER.log(Level.WARNING, e, () -> "Approvals or users could not be read; the gate retries");
        return new Approvals.Unknown(Messages._ChangePoller_InternalError(String.valueOf(e)), null, true);
    }

    private static Approvals of(ApprovalsResult result) {
        return result instanceof ApprovalsResult.Read read
                ? new Approvals.Known(new ApprovalRound(read.approvals()))
                : new Approvals.Unknown(((ApprovalsResult.Unreadable) result).why());
    }

    /** A failure that concerns the connection pauses all its requests; a missing right to read one table does not. */
    private void pauseAfter(ServiceNowException e) {
        if (e.problem().concernsConnection()) {
            context.failed(e, failures.incrementAndGet());
        }
    }

    /**
     * Why a deployment must not even ask for approval, because it would not be released; null if it may ask.
     *
     * @throws ServiceNowException if the users can't be read
     */
    @CheckForNull
    Localizable refusesStart(@NonNull PendingApproval approval) throws ServiceNowException {
        Separation separation = approval.separation();
        if (separation == null) {
            return null;
        }
        if (approval.spec().number() == null
                && approval.spec().newChange() instanceof NewChange.Standard
                && !separation.standardChangesPreApproved()) {
            return Messages._ApprovalCheck_StandardChange(separation.environment());
        }
        try {
            Localizable unknown = unknownPerson(separation, users.identify(separation.starters()));
            return unknown == null && users.integrationUser() == null
                    ? Messages._ApprovalCheck_UnknownIntegrationUser(separation.environment())
                    : unknown;
        } catch (ServiceNowException e) {
            return switch (e.problem()) {
                case FORBIDDEN, NOT_FOUND, REJECTED ->
                    Messages._ApprovalCheck_UsersUnreadable(separation.environment(), e.localizable());
                default -> throw e;
            };
        }
    }

    /** Why somebody who started a deployment is not known in ServiceNow; null if all are. */
    @CheckForNull
    private static Localizable unknownPerson(Separation separation, Map<Starter, ServiceNowUser> people) {
        Localizable unknown = separation.unknown();
        return unknown != null
                ? unknown
                : separation.starters().stream()
                        .filter(starter -> !people.containsKey(starter))
                        .min(Comparator.comparing(Starter::id))
                        .map(starter -> Messages._ApprovalCheck_UnknownUser(
                                starter.id(), starter.userName(), separation.environment()))
                        .orElse(null);
    }

    /**
     * Completes the decision about a change: for whom it waits, who rejected it, and before a release, whether somebody else
     * than the starter approved.
     *
     * @param batch what was read for it just now
     */
    @NonNull
    Verdict complete(
            @NonNull PendingApproval approval,
            @NonNull ChangeRequest change,
            @NonNull ReleaseDecision decision,
            @NonNull Batch batch) {
        Approvals approvals = concerns(change, decision) ? batch.approvals.get(change.sysId()) : null;
        if (approvals != null) {
            report(approval, change, approvals);
        }
        if (decision instanceof ReleaseDecision.Proceed) {
            Verdict verdict = beforeRelease(approval, change, decision, approvals, batch);
            if (!(verdict.decision() instanceof ReleaseDecision.Proceed)) {
                return verdict;
            }
            if (approvals instanceof Approvals.Unknown unknown) {
                // Those of an earlier poll may belong to an earlier round.
                approval.onApprovals(new ApprovalRound(List.of()));
                if (unknown.isTransient()) {
                    approval.reportOnce(Messages._ApprovalCheck_NotRead(change.number(), unknown.why()));
                }
            }
            return decided(decision);
        }
        // Of an earlier poll if this one could not read them.
        ApprovalRound round = approvals == null ? null : approval.approvals();
        if (round == null) {
            return decided(decision);
        }
        if (decision instanceof ReleaseDecision.Wait wait) {
            Localizable detailed =
                    ReleaseRule.isAboutRejection(wait) ? round.waitsAfterRejection(change) : round.waitsFor(change);
            return decided(detailed == null ? wait : new ReleaseDecision.Wait(detailed, wait.until()));
        }
        Localizable detailed = round.rejected(change);
        return decided(detailed == null ? decision : new ReleaseDecision.Refuse(detailed));
    }

    private static Verdict decided(ReleaseDecision decision) {
        return new Verdict(decision, true);
    }

    private static Verdict refused(Localizable reason) {
        return decided(new ReleaseDecision.Refuse(reason));
    }

    private static void report(PendingApproval approval, ChangeRequest change, Approvals approvals) {
        if (approvals instanceof Approvals.Known known) {
            approval.onApprovals(known.round());
            if (known.round().isEmpty()) {
                approval.reportOnce(
                        Messages._ApprovalCheck_Unreadable(change.number(), Messages._ApprovalCheck_None()));
            }
        } else if (approvals instanceof Approvals.Unknown unknown && !unknown.isTransient()) {
            approval.reportOnce(Messages._ApprovalCheck_Unreadable(change.number(), unknown.why()));
        }
    }

    private Verdict beforeRelease(
            PendingApproval approval,
            ChangeRequest change,
            ReleaseDecision decision,
            @CheckForNull Approvals approvals,
            Batch batch) {
        RuntimeException broken = batch.broken.get(approval);
        if (broken != null) {
            throw broken;
        }
        Separation separation = batch.separations.get(approval);
        if (separation == null) {
            return decided(decision);
        }
        if (batch.usersUnknown != null) {
            return unknown(approval, change, batch.usersUnknown);
        }
        try {
            return separated(approval, separation, change, decision, approvals, batch);
        } catch (ServiceNowException e) {
            pauseAfter(e);
            return unknown(approval, change, new Approvals.Unknown(e));
        }
    }

    private Verdict separated(
            PendingApproval approval,
            Separation separation,
            ChangeRequest change,
            ReleaseDecision decision,
            @CheckForNull Approvals approvals,
            Batch batch)
            throws ServiceNowException {
        Localizable unknownPerson = unknownPerson(separation, batch.people);
        if (unknownPerson != null) {
            return refused(unknownPerson);
        }
        if (change.isStandard()) {
            return separation.standardChangesPreApproved()
                    ? decided(decision)
                    : refused(Messages._ApprovalCheck_StandardChange(separation.environment()));
        }
        if (!(approvals instanceof Approvals.Known known)) {
            return unknown(approval, change, Objects.requireNonNull((Approvals.Unknown) approvals, "not read"));
        }
        if (known.round().isEmpty()) {
            return unknown(approval, change, new Approvals.Unknown(Messages._ApprovalCheck_None()));
        }
        ServiceNowUser integrationUser = users.integrationUser();
        Localizable refusal = integrationUser == null
                ? Messages._ApprovalCheck_UnknownIntegrationUser(separation.environment())
                : SeparationRule.refusal(
                        change.number(),
                        known.round(),
                        separation.starters().stream().map(batch.people::get).toList(),
                        integrationUser);
        return refusal == null ? decided(decision) : refused(refusal);
    }

    /** Keeps waiting for what can't be read; refuses what is definite and has lasted. */
    private Verdict unknown(PendingApproval approval, ChangeRequest change, Approvals.Unknown unknown) {
        ServiceNowException failure = unknown.failure();
        ReleaseDecision.Refuse refusal =
                new ReleaseDecision.Refuse(Messages._ApprovalCheck_Refused(change.number(), unknown.why()));
        if (failure != null && failure.problem().endsAtOnce()) {
            return decided(refusal);
        }
        if (unknown.isTransient()) {
            approval.definiteFailures().reset();
        } else if ((failure == null || !failure.isRepeated())
                && approval.definiteFailures()
                        .add(context.clock().instant(), context.policy().get())) {
            return decided(refusal);
        }
        return new Verdict(
                new ReleaseDecision.Wait(Messages._ApprovalCheck_Waits(change.number(), unknown.why()), null), false);
    }
}
