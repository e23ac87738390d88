package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * A list that was read from a file, and may contain null, objects of other classes, or objects without a name. Callers
 * use the readable entries, and treat an unreadable entry as the safe value.
 */
@Restricted(NoExternalUse.class)
public final class StoredList {
    private StoredList() {}

    /** The readable entries, in order. */
    @NonNull
    public static <T> Stream<T> readable(
            @CheckForNull List<?> stored, @NonNull Class<T> type, @NonNull Predicate<T> valid) {
        return stored == null
                ? Stream.empty()
                : stored.stream().filter(type::isInstance).map(type::cast).filter(valid);
    }

    /** Whether all entries are readable. */
    public static <T> boolean isReadable(
            @CheckForNull List<?> stored, @NonNull Class<T> type, @NonNull Predicate<T> valid) {
        return stored == null || readable(stored, type, valid).count() == stored.size();
    }
}
