package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeApproval;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jvnet.localizer.Localizable;

/**
 * What the approvals of one change say: whom it waits for, who approved it, who rejected it. After a rejection or a
 * withdrawal, ServiceNow requests approval anew with new rows; what was requested before that belongs to an earlier round
 * and counts no more.
 *
 * @param all the rows of all rounds
 */
public record ApprovalRound(@NonNull List<ChangeApproval> all) {
    private static final int MAX_NAMES = 5;

    public ApprovalRound {
        all = List.copyOf(all);
    }

    /** Whether nothing is known of any approval: none was requested, or the integration user may read none. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * The rows of the current round: those that were requested after the last rejection or withdrawal, that are still
     * requested, or that the approvers decided themselves after it, as where one rejection does not reject the change.
     */
    @NonNull
    public List<ChangeApproval> current() {
        List<ChangeApproval> ended = all.stream().filter(ApprovalRound::isEnd).toList();
        if (ended.stream().anyMatch(approval -> approval.updated() == null)) {
            return List.of();
        }
        Instant last = ended.stream()
                .map(ChangeApproval::updated)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return last == null
                ? all
                : all.stream()
                        .filter(approval -> !isEnd(approval) && isSince(approval, last))
                        .toList();
    }

    private static boolean isEnd(ChangeApproval approval) {
        return approval.isRejected() || approval.isCancelled();
    }

    private static boolean isSince(ChangeApproval approval, Instant last) {
        Instant created = approval.created();
        Instant updated = approval.updated();
        return approval.isRequested()
                || created != null && !created.isBefore(last)
                || updated != null
                        && updated.isAfter(last)
                        && !approval.userName().isBlank()
                        && approval.updatedBy().equalsIgnoreCase(approval.userName());
    }

    /** The approvals of the current round that were given, in order. */
    @NonNull
    public List<ChangeApproval> approved() {
        return current().stream()
                .filter(ChangeApproval::isApproved)
                .sorted(Comparator.comparing(ChangeApproval::updated, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    /** Who approved, in one line; empty if nobody did. */
    @NonNull
    public String approvedBy() {
        return approved().stream().map(ChangeApproval::person).distinct().collect(Collectors.joining(", "));
    }

    /** When the last approval was given; null if none was, or that is not readable. */
    @CheckForNull
    public Instant approvedAt() {
        return approved().stream()
                .map(ChangeApproval::updated)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Why a change that waits for approval waits: for whom; null if nobody is known to be asked. */
    @CheckForNull
    public Localizable waitsFor(@NonNull ChangeRequest change) {
        Map<String, List<ChangeApproval>> groups = new TreeMap<>();
        List<String> asked = new ArrayList<>();
        for (ChangeApproval approval : current()) {
            String group = TextSanitizer.clean(approval.group(), 60);
            if (!group.isEmpty()) {
                groups.computeIfAbsent(group, name -> new ArrayList<>()).add(approval);
            } else if (approval.isRequested()) {
                asked.add(approval.person());
            }
        }
        groups.values().removeIf(members -> members.stream().noneMatch(ChangeApproval::isRequested));
        if (groups.isEmpty() && asked.isEmpty()) {
            return null;
        }
        String people = Stream.concat(
                        groups.entrySet().stream().map(group -> group(group.getKey(), group.getValue())),
                        asked.isEmpty() ? Stream.empty() : Stream.of(names(asked)))
                .collect(Collectors.joining("; "));
        return Messages._ApprovalRound_Waits(change.number(), change.stateLabel(), people);
    }

    private static String group(String name, Collection<ChangeApproval> members) {
        List<String> approved = people(members, ChangeApproval::isApproved);
        List<String> asked = people(members, ChangeApproval::isRequested);
        String total = String.valueOf(members.size());
        return approved.isEmpty()
                ? Messages.ApprovalRound_GroupUnanswered(name, total, names(asked))
                : Messages.ApprovalRound_Group(
                        name, String.valueOf(approved.size()), total, names(approved), names(asked));
    }

    private static List<String> people(Collection<ChangeApproval> members, Predicate<ChangeApproval> which) {
        return members.stream().filter(which).map(ChangeApproval::person).toList();
    }

    private static String names(List<String> people) {
        String names = people.stream().distinct().limit(MAX_NAMES).collect(Collectors.joining(", "));
        long more = people.stream().distinct().count() - MAX_NAMES;
        return more <= 0 ? names : Messages.ApprovalRound_More(names, String.valueOf(more));
    }

    /** Why a rejected change is refused: who rejected it, when, with which comment; null if that is not known. */
    @CheckForNull
    public Localizable rejected(@NonNull ChangeRequest change) {
        return rejected(change, Messages::_ApprovalRound_Rejected, Messages::_ApprovalRound_RejectedBecause);
    }

    /** The same for a deployment that waits until approval is requested again. */
    @CheckForNull
    public Localizable waitsAfterRejection(@NonNull ChangeRequest change) {
        return rejected(change, Messages::_ApprovalRound_WaitsRejected, Messages::_ApprovalRound_WaitsRejectedBecause);
    }

    private interface Line {
        Localizable of(Object number, Object who, Object at);
    }

    private interface LineWithComment {
        Localizable of(Object number, Object who, Object at, Object comment);
    }

    private Localizable rejected(ChangeRequest change, Line line, LineWithComment because) {
        ChangeApproval last = all.stream()
                .filter(ChangeApproval::isRejected)
                .max(Comparator.comparing(ChangeApproval::updated, Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElse(null);
        if (last == null) {
            return null;
        }
        String group = TextSanitizer.clean(last.group(), 60);
        String who = group.isEmpty() ? last.person() : Messages.ApprovalRound_OfGroup(last.person(), group);
        Instant when = last.updated();
        String at = when == null ? Messages.ApprovalRound_UnknownTime() : ReleaseRule.utc(when);
        String comment = TextSanitizer.clean(last.comment());
        return comment.isEmpty() ? line.of(change.number(), who, at) : because.of(change.number(), who, at, comment);
    }
}
