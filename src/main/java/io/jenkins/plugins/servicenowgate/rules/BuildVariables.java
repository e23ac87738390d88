package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jvnet.localizer.Localizable;

/**
 * The variables of a build in template names and field values: <code>${NAME}</code> or <code>$NAME</code>; <code>$$</code>
 * is a dollar sign. A value is inserted as it is: variables in it are not replaced.
 */
public final class BuildVariables {
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\$|\\{([^{}]*)}|([A-Za-z_][A-Za-z0-9_]*))");

    /** What remains where no variable can be read: an opening brace without an end. */
    private static final Pattern BROKEN = Pattern.compile("\\$\\{(?![^{}]*})");

    private final Map<String, String> values;
    private final boolean strict;
    private final Map<String, String> used = new TreeMap<>();

    private BuildVariables(Map<String, String> values, boolean strict) {
        this.values = values;
        this.strict = strict;
    }

    /** The variables of a build: one that is not set is an error. */
    @NonNull
    public static BuildVariables of(@NonNull Map<String, String> values) {
        return new BuildVariables(values, true);
    }

    /** Only these are known; all others stay in the text. For previews, and for a check after the build was asked. */
    @NonNull
    public static BuildVariables known(@NonNull Map<String, String> values) {
        return new BuildVariables(values, false);
    }

    /**
     * Replaces the variables in a value.
     *
     * @param setting its name, for the message
     * @throws IllegalArgumentException if a variable is not set; the message is for people
     */
    @NonNull
    public String expand(@NonNull String setting, @NonNull String text) {
        if (strict && BROKEN.matcher(text).find()) {
            throw bad(Messages._BuildVariables_NotSet(setting, TextSanitizer.clean(text, 200), "${"));
        }
        Matcher variables = VARIABLE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (variables.find()) {
            variables.appendReplacement(expanded, Matcher.quoteReplacement(value(setting, text, variables)));
        }
        return variables.appendTail(expanded).toString();
    }

    private String value(String setting, String text, Matcher variable) {
        if (variable.group().equals("$$")) {
            return "$";
        }
        String name = variable.group(1) == null ? variable.group(2) : variable.group(1);
        String value = values.get(name);
        if (value == null) {
            if (strict) {
                throw bad(Messages._BuildVariables_NotSet(
                        setting, TextSanitizer.clean(text, 200), TextSanitizer.clean(variable.group(), 80)));
            }
            return variable.group();
        }
        used.put(name, value);
        return value;
    }

    /**
     * The same for the name of a template, which decides who approves: it must not become empty or the text null.
     *
     * @throws IllegalArgumentException if a variable is not set, or nothing else remains
     */
    @NonNull
    public String expandName(@NonNull String setting, @NonNull String text) {
        String name = expand(setting, text).strip();
        if (strict && (name.isEmpty() || name.equals("null"))) {
            throw bad(Messages._BuildVariables_Empty(setting, TextSanitizer.clean(text, 200)));
        }
        return name;
    }

    private static IllegalArgumentException bad(Localizable problem) {
        return new IllegalArgumentException(problem.toString());
    }

    /** Whether the text has a variable that is not known here. */
    public boolean isOpen(@NonNull String text) {
        return !strict
                && VARIABLE.matcher(text)
                        .results()
                        .anyMatch(found -> !found.group().equals("$$")
                                && !values.containsKey(found.group(1) == null ? found.group(2) : found.group(1)));
    }

    /** The variables that were replaced, with their values. */
    @NonNull
    public Map<String, String> used() {
        return Collections.unmodifiableMap(used);
    }
}
