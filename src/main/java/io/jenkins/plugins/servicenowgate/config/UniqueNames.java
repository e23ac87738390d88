package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is configured in a list is known by its name, which it has alone. */
final class UniqueNames {
    private UniqueNames() {}

    /**
     * @param missing what is said of an entry without a name
     * @param twice what is said of a name that two entries have
     * @throws IllegalArgumentException with one of the two
     */
    static void check(@NonNull Stream<String> names, @NonNull String missing, @NonNull Function<Object, String> twice) {
        Set<String> known = new HashSet<>();
        names.forEach(name -> {
            if (name.isEmpty()) {
                throw new IllegalArgumentException(missing);
            }
            if (!known.add(name)) {
                throw new IllegalArgumentException(twice.apply(name));
            }
        });
    }
}
