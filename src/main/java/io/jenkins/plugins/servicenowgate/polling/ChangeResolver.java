package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.NoteSignature;
import io.jenkins.plugins.servicenowgate.rules.WindowRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jvnet.localizer.Localizable;

/**
 * Determines the change of a deployment: the one with the specified number, else the open one with exactly the title,
 * else a new one. The record is stored before a creation is sent, and the creation is sent again only after it is
 * certain that the earlier one was not executed.
 */
final class ChangeResolver {
    private final ConnectionContext context;
    /** Recent creations by title, whose change is not found by a search yet, or whose outcome is unknown. */
    private final Map<String, Creation> recent = new HashMap<>();

    ChangeResolver(@NonNull ConnectionContext context) {
        this.context = context;
    }

    private record Creation(
            Instant sent,
            @CheckForNull SysId sysId,
            @CheckForNull String correlationId) {}

    /** How a deployment's change was determined. */
    private enum How {
        BY_NUMBER,
        BY_TITLE,
        CREATED;

        private Localizable news(ChangeRequest change, NewChange kind) {
            String title = TextSanitizer.clean(change.shortDescription());
            return switch (this) {
                case BY_NUMBER -> Messages._ChangeResolver_LinkedByNumber(change.number(), title);
                case BY_TITLE -> Messages._ChangeResolver_LinkedByTitle(change.number(), title);
                case CREATED -> Messages._ChangeResolver_Created(change.number(), title, kind.label());
            };
        }
    }

    /** The result of an attempt to determine the change. */
    sealed interface LinkResult {
        /** The record is linked and stored. */
        record Linked(
                @NonNull ChangeRequest change, @NonNull Localizable news) implements LinkResult {}

        /** It is not known yet whether a change was created; try again. */
        record Unsettled(@NonNull Localizable news) implements LinkResult {}

        record Refused(@NonNull Localizable reason) implements LinkResult {}
    }

    @NonNull
    LinkResult link(@NonNull PendingApproval approval, @NonNull ServiceNowClient client, @NonNull PollingPolicy policy)
            throws ServiceNowException, IOException {
        String number = approval.spec().number();
        return number == null ? byTitle(approval, client, policy) : byNumber(approval, client, number.strip());
    }

    private LinkResult byNumber(PendingApproval approval, ServiceNowClient client, String number)
            throws ServiceNowException, IOException {
        if (!ServiceNowClient.isNumber(number)) {
            return new LinkResult.Refused(Messages._ChangeResolver_NumberMalformed(TextSanitizer.clean(number)));
        }
        Optional<ChangeRequest> found;
        try {
            found = client.findByNumber(number);
        } catch (ServiceNowException e) {
            if (e.problem() != FailureKind.QUERY_NOT_APPLIED) {
                throw e;
            }
            return new LinkResult.Refused(Messages._ChangeResolver_NumberUnproven(
                    number, e.localizable().toString()));
        }
        if (found.isEmpty()) {
            return new LinkResult.Refused(Messages._ChangeResolver_NumberNotFound(number));
        }
        return found(approval, found.get(), How.BY_NUMBER);
    }

    private LinkResult byTitle(PendingApproval approval, ServiceNowClient client, PollingPolicy policy)
            throws ServiceNowException, IOException {
        String title = approval.spec().title();
        SysId unfinished = approval.link().created();
        if (unfinished != null) {
            return setTitle(approval, client, unfinished);
        }
        List<ChangeRequest> found = client.findActiveByTitle(title).stream()
                .filter(change -> !isFinished(approval, change))
                .toList();
        if (found.size() > 1) {
            return several(title, found);
        }
        if (found.size() == 1) {
            return found(approval, found.get(0), How.BY_TITLE);
        }
        Creation earlier = earlier(approval, policy);
        if (earlier != null && earlier.sysId() != null) {
            ServiceNowClient.ReadResult result =
                    client.read(List.of(earlier.sysId())).get(earlier.sysId());
            if (!(result instanceof ServiceNowClient.ReadResult.Seen seen)) {
                return new LinkResult.Unsettled(Messages._ChangeResolver_CreationUncertain(title));
            }
            ChangeRequest change = seen.change();
            if (change.active() && !isFinished(approval, change)) {
                return change.shortDescription().equals(title)
                        ? found(approval, change, How.BY_TITLE)
                        : new LinkResult.Unsettled(Messages._ChangeResolver_CreationUncertain(title));
            }
        } else {
            LinkResult created = byCorrelation(approval, client, earlier);
            if (created != null) {
                return created;
            }
            if (earlier != null) {
                return new LinkResult.Unsettled(Messages._ChangeResolver_CreationUncertain(title));
            }
        }
        return create(approval, client, title, policy);
    }

