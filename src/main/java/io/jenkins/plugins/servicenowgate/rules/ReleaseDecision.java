package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import org.jvnet.localizer.Localizable;

/** What a change means for its deployment. */
public sealed interface ReleaseDecision {
    @NonNull
    Localizable reason();

    /** The deployment is released. */
    record Proceed(@NonNull Localizable reason) implements ReleaseDecision {}

    /**
     * Not yet.
     *
     * @param until the instant at which it will be different by itself, null where only people can change it
     */
    record Wait(@NonNull Localizable reason, @CheckForNull Instant until) implements ReleaseDecision {}

    /** Not with this change, whatever happens next. */
    record Refuse(@NonNull Localizable reason) implements ReleaseDecision {}
}
