package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * A list that was read from a file. It may hold anything: null, other classes, objects without a name. Callers use what can
 * be read, and count the rest as the safe value.
 */
@Restricted(NoExternalUse.class)
public final class StoredList {
    private StoredList() {}

    /** The entries that can be used, in order. */
    @NonNull
    public static <T> Stream<T> readable(
            @CheckForNull List<?> stored, @NonNull Class<T> type, @NonNull Predicate<T> valid) {
        return stored == null
                ? Stream.empty()
                : stored.stream().filter(type::isInstance).map(type::cast).filter(valid);
    }

    /** Whether all entries can be used. */
    public static <T> boolean isReadable(
            @CheckForNull List<?> stored, @NonNull Class<T> type, @NonNull Predicate<T> valid) {
        return stored == null || readable(stored, type, valid).count() == stored.size();
    }
}
