package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Builds the value of {@code sysparm_query} from conditions that are joined by "and". A value can't end its condition:
 * {@code ^} is escaped as {@code ^^}, and values that ServiceNow would evaluate as a script are rejected.
 */
public final class EncodedQuery {
    private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]{0,79}");

    private final StringBuilder text = new StringBuilder();

    private EncodedQuery() {}

    @NonNull
    public static EncodedQuery where(@NonNull String field, @NonNull String value) {
        return new EncodedQuery().and(field, value);
    }

    /** Matches the row of the user who sends the query, by the one script that ServiceNow documents for this. */
    @NonNull
    static EncodedQuery currentUser() {
        EncodedQuery query = new EncodedQuery();
        query.text.append("sys_id=javascript:gs.getUserID()");
        return query;
    }

    /**
     * A condition that matches any of several values, for batch reads.
     *
     * @throws IllegalArgumentException if there are no values, or a value contains a comma, which separates values
     */
    @NonNull
    public static EncodedQuery whereIn(@NonNull String field, @NonNull Collection<String> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("IN needs a value: without one ServiceNow answers with every row");
        }
        for (String value : values) {
            if (value.indexOf(',') >= 0) {
                throw new IllegalArgumentException("a value of IN can't contain a comma");
            }
        }
        return new EncodedQuery().condition(field, "IN", String.join(",", values));
    }

    /**
     * @throws IllegalArgumentException for an invalid field name, an empty value, a control character, or a value that
     *     ServiceNow would evaluate as a script
     */
    @NonNull
    public EncodedQuery and(@NonNull String field, @NonNull String value) {
        return condition(field, "=", value);
    }

    private EncodedQuery condition(String field, String operator, String value) {
        if (!FIELD.matcher(field).matches()) {
            throw new IllegalArgumentException("not the name of a field: " + TextSanitizer.clean(field));
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the value of " + field + " is empty");
        }
        if (value.strip().toLowerCase(Locale.ROOT).startsWith("javascript:")) {
            throw new IllegalArgumentException("the value of " + field + " starts with javascript:, which ServiceNow"
                    + " would run instead of compare");
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the value of " + field + " contains a control character");
        }
        if (!text.isEmpty()) {
            text.append('^');
        }
        text.append(field).append(operator).append(value.replace("^", "^^"));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
