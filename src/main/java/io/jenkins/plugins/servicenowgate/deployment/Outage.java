package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;

/**
 * A time during which a deployment could not go on although its change may allow it: ServiceNow could not be asked, did not
 * show the change or did not move it, or the plugin failed.
 *
 * @param what one sentence
 * @param since when it began
 * @param over whether anything else was heard since
 */
public record Outage(@NonNull String what, @NonNull Instant since, boolean over) {
    @CheckForNull
    static Outage ended(@CheckForNull Outage last) {
        return last == null ? null : new Outage(last.what, last.since, true);
    }

    public String getWhat() {
        return what;
    }

    @NonNull
    public DisplayTime getSince() {
        return new DisplayTime(since);
    }

    public boolean isOver() {
        return over;
    }
}
