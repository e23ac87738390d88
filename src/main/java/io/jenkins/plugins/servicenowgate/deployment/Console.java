package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.HyperlinkNote;
import hudson.model.TaskListener;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Writes the gate's lines into a build's log, the change's number as a link. */
@Restricted(NoExternalUse.class)
public final class Console {
    private static final String PREFIX = "[ServiceNow] ";

    private Console() {}

    /** Writes a line that names no change. */
    public static void print(@NonNull TaskListener log, @NonNull String line) {
        print(log, line, null, null);
    }

    static void print(
            @NonNull TaskListener log, @NonNull String line, @CheckForNull String number, @CheckForNull String url) {
        String text = PREFIX + line;
        if (number != null && url != null) {
            // The number holds letters, digits, hyphens and underscores only; the link is our own.
            int at = text.indexOf(number);
            if (at >= 0) {
                text = text.substring(0, at)
                        + HyperlinkNote.encodeTo(url, number)
                        + text.substring(at + number.length());
            }
        }
        log.getLogger().println(text);
    }
}
