package io.jenkins.plugins.servicenowgate.simulator;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All changes of the instance, found by sys_id or number without a scan. */
final class ChangeTable {
    private static final int FIRST_NUMBER = 30001;
    private static final Set<String> KEYS = Set.of("sys_id", "number");

    private final Columns columns = Columns.ofChange();
    private final InstantSource clock;
    private final Map<String, SimulatedChange> bySysId = new HashMap<>();
    private final Map<String, SimulatedChange> byNumber = new HashMap<>();
    private final List<SimulatedChange> inOrder = new ArrayList<>();
    private int next = FIRST_NUMBER;

    ChangeTable(InstantSource clock) {
        this.clock = clock;
    }

    Columns columns() {
        return columns;
    }

    SimulatedChange add(Map<String, String> fields) {
        SimulatedChange change = prepare(fields.get("number"));
        fields.forEach((field, value) -> {
            if (!field.equals("number")) {
                change.set(field, value);
            }
        });
        insert(change);
        return change;
    }

    /** A row that nobody finds yet, with the next number. */
    SimulatedChange prepare() {
        return prepare(null);
    }

    private synchronized SimulatedChange prepare(String wantedNumber) {
        String number = wantedNumber == null ? String.format(Locale.ROOT, "CHG%07d", next) : wantedNumber;
        return new SimulatedChange(columns, clock, next++, Texts.newRecordId(), number);
    }

    synchronized void insert(SimulatedChange change) {
        if (byNumber(change.number()) != null) {
            throw new IllegalArgumentException("There is a change " + change.number() + " already");
        }
        bySysId.put(change.sysId(), change);
        byNumber.put(change.number().toLowerCase(Locale.ROOT), change);
        inOrder.add(change);
    }

    synchronized SimulatedChange bySysId(String sysId) {
        return bySysId.get(sysId);
    }

    synchronized SimulatedChange byNumber(String number) {
        return byNumber.get(number.toLowerCase(Locale.ROOT));
    }

    synchronized List<SimulatedChange> all() {
        return List.copyOf(inOrder);
    }

    List<SimulatedChange> find(EncodedQuery query, QueryRules rules) {
        return select(candidates(query), query, rules);
    }

    private Collection<SimulatedChange> candidates(EncodedQuery query) {
        Condition key = query.key(KEYS);
        if (key == null) {
            return all();
        }
        Map<Long, SimulatedChange> found = new TreeMap<>();
        for (String value : key.listed()) {
            String folded = Condition.fold(value);
            SimulatedChange change = key.field().equals("sys_id") ? bySysId(folded) : byNumber(folded);
            if (change != null) {
                found.put(change.sequence(), change);
            }
        }
        return found.values();
    }

    /** The rows that match, in the order that the query asks for, else in that of insertion. */
    static <R extends Row> List<R> select(Collection<R> rows, EncodedQuery query, QueryRules rules) {
        List<R> hits = new ArrayList<>();
        for (R row : rows) {
            if (query.matches(row, rules)) {
                hits.add(row);
            }
        }
        if (!query.orders().isEmpty()) {
            hits.sort(comparator(query.orders()));
        }
        return hits;
    }

    private static Comparator<Row> comparator(List<EncodedQuery.Order> orders) {
        Comparator<Row> result = null;
        for (EncodedQuery.Order order : orders) {
            Comparator<Row> one = (left, right) -> Texts.compare(left.get(order.field()), right.get(order.field()));
            Comparator<Row> directed = order.descending() ? one.reversed() : one;
            result = result == null ? directed : result.thenComparing(directed);
        }
        return result.thenComparing(Row::sequence);
    }
}
