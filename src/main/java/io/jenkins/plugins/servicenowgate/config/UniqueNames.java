package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Checks that all entries of a list have a name, and that no name is used twice. */
final class UniqueNames {
    private UniqueNames() {}

    /**
     * @param missing the message for an entry without a name
     * @param duplicate the message for a name that is used twice
     * @throws IllegalArgumentException with one of these messages
     */
    static void check(
            @NonNull Stream<String> names, @NonNull String missing, @NonNull Function<Object, String> duplicate) {
        Set<String> known = new HashSet<>();
        names.forEach(name -> {
            if (name.isEmpty()) {
                throw new IllegalArgumentException(missing);
            }
            if (!known.add(name)) {
                throw new IllegalArgumentException(duplicate.apply(name));
            }
        });
    }
}
