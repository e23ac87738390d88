package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import java.time.Instant;

/** What a change means for its deployment. */
public sealed interface Decision {
    @NonNull
    Phrase reason();

    /** The deployment is released. */
    record Proceed(@NonNull Phrase reason) implements Decision {}

    /**
     * Not yet.
     *
     * @param until the instant at which it will be different by itself, null where only people can change it
     */
    record Wait(@NonNull Phrase reason, @CheckForNull Instant until) implements Decision {}

    /** Not with this change, whatever happens next. */
    record Refuse(@NonNull Phrase reason) implements Decision {}
}