    /**
     * Searches for a change whose creation was sent with an unknown outcome, and which may have another title, by the id
     * of the deployment.
     *
     * @return null if there is none, or the instance does not permit the search
     */
    @CheckForNull
    private LinkResult byCorrelation(PendingApproval approval, ServiceNowClient client, @CheckForNull Creation earlier)
            throws ServiceNowException, IOException {
        String own = approval.spec().correlationId();
        boolean isSent = approval.link().creationsSent() > 0;
        String id = earlier != null && earlier.correlationId() != null ? earlier.correlationId() : isSent ? own : null;
        if (id == null) {
            return null;
        }
        List<ChangeRequest> created;
        try {
            created = client.findByCorrelationId(id).stream()
                    .filter(change -> change.active() && !isFinished(approval, change))
                    .toList();
        } catch (ServiceNowException e) {
            if (e.problem() == FailureKind.QUERY_NOT_APPLIED) {
                return null;
            }
            throw e;
        }
        if (created.size() > 1) {
            return several(approval.spec().title(), created);
        }
        if (created.isEmpty()) {
            return null;
        }
        return id.equals(own)
                ? created(approval, client, created.get(0))
                : new LinkResult.Unsettled(Messages._ChangeResolver_CreationUncertain(
                        approval.spec().title()));
    }

    private static LinkResult several(String title, List<ChangeRequest> found) {
        List<String> numbers =
                found.stream().map(ChangeRequest::number).sorted().toList();
        return new LinkResult.Refused(Messages._ChangeResolver_SeveralChanges(title, String.join(", ", numbers)));
    }

    /** Whether the plugin moved the change to Review after a deployment; then it approves no other. */
    private static boolean isFinished(PendingApproval approval, ChangeRequest change) {
        return change.state() == ChangeState.REVIEW
                && (NoteSignature.isIn(change.closeNotes()) || approval.isFinished(change.sysId()));
    }

    /** A creation, of this or another deployment, that a search may still find; null if there is none. */
    @CheckForNull
    private Creation earlier(PendingApproval approval, PollingPolicy policy) {
        Instant now = context.clock().instant();
        Instant horizon = now.minus(policy.settle());
        synchronized (recent) {
            for (Iterator<Creation> all = recent.values().iterator(); all.hasNext(); ) {
                if (all.next().sent().isBefore(horizon)) {
                    all.remove();
                }
            }
            Creation known = recent.get(approval.spec().title());
            if (known != null) {
                return known;
            }
        }
        Instant sent = approval.link().creationSent();
        if (sent == null) {
            return null;
        }
        Instant wallTime = context.instanceClock().local();
        if (sent.isAfter(wallTime)) {
            // The clock of this controller was set back.
            approval.link().creationUnanswered(wallTime);
            sent = wallTime;
        }
        return sent.isBefore(wallTime.minus(policy.settle()))
                ? null
                : new Creation(sent, null, approval.spec().correlationId());
    }

    private LinkResult create(PendingApproval approval, ServiceNowClient client, String title, PollingPolicy policy)
            throws ServiceNowException, IOException {
        if (approval.link().creationsSent() >= policy.creations()) {
            return new LinkResult.Refused(Messages._ChangeResolver_CreationUnproven(
                    title, String.valueOf(approval.link().creationsSent())));
        }
        CreationRequest request = CreationRequest.prepare(
                approval.spec(),
                !approval.link().isEvidenceRefused(),
                client,
                context.instanceClock().instant());
        Localizable problem = request.problem();
        if (problem != null) {
            return new LinkResult.Refused(problem);
        }
        String correlationId = approval.spec().correlationId();
        Instant sent = context.clock().instant();
        approval.link().creationStarts(context.instanceClock().local());
        approval.link().evidenceSent(request.isTold());
        approval.save();
        remember(title, new Creation(sent, null, correlationId));
        ServiceNowClient.Created created;
        approval.acting(true);
        try {
            created = request.send(client);
        } catch (ServiceNowException e) {
            if (!e.isOutcomeUnknown()) {
                remove(title);
                approval.link().creationFailed();
                approval.save();
                if (request.isTold() && e.problem() == FailureKind.REJECTED) {
                    // Perhaps because of its length or a rule: the evidence must not hold the deployment back.
                    approval.link().evidenceRefused();
                    approval.report(Messages._ChangeResolver_EvidenceRejected(e.localizable()));
                    return create(approval, client, title, policy);
                }
            } else {
                // The instance may still execute it for a while.
                approval.link().creationUnanswered(context.instanceClock().local());
                remember(title, new Creation(context.clock().instant(), null, correlationId));
                approval.save();
            }
            throw e;
        } finally {
            approval.acting(false);
        }
        ChangeRequest change = created.change();
        remember(title, new Creation(sent, change.sysId(), correlationId));
        if (created.ignoredFields().contains("description")) {
            approval.link().evidenceSent(false);
        }
        if (!created.ignoredFields().isEmpty()) {
            approval.report(Messages._ChangeResolver_FieldsIgnored(String.join(", ", created.ignoredFields())));
        }
        return created(approval, client, change);
    }

