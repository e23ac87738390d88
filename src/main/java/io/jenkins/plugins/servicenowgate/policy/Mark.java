package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Describable;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Job;
import hudson.model.JobProperty;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;

/**
 * The value of a mark: all settings that differ from their defaults. New settings are included automatically.
 *
 * @param settings the settings by name; null for no mark
 * @param readable false if other settings were stored that could not be read
 */
record Mark(@CheckForNull Map<String, Object> settings, boolean readable) {
    static final Mark NONE = new Mark(null, true);

    /** Whether an item can have a mark. */
    static boolean isSupported(@CheckForNull Object item) {
        return item instanceof Job || item instanceof AbstractFolder;
    }

    /** The property of the item that is its mark, or null. */
    @CheckForNull
    static Describable<?> property(@NonNull Item item) {
        return item instanceof Job<?, ?> job
                ? job.getProperty(ChangeControlJobProperty.class)
                : ((AbstractFolder<?>) item).getProperties().get(ChangeControlFolderProperty.class);
    }

    /** The same; if a script has added a second one to a job, that one. */
    @CheckForNull
    static Describable<?> lastProperty(@NonNull Item item) {
        Describable<?> last = property(item);
        if (item instanceof Job<?, ?> job) {
            for (JobProperty<?> property : job.getAllProperties()) {
                last = property instanceof ChangeControlJobProperty ? property : last;
            }
        }
        return last;
    }

    /** A folder property without settings is no mark; a job property always is one. */
    @NonNull
    static Mark of(@CheckForNull Describable<?> property) {
        if (property == null) {
            return NONE;
        }
        Map<String, Object> settings = settings(property);
        boolean readable = property instanceof ChangeControlFolderProperty folder
                ? folder.isReadable()
                : property instanceof ChangeControlJobProperty job && job.isReadable();
        return settings.isEmpty() && readable && property instanceof ChangeControlFolderProperty
                ? NONE
                : new Mark(settings, readable);
    }

    @NonNull
    static Map<String, Object> settings(@NonNull Object described) {
        return plain(UninstantiatedDescribable.from(described).getArguments());
    }

    /** Serializes the property as XML for {@link #read}. */
    @NonNull
    static String write(@NonNull Describable<?> property) {
        return Items.XSTREAM2.toXML(property);
    }

    @NonNull
    static Describable<?> read(@NonNull String text) {
        return (Describable<?>) Items.XSTREAM2.fromXML(text);
    }

    private static Map<String, Object> plain(Map<String, ?> arguments) {
        Map<String, Object> plain = new TreeMap<>();
        arguments.forEach((name, value) -> plain.put(name, plain(value)));
        return plain;
    }

    private static Object plain(Object value) {
        if (value instanceof UninstantiatedDescribable nested) {
            return plain(nested.getArguments());
        }
        return value instanceof Collection<?> list
                ? list.stream().map(Mark::plain).toList()
                : value;
    }

    boolean isPresent() {
        return settings != null;
    }

    /** Whether a form was submitted as it was shown; it shows only the settings that can be read. */
    boolean isShownAs(@NonNull Mark submitted) {
        return readable
                ? equals(submitted)
                : Objects.equals(settings, submitted.settings == null ? Map.of() : submitted.settings);
    }

    /** The text for the log, for example {@code mark(changeControlled: true, connection: "corp")}. */
    @Override
    public String toString() {
        return settings == null ? "no mark" : "mark" + text(settings) + (readable ? "" : " with unreadable settings");
    }

    @NonNull
    static String text(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                    .collect(Collectors.joining(", ", "(", ")"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Mark::text).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String string
                ? '"' + string.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                : String.valueOf(value);
    }
}
