package io.jenkins.plugins.servicenowgate.evidence;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What one source tells approvers: a heading with the facts in one sentence, lines with details, and values for policies.
 * Texts are made harmless where they are used; a source need not do so.
 */
public final class EvidencePart {
    /** The longest line; the rest of a longer one is left out. */
    static final int MAX_LINE = 300;

    /** The most lines that one part shows. */
    public static final int MAX_LINES = 50;

    private final String title;
    private final String summary;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private int more;
    private boolean test;

    private EvidencePart(String title, String summary) {
        this.title = title;
        this.summary = summary;
    }

    /**
     * @param title one or two words, as a heading
     * @param summary the facts in a few words
     */
    @NonNull
    public static EvidencePart of(@NonNull String title, @NonNull String summary) {
        return new EvidencePart(title, summary);
    }

    /** Adds a line with a detail; after {@link #MAX_LINES} they are only counted. */
    @NonNull
    public EvidencePart line(@NonNull String text) {
        if (lines.size() < MAX_LINES) {
            lines.add(text);
        } else {
            more++;
        }
        return this;
    }

    /** Adds a value for policies: a text, number, boolean, or a list or map of them. */
    @NonNull
    public EvidencePart value(@NonNull String name, @NonNull Object value) {
        values.put(name, value);
        return this;
    }

    /** Shows this part in the test plan of the change as well. */
    @NonNull
    public EvidencePart inTestPlan() {
        test = true;
        return this;
    }

    /** The same part with each of its texts changed, as by masking secrets. */
    @NonNull
    public EvidencePart map(@NonNull UnaryOperator<String> change) {
        EvidencePart mapped = new EvidencePart(change.apply(title), change.apply(summary));
        lines.forEach(line -> mapped.lines.add(change.apply(line)));
        values.forEach((name, value) -> mapped.values.put(change.apply(name), map(value, change)));
        mapped.more = more;
        mapped.test = test;
        return mapped;
    }

    private static Object map(Object value, UnaryOperator<String> change) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> mapped = new LinkedHashMap<>();
            map.forEach((name, one) -> mapped.put(change.apply(String.valueOf(name)), map(one, change)));
            return mapped;
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(one -> map(one, change)).toList();
        }
        return value instanceof Number || value instanceof Boolean ? value : change.apply(String.valueOf(value));
    }

    @NonNull
    String title() {
        return clean(title);
    }

    @NonNull
    String summary() {
        return clean(summary);
    }

    /** The title and the summary, as one line. */
    @NonNull
    String heading() {
        return title() + ": " + summary();
    }

    /**
     * The details.
     *
     * @param most how many lines; the last one then says how many there are more
     */
    @NonNull
    List<String> lines(int most) {
        List<String> shown = new ArrayList<>();
        lines.stream().limit(most).forEach(line -> shown.add("- " + clean(line)));
        int left = lines.size() - shown.size() + more;
        if (left > 0) {
            shown.add("and " + left + " more");
        }
        return shown;
    }

    @NonNull
    Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    boolean isTest() {
        return test;
    }

    private static String clean(String text) {
        return TextSanitizer.clean(text, MAX_LINE);
    }
}
