package io.jenkins.plugins.servicenowgate.simulator;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The approvals of all changes. Where nobody requested any by name, the instance's own rule has asked one approver of the
 * group CAB, whose answer is what the change says.
 */
final class ApprovalTable {
    static final String GROUP = "CAB";
    static final String APPROVER = "ann.approver";

    private final ChangeTable changes;
    private final InstantSource clock;
    private final Map<String, List<SimulatedApproval>> requested = new HashMap<>();
    private long next = 1;

    ApprovalTable(ChangeTable changes, InstantSource clock) {
        this.changes = changes;
        this.clock = clock;
    }

    private String now() {
        return Texts.date(clock.instant());
    }

    /** Asks people; from now on the rows of the change are those that were requested. */
    synchronized void request(SimulatedChange change, String group, String... users) {
        List<SimulatedApproval> rows = requested.computeIfAbsent(change.sysId(), id -> new ArrayList<>());
        for (String user : users) {
            rows.add(new SimulatedApproval(next++, change, user, group, "requested", "", now(), now(), "system"));
        }
    }

    /** Asks those again who need not answer any more. */
    synchronized void requestAgain(SimulatedChange change) {
        List<SimulatedApproval> rows = List.copyOf(requested.getOrDefault(change.sysId(), List.of()));
        rows.stream()
                .filter(row -> row.state().equals("not_required"))
                .forEach(row -> request(change, row.group(), row.user()));
    }

    /** Changes the rows of a change that meet a condition; returns how many. */
    synchronized int answer(
            SimulatedChange change, Predicate<SimulatedApproval> which, String state, String comment, String by) {
        int[] answered = {0};
        UnaryOperator<SimulatedApproval> answer = row -> {
            if (!which.test(row)) {
                return row;
            }
            answered[0]++;
            return row.answered(state, comment, now(), by);
        };
        requested.getOrDefault(change.sysId(), new ArrayList<>()).replaceAll(answer);
        return answered[0];
    }

    synchronized boolean isRequested(SimulatedChange change) {
        return requested.containsKey(change.sysId());
    }

    synchronized List<SimulatedApproval> of(SimulatedChange change) {
        List<SimulatedApproval> rows = requested.get(change.sysId());
        return rows == null ? byRule(change) : List.copyOf(rows);
    }

    private static List<SimulatedApproval> byRule(SimulatedChange change) {
        String state = change.get("approval");
        boolean passed = change.state()
                .filter(entered -> entered.ordinal() >= SimulatedState.SCHEDULED.ordinal())
                .isPresent();
        if (change.get("type").equals("standard") || state.equals("not requested") && !passed) {
            return List.of();
        }
        String answer = passed && !state.equals("rejected") ? "approved" : state;
        return List.of(new SimulatedApproval(
                0,
                change,
                APPROVER,
                GROUP,
                answer,
                "",
                change.get("opened_at"),
                change.get("sys_updated_on"),
                APPROVER));
    }

    /** The rows among which those that match a query are. */
    List<SimulatedApproval> candidates(EncodedQuery query) {
        Condition key = query.key(List.of("sysapproval"));
        Collection<SimulatedChange> wanted = key == null
                ? changes.all()
                : key.listed().stream()
                        .map(changes::bySysId)
                        .filter(change -> change != null)
                        .toList();
        return wanted.stream()
                .filter(change -> !change.isHidden())
                .flatMap(change -> of(change).stream())
                .toList();
    }
}
