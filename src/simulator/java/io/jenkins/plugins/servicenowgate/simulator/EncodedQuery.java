package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses ServiceNow's encoded queries. {@code ^OR} binds to the condition before it, tighter than {@code ^};
 * {@code ^NQ} starts a whole new query; {@code ^^} is a literal {@code ^}. As on an instance, a condition on an unknown
 * field is dropped without an error and the rest still runs.
 */
final class EncodedQuery {
    private static final Pattern CONDITION = Pattern.compile(
            "([a-z0-9_.]+)(ISNOTEMPTY|ISEMPTY|NOT IN|NOT LIKE|STARTSWITH|ENDSWITH|LIKE|IN|!=|>=|<=|=|>|<)(.*)",
            Pattern.DOTALL);
    private static final Pattern LEADING_NAME = Pattern.compile("[A-Za-z0-9_.]*");

    /** One sort key. */
    record Order(String field, boolean descending) {}

    /** Conditions of which one is enough. */
    record AnyOf(List<Condition> conditions) {}

    /** Groups that must all hold. */
    record AllOf(List<AnyOf> groups) {}

    private final Columns columns;
    private final List<AllOf> queries = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private final Set<String> applied = new LinkedHashSet<>();
    private final Set<String> ignored = new LinkedHashSet<>();
    private boolean groupOpen;

    private EncodedQuery(Columns columns) {
        this.columns = columns;
        queries.add(new AllOf(new ArrayList<>()));
    }

    static EncodedQuery parse(String text, Columns columns) {
        EncodedQuery query = new EncodedQuery(columns);
        split(text).forEach(query::clause);
        return query;
    }

    /** Cuts at each single {@code ^}; the cut stays at the head of the piece that follows it. */
    private static List<String> split(String text) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (int position = 0; position < text.length(); position++) {
            char character = text.charAt(position);
            if (character != '^') {
                piece.append(character);
            } else if (position + 1 < text.length() && text.charAt(position + 1) == '^') {
                piece.append('^');
                position++;
            } else {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
        }
        pieces.add(piece.toString());
        return pieces;
    }

    private void clause(String clause) {
        // ORDERBY before OR: both begin alike.
        if (clause.startsWith("ORDERBYDESC")) {
            orderBy(clause.substring("ORDERBYDESC".length()), true);
        } else if (clause.startsWith("ORDERBY")) {
            orderBy(clause.substring("ORDERBY".length()), false);
        } else if (clause.startsWith("NQ")) {
            queries.add(new AllOf(new ArrayList<>()));
            groupOpen = false;
            condition(clause.substring("NQ".length()), false);
        } else if (clause.startsWith("OR")) {
            condition(clause.substring("OR".length()), true);
        } else if (!clause.isEmpty() && !clause.equals("EQ")) {
            condition(clause, false);
        }
    }

    private void orderBy(String field, boolean descending) {
        if (columns.has(field)) {
            orders.add(new Order(field, descending));
        } else {
            ignored.add(field);
        }
    }

    private void condition(String text, boolean or) {
        if (!or) {
            groupOpen = false;
        }
        if (text.isEmpty()) {
            return;
        }
        Matcher matcher = CONDITION.matcher(text);
        if (!matcher.matches()) {
            Matcher name = LEADING_NAME.matcher(text);
            ignored.add(name.lookingAt() && !name.group().isEmpty() ? name.group() : text);
        } else if (!columns.has(matcher.group(1))) {
            ignored.add(matcher.group(1));
        } else {
            String field = matcher.group(1);
            applied.add(field);
            add(new Condition(field, columns.type(field), matcher.group(2), matcher.group(3)));
        }
    }

    private void add(Condition condition) {
        List<AnyOf> groups = queries.get(queries.size() - 1).groups();
        if (!groupOpen) {
            groups.add(new AnyOf(new ArrayList<>()));
            groupOpen = true;
        }
        groups.get(groups.size() - 1).conditions().add(condition);
    }

    boolean matches(Row row, QueryRules rules) {
        for (AllOf query : queries) {
            if (matches(query, row, rules)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(AllOf query, Row row, QueryRules rules) {
        for (AnyOf group : query.groups()) {
            if (!matches(group, row, rules)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(AnyOf group, Row row, QueryRules rules) {
        for (Condition condition : group.conditions()) {
            if (condition.matches(row, rules)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The condition that alone narrows the result to a few named rows, if there is one: {@code =} or {@code IN} on one
     * of the given fields that every hit must satisfy. Null when all rows must be compared.
     */
    Condition key(Collection<String> fields) {
        if (queries.size() != 1) {
            return null;
        }
        return queries.get(0).groups().stream()
                .filter(group -> group.conditions().size() == 1)
                .map(group -> group.conditions().get(0))
                .filter(condition -> fields.contains(condition.field()) && condition.namesRows())
                .findFirst()
                .orElse(null);
    }

    List<Order> orders() {
        return orders;
    }

    Set<String> applied() {
        return applied;
    }

    Set<String> ignored() {
        return ignored;
    }
}
