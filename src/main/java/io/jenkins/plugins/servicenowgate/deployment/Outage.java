package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import java.time.Instant;

/**
 * A time during which ServiceNow could not be asked, or did not show the change.
 *
 * @param what one sentence
 * @param since when it began
 * @param over whether ServiceNow has answered since
 */
public record Outage(@NonNull String what, @NonNull Instant since, boolean over) {
    /** What a gate's news make of what was known before. */
    @CheckForNull
    static Outage after(@CheckForNull Outage before, @NonNull Phrase news, @NonNull Instant now) {
        if (news.key() == Reason.TROUBLE_BEGAN) {
            return new Outage(news.arguments().get(0), now, false);
        }
        if (news.key() == Reason.ABSENT || news.key() == Reason.CREATION_UNCERTAIN) {
            return new Outage(news.text(), now, false);
        }
        return before == null ? null : new Outage(before.what(), before.since(), true);
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
