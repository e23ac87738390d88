package io.jenkins.plugins.servicenowgate.rehearsal;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A command line of names with values ({@code --user jenkins}) and of flags ({@code --yes}). Secrets are never arguments:
 * other users of a machine can read those.
 */
public record Arguments(Map<String, String> values, Set<String> flags) {
    /**
     * @throws IllegalArgumentException with one sentence about the argument that can't be used
     */
    public static Arguments parse(Collection<String> names, Collection<String> flags, String... arguments) {
        Map<String, String> values = new HashMap<>();
        Set<String> given = new HashSet<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            if (flags.contains(name)) {
                given.add(name);
            } else if (!names.contains(name)) {
                // Not repeated in full, because it may be a secret after all.
                throw new IllegalArgumentException(
                        isSecret(name)
                                ? "There is no argument --" + name.split("=", 2)[0] + ": secrets are never arguments"
                                : "There is no argument " + arguments[i]);
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("The argument " + arguments[i] + " needs a value");
            } else {
                values.put(name, arguments[++i]);
            }
        }
        return new Arguments(Map.copyOf(values), Set.copyOf(given));
    }

    private static boolean isSecret(String name) {
        return name.contains("secret") || name.contains("password") || name.contains("key=");
    }

    public boolean has(String name) {
        return values.containsKey(name) || flags.contains(name);
    }

    public String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }
}
