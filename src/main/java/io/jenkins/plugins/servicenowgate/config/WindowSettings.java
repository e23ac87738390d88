package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The window in which a new change is planned, as entered and stored; see {@link DeploymentWindow}. Texts are validated where
 * the window is set, because a build step has variables in them. Without a symbol, so that scripts write it as a map.
 */
public final class WindowSettings extends AbstractDescribableImpl<WindowSettings> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String SETTING = "window";
    private static final List<String> NAMES = List.of("start", "hours", "zone", "days");

    private String start;
    private String hours;
    private String zone;
    private String days;

    @DataBoundConstructor
    public WindowSettings() {
        // What is missing is an error of the place where the window is set.
    }

    /** The time of day at which the window starts, for example 20:00. */
    @NonNull
    public String getStart() {
        return Util.fixNull(start);
    }

    @DataBoundSetter
    public void setStart(String start) {
        this.start = String.valueOf(start).strip();
    }

    /** The length in hours. */
    @NonNull
    public String getHours() {
        return Util.fixNull(hours);
    }

    @DataBoundSetter
    public void setHours(String hours) {
        this.hours = String.valueOf(hours).strip();
    }

    /** The time zone of the start, for example Europe/Berlin. */
    @NonNull
    public String getZone() {
        return Util.fixNull(zone);
    }

    @DataBoundSetter
    public void setZone(String zone) {
        this.zone = String.valueOf(zone).strip();
    }

    /** The days on which the window starts, for example MON-THU; null for every day. */
    @CheckForNull
    public String getDays() {
        return days;
    }

    @DataBoundSetter
    public void setDays(String days) {
        this.days = String.valueOf(days).strip();
    }

    /**
     * The windows.
     *
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @NonNull
    public DeploymentWindow window() {
        return DeploymentWindow.parse(start, hours, zone, days);
    }

    /**
     * The windows in the form in which they are compared; null for none.
     *
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @CheckForNull
    public static String text(@CheckForNull WindowSettings settings) {
        return settings == null ? null : settings.window().text();
    }

    /**
     * Validates a window for a place where no variables are expanded.
     *
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @NonNull
    public static WindowSettings check(@CheckForNull WindowSettings settings) {
        WindowSettings given = present(settings);
        given.window();
        return given;
    }

    /**
     * Validates a window for a place where variables are expanded later.
     *
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @NonNull
    public static WindowSettings checkWithVariables(@CheckForNull WindowSettings settings) {
        WindowSettings given = present(settings);
        return Stream.of(given.start, given.hours, given.zone, given.days)
                        .filter(Objects::nonNull)
                        .anyMatch(text -> text.contains("$"))
                ? given
                : check(given);
    }

    private static WindowSettings present(WindowSettings settings) {
        if (settings == null) {
            throw new IllegalArgumentException(Messages.StrictBoolean_NoValue(SETTING, "null"));
        }
        return settings;
    }

    /**
     * The windows with the variables replaced.
     *
     * @throws IllegalArgumentException for a value that is missing or invalid then
     */
    @NonNull
    public DeploymentWindow expanded(@NonNull UnaryOperator<String> variables) {
        return DeploymentWindow.parse(
                expand(start, variables), expand(hours, variables), expand(zone, variables), expand(days, variables));
    }

    @CheckForNull
    private static String expand(@CheckForNull String text, UnaryOperator<String> variables) {
        return text == null ? null : variables.apply(text);
    }

    /** Removes what was left empty in a submitted form: days, for every day, or the whole window. */
    public static void removeEmpty(@NonNull JSONObject form) {
        if (form.opt(SETTING) instanceof JSONObject window) {
            NAMES.stream().filter(name -> window.optString(name).isBlank()).forEach(window::remove);
            if (NAMES.stream().noneMatch(window::has)) {
                form.remove(SETTING);
            }
        }
    }

    private List<String> texts() {
        return Stream.of(start, hours, zone, days).map(Util::fixNull).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WindowSettings settings && texts().equals(settings.texts());
    }

    @Override
    public int hashCode() {
        return texts().hashCode();
    }

    @Override
    public String toString() {
        return SETTING + texts();
    }

    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<WindowSettings> implements CustomDescribableModel {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.Window_DisplayName();
        }

        /**
         * @throws IllegalArgumentException for a key that is none, or a value that is neither a text nor a number
         */
        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Set<String> unknown = new TreeSet<>(arguments.keySet());
            NAMES.forEach(unknown::remove);
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(Messages.Step_WindowKeyUnknown(
                        TextSanitizer.clean(String.join(", ", unknown), 80), String.join(", ", NAMES)));
            }
            Map<String, Object> texts = new LinkedHashMap<>();
            arguments.forEach((name, value) -> {
                if (value != null && !(value instanceof CharSequence) && !(value instanceof Number)) {
                    throw new IllegalArgumentException(Messages.Step_ParameterIsNoText(SETTING + ": " + name));
                }
                texts.put(name, String.valueOf(value));
            });
            return texts;
        }

        /** Scripts write the hours as a number. */
        @NonNull
        @Override
        public UninstantiatedDescribable customUninstantiate(@NonNull UninstantiatedDescribable described) {
            Map<String, Object> arguments = new LinkedHashMap<>(described.getArguments());
            arguments.computeIfPresent(
                    "hours",
                    (name, value) ->
                            value.toString().matches("[1-9][0-9]{0,2}") ? Integer.valueOf(value.toString()) : value);
            return described.withArguments(arguments);
        }
    }
}
