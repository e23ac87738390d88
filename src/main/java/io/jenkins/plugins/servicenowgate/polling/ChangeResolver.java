package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.NoteSignature;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which change? The one of the given number, else the open one of exactly the title, else a new one. A new one is sent
 * for only after the record says so, and again only when it is proven, or has become certain by time, that the earlier
 * request came to nothing.
 */
final class ChangeResolver {
    /** How many names of templates a sentence lists. */
    private static final int MAX_NAMES = 20;

    private final InstantSource clock;
    /** Recent creations by title, for those whose row does not show in a search yet, or whose outcome is unknown. */
    private final Map<String, Creation> recent = new HashMap<>();

    ChangeResolver(InstantSource clock) {
        this.clock = clock;
    }

    private record Creation(Instant sent, @CheckForNull SysId sysId) {}

    /** What an attempt to find the change came to. */
    sealed interface LinkResult {
        /** The record is linked and saved; the change is as seen a moment ago. */
        record Linked(
                @NonNull ChangeRequest change, @NonNull Phrase news) implements LinkResult {}

        /** Whether a change was created is not known yet; look again. */
        record Unsettled(@NonNull Phrase news) implements LinkResult {}

        record Refused(@NonNull Phrase reason) implements LinkResult {}
    }

    @NonNull
    LinkResult link(@NonNull PendingApproval gate, @NonNull ServiceNowClient client, @NonNull PollingPolicy policy)
            throws ServiceNowException, IOException {
        String number = gate.request().number();
        return number == null ? byTitle(gate, client, policy) : byNumber(gate, client, number.strip());
    }

    private LinkResult byNumber(PendingApproval gate, ServiceNowClient client, String number)
            throws ServiceNowException, IOException {
        if (!ServiceNowClient.isNumber(number)) {
            return new LinkResult.Refused(Phrase.of(Reason.NUMBER_MALFORMED, TextSanitizer.clean(number)));
        }
        Optional<ChangeRequest> found;
        Set<String> accepted = gate.request().acceptedTypes();
        try {
            found = client.findByNumber(number);
        } catch (ServiceNowException e) {
            if (e.problem() != FailureKind.QUERY_NOT_APPLIED) {
                throw e;
            }
            return new LinkResult.Refused(
                    Phrase.of(Reason.NUMBER_UNPROVEN, number, e.phrase().text()));
        }
        if (found.isEmpty()) {
            return new LinkResult.Refused(Phrase.of(Reason.NUMBER_NOT_FOUND, number));
        }
        ChangeRequest change = found.get();
        String title = gate.request().title();
        if (!accepted.isEmpty() && !change.shortDescription().equals(title)) {
            return new LinkResult.Refused(Phrase.of(
                    Reason.FOUND_OTHER_TITLE, change.number(), TextSanitizer.clean(change.shortDescription()), title));
        }
        return found(gate, change, Reason.LINKED_BY_NUMBER);
    }

