package io.jenkins.plugins.servicenowgate.simulator;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;

/** One condition of an encoded query: field, operator, value. */
final class Condition {
    private static final String SCRIPT = "javascript:";

    private final String field;
    private final ColumnType type;
    private final String operator;
    private final String value;
    private final List<String> listed;
    private final Set<String> exact;
    private final Set<String> folded;
    private final String single;

    Condition(String field, ColumnType type, String operator, String value) {
        this.field = field;
        this.type = type;
        this.operator = operator;
        this.value = type == ColumnType.NUMBER && !isList(operator) ? Texts.number(value) : value;
        this.listed = isList(operator)
                ? Arrays.stream(value.split(","))
                        .map(item -> type == ColumnType.NUMBER ? Texts.number(item) : item)
                        .toList()
                : List.of(this.value);
        this.exact = new HashSet<>(listed);
        this.folded = new HashSet<>();
        listed.forEach(item -> folded.add(fold(item)));
        this.single = listed.size() == 1 ? listed.get(0).stripTrailing() : null;
    }

    private static boolean isList(String operator) {
        return operator.equals("IN") || operator.equals("NOT IN");
    }

    /** Case and trailing blanks taken away. */
    static String fold(String text) {
        return text.stripTrailing().toLowerCase(Locale.ROOT);
    }

    String field() {
        return field;
    }

    List<String> listed() {
        return listed;
    }

    /** True when only rows can match that hold one of the listed values. */
    boolean namesRows() {
        return (operator.equals("=") || operator.equals("IN")) && !isScript();
    }

    private boolean isScript() {
        return value.stripLeading().regionMatches(true, 0, SCRIPT, 0, SCRIPT.length());
    }

    boolean matches(Row row, QueryRules rules) {
        if (isScript()) {
            return rules.scriptsMatchEverything();
        }
        String stored = row.get(field);
        return switch (operator) {
            case "ISEMPTY" -> stored.isEmpty();
            case "ISNOTEMPTY" -> !stored.isEmpty();
            case "=", "IN" -> isListed(stored, rules);
            case "!=", "NOT IN" -> !isListed(stored, rules);
            case "LIKE" -> compare(stored, rules, String::contains);
            case "NOT LIKE" -> !compare(stored, rules, String::contains);
            case "STARTSWITH" -> compare(stored, rules, String::startsWith);
            case "ENDSWITH" -> compare(stored, rules, String::endsWith);
            case ">" -> !stored.isEmpty() && Texts.compare(stored, value) > 0;
            case ">=" -> !stored.isEmpty() && Texts.compare(stored, value) >= 0;
            case "<" -> !stored.isEmpty() && Texts.compare(stored, value) < 0;
            case "<=" -> !stored.isEmpty() && Texts.compare(stored, value) <= 0;
            default ->
                throw new IllegalStateException("The parser knows an operator that nobody evaluates: " + operator);
        };
    }

    private boolean isListed(String stored, QueryRules rules) {
        boolean found = rules.ignoreCase() ? isFolded(stored) : exact.contains(stored);
        // A reference can be asked for by the id of the record or by its name.
        return found || (type == ColumnType.REFERENCE && exact.contains(Texts.recordIdOf(stored)));
    }

    /** Allocates nothing for a single value: a search by title compares every row of a large table. */
    private boolean isFolded(String stored) {
        return single == null ? folded.contains(fold(stored)) : single.equalsIgnoreCase(stored.stripTrailing());
    }

    private boolean compare(String stored, QueryRules rules, BiPredicate<String, String> comparison) {
        return rules.ignoreCase()
                ? comparison.test(stored.toLowerCase(Locale.ROOT), value.toLowerCase(Locale.ROOT))
                : comparison.test(stored, value);
    }
}
