package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/**
 * What an environment with separation of duties requires of a deployment: that somebody else than its starters approves.
 *
 * @param environment name of the environment, for messages
 * @param standardChangesPreApproved whether Standard changes, which nobody approves, are accepted
 * @param starters whoever started it; empty only if unknown
 * @param unknown why a starter is unknown; null if all are known
 */
public record Separation(
        @NonNull String environment,
        boolean standardChangesPreApproved,
        @NonNull Set<Starter> starters,
        @CheckForNull Localizable unknown) {
    public Separation {
        starters = Set.copyOf(starters);
    }
}