    /** Checks a created change, and sets its title if the instance stored it with another one. */
    private LinkResult created(PendingApproval approval, ServiceNowClient client, ChangeRequest change)
            throws ServiceNowException, IOException {
        String title = approval.spec().title();
        Localizable otherType = ChangeMatch.createdAsOtherType(approval.spec(), change);
        if (otherType != null) {
            remove(title);
            return new LinkResult.Refused(otherType);
        }
        DeploymentWindow window = approval.spec().window();
        if (window != null && WindowRule.isOther(window, change)) {
            remove(title);
            return new LinkResult.Refused(ColumnUpdate.createdInOtherWindow(change));
        }
        if (change.shortDescription().equals(title)) {
            return linked(approval, change, How.CREATED);
        }
        approval.report(Messages._ChangeResolver_TitleSetAgain(
                change.number(), TextSanitizer.clean(change.shortDescription()), title));
        approval.link().createdAs(change.sysId());
        approval.save();
        return setTitle(approval, client, change.sysId());
    }

    /** Sets the title of a created change that the instance stored with another one. */
    private LinkResult setTitle(PendingApproval approval, ServiceNowClient client, SysId sysId)
            throws ServiceNowException, IOException {
        String title = approval.spec().title();
        ServiceNowException refusal = null;
        approval.acting(true);
        try {
            client.update(sysId, Map.of("short_description", title));
        } catch (ServiceNowException e) {
            if (e.problem().isTransient()) {
                throw e;
            }
            refusal = e;
        } finally {
            approval.acting(false);
        }
        if (!(client.read(List.of(sysId)).get(sysId) instanceof ServiceNowClient.ReadResult.Seen seen)) {
            return new LinkResult.Unsettled(Messages._ChangeResolver_CreationUncertain(title));
        }
        ChangeRequest change = seen.change();
        Localizable otherType = ChangeMatch.createdAsOtherType(approval.spec(), change);
        if (otherType != null) {
            remove(title);
            return new LinkResult.Refused(otherType);
        }
        if (change.shortDescription().equals(title)) {
            return linked(approval, change, How.CREATED);
        }
        remove(title);
        String stored = TextSanitizer.clean(change.shortDescription());
        return new LinkResult.Refused(
                refusal == null
                        ? Messages._ChangeResolver_TitleNotKept(change.number(), stored, title)
                        : Messages._ChangeResolver_TitleRejected(
                                change.number(),
                                stored,
                                title,
                                refusal.localizable().toString()));
    }

    /** Links an existing change, if the deployment may use it. */
    private LinkResult found(PendingApproval approval, ChangeRequest change, How how) throws IOException {
        Localizable problem = ChangeMatch.problem(approval.spec(), change, how == How.BY_NUMBER);
        return problem == null ? linked(approval, change, how) : new LinkResult.Refused(problem);
    }

    private LinkResult linked(PendingApproval approval, ChangeRequest change, How how) throws IOException {
        String own = approval.spec().correlationId();
        approval.link().linksCreated(how == How.CREATED || change.isCreatedFor(own));
        approval.link().link(change, how == How.BY_NUMBER);
        approval.save();
        return new LinkResult.Linked(change, how.news(change, approval.spec().newChange()));
    }

    private void remember(String title, Creation creation) {
        synchronized (recent) {
            recent.put(title, creation);
        }
    }

    private void remove(String title) {
        synchronized (recent) {
            recent.remove(title);
        }
    }
}