    private LinkResult byTitle(PendingApproval gate, ServiceNowClient client, PollingPolicy policy)
            throws ServiceNowException, IOException {
        String title = gate.request().title();
        SysId unfinished = gate.record().created();
        if (unfinished != null) {
            return setTitle(gate, client, unfinished);
        }
        List<ChangeRequest> found = client.findActiveByTitle(title).stream()
                .filter(change -> !isFinished(gate, change))
                .toList();
        if (found.size() > 1) {
            List<String> numbers =
                    found.stream().map(ChangeRequest::number).sorted().toList();
            return new LinkResult.Refused(Phrase.of(Reason.SEVERAL_CHANGES, title, String.join(", ", numbers)));
        }
        if (found.size() == 1) {
            return found(gate, found.get(0), Reason.LINKED_BY_TITLE);
        }
        Creation earlier = earlier(gate, policy);
        if (earlier != null && earlier.sysId() != null) {
            ServiceNowClient.ReadResult look =
                    client.read(List.of(earlier.sysId())).get(earlier.sysId());
            if (!(look instanceof ServiceNowClient.ReadResult.Seen seen)) {
                return new LinkResult.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, title));
            }
            ChangeRequest change = seen.change();
            if (change.active() && !isFinished(gate, change)) {
                return change.shortDescription().equals(title)
                        ? found(gate, change, Reason.LINKED_BY_TITLE)
                        : new LinkResult.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, title));
            }
        } else if (earlier != null) {
            return new LinkResult.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, title));
        }
        return create(gate, client, title, policy);
    }

    /** Whether a deployment was made with the change and this plugin put an end to it: then it approves no other. */
    private static boolean isFinished(PendingApproval gate, ChangeRequest change) {
        return change.state() == ChangeState.REVIEW
                && (NoteSignature.isIn(change.closeNotes()) || gate.isFinished(change.sysId()));
    }

    /** A creation, of this gate or another, that may still show up in a search; null when there is none. */
    @CheckForNull
    private Creation earlier(PendingApproval gate, PollingPolicy policy) {
        Instant horizon = clock.instant().minus(policy.settle());
        synchronized (recent) {
            for (Iterator<Creation> all = recent.values().iterator(); all.hasNext(); ) {
                if (all.next().sent().isBefore(horizon)) {
                    all.remove();
                }
            }
            Creation known = recent.get(gate.request().title());
            if (known != null) {
                return known;
            }
        }
        Instant sent = gate.record().creationSent();
        return sent == null || sent.isBefore(horizon) ? null : new Creation(sent, null);
    }

    private LinkResult create(PendingApproval gate, ServiceNowClient client, String title, PollingPolicy policy)
            throws ServiceNowException, IOException {
        if (gate.record().creationsSent() >= policy.creations()) {
            return new LinkResult.Refused(Phrase.of(
                    Reason.CREATION_UNPROVEN,
                    title,
                    String.valueOf(gate.record().creationsSent())));
        }
        SysId template = null;
        if (gate.request().newChange() instanceof NewChange.Standard standard) {
            List<ServiceNowClient.Template> templates = client.activeTemplates(standard.template());
            Phrase problem = problem(standard.template(), templates);
            if (problem != null) {
                return new LinkResult.Refused(problem);
            }
            template = templates.get(0).sysId();
        }
        Map<String, String> fields = new HashMap<>(gate.request().fields());
        fields.put("short_description", title);
        Instant sent = clock.instant();
        gate.record().creationStarts(sent);
        gate.save();
        remember(title, new Creation(sent, null));
        ServiceNowClient.Created created;
        gate.acting(true);
        try {
            created = template != null
                    ? client.createStandard(template, fields)
                    : gate.request().newChange() instanceof NewChange.Emergency
                            ? client.createEmergency(fields)
                            : client.createNormal(fields);
        } catch (ServiceNowException e) {
            if (!e.isOutcomeUnknown()) {
                remove(title);
                gate.record().creationFailed();
                gate.save();
            } else {
                // It may still come true for as long as the instance works on it, counted from now.
                Instant givenUp = clock.instant();
                gate.record().creationUnanswered(givenUp);
                remember(title, new Creation(givenUp, null));
                gate.save();
            }
            throw e;
        } finally {
            gate.acting(false);
        }
        ChangeRequest change = created.change();
        remember(title, new Creation(sent, change.sysId()));
        String type = gate.request().newChange().type();
        if (!change.type().equals(type)) {
            remove(title);
            return new LinkResult.Refused(Phrase.of(
                    Reason.CREATED_OTHER_TYPE, change.number(), TextSanitizer.clean(change.type(), 40), type));
        }
        if (!created.ignoredFields().isEmpty()) {
            gate.report(Phrase.of(Reason.FIELDS_IGNORED, String.join(", ", created.ignoredFields())));
        }
        if (change.shortDescription().equals(title)) {
            return linked(gate, change, Reason.CREATED);
        }
        gate.report(Phrase.of(
                Reason.TITLE_SET_AGAIN, change.number(), TextSanitizer.clean(change.shortDescription()), title));
        gate.record().createdAs(change.sysId());
        gate.save();
        return setTitle(gate, client, change.sysId());
    }

    /** Gives a change that was created for this gate the title that the instance did not take at first. */
    private LinkResult setTitle(PendingApproval gate, ServiceNowClient client, SysId sysId)
            throws ServiceNowException, IOException {
        String title = gate.request().title();
        ServiceNowException refusal = null;
        gate.acting(true);
        try {
            client.update(sysId, Map.of("short_description", title));
        } catch (ServiceNowException e) {
            if (e.problem().isTransient()) {
                throw e;
            }
            refusal = e;
        } finally {
            gate.acting(false);
        }
        if (!(client.read(List.of(sysId)).get(sysId) instanceof ServiceNowClient.ReadResult.Seen seen)) {
            return new LinkResult.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, title));
        }
        ChangeRequest change = seen.change();
        if (change.shortDescription().equals(title)) {
            return linked(gate, change, Reason.CREATED);
        }
        remove(title);
        String stored = TextSanitizer.clean(change.shortDescription());
        return new LinkResult.Refused(
                refusal == null
                        ? Phrase.of(Reason.TITLE_NOT_KEPT, change.number(), stored, title)
                        : Phrase.of(
                                Reason.TITLE_REFUSED,
                                change.number(),
                                stored,
                                title,
                                refusal.phrase().text()));
    }

    /** Why no change can be created from what was found of a template, or null. */
    @CheckForNull
    private static Phrase problem(String name, List<ServiceNowClient.Template> found) {
        List<ServiceNowClient.Template> named =
                found.stream().filter(template -> template.name().equals(name)).toList();
        if (named.size() > 1) {
            String rows = named.stream()
                    .map(template -> template.sysId().value())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return Phrase.of(Reason.TEMPLATE_NOT_UNIQUE, name, rows);
        }
        if (named.isEmpty()) {
            String names = found.stream()
                    .map(template -> '"' + TextSanitizer.clean(template.name(), 80) + '"')
                    .distinct()
                    .sorted()
                    .limit(MAX_NAMES)
                    .collect(Collectors.joining(", "));
            return names.isEmpty()
                    ? Phrase.of(Reason.TEMPLATE_NONE_AT_ALL, name)
                    : Phrase.of(Reason.TEMPLATE_NOT_FOUND, name, names);
        }
        return null;
    }

    /** A change that was there already: where administrators decide who approves, only one such as would be created. */
    private LinkResult found(PendingApproval gate, ChangeRequest change, Reason how) throws IOException {
        Set<String> accepted = gate.request().acceptedTypes();
        if (accepted.isEmpty()) {
            return linked(gate, change, how);
        }
        if (!accepted.contains(change.type())) {
            return new LinkResult.Refused(Phrase.of(
                    Reason.FOUND_OTHER_TYPE,
                    change.number(),
                    TextSanitizer.clean(change.type(), 40),
                    accepted.stream().sorted().collect(Collectors.joining(", "))));
        }
        if (change.isStandard()
                && gate.request().newChange() instanceof NewChange.Standard standard
                && !change.isFromTemplate(standard.template())) {
            return new LinkResult.Refused(Phrase.of(
                    Reason.FOUND_OTHER_TEMPLATE,
                    change.number(),
                    TextSanitizer.clean(change.template(), 80),
                    standard.template()));
        }
        return linked(gate, change, how);
    }

    private LinkResult linked(PendingApproval gate, ChangeRequest change, Reason how) throws IOException {
        gate.record().link(change, how == Reason.LINKED_BY_NUMBER);
        gate.save();
        return new LinkResult.Linked(
                change,
                Phrase.of(
                        how,
                        change.number(),
                        TextSanitizer.clean(change.shortDescription()),
                        gate.request().newChange().label()));
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
