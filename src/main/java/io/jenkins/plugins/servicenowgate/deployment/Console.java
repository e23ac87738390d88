package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.console.HyperlinkNote;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Writes the gate's lines into a build's log, the change's number as a link. */
@Restricted(NoExternalUse.class)
public final class Console {
    private static final Logger LOGGER = Logger.getLogger(Console.class.getName());
    private static final String PREFIX = "[ServiceNow] ";

    private Console() {}

    /** The console of a pipeline that is running; of any other build nothing, because only its executor knows it. */
    @NonNull
    static TaskListener of(@NonNull Run<?, ?> run) {
        if (run.isBuilding() && run instanceof FlowExecutionOwner.Executable pipeline) {
            FlowExecutionOwner owner = pipeline.asFlowExecutionOwner();
            try {
                return owner == null ? TaskListener.NULL : owner.getListener();
            } catch (IOException e) {
                LOGGER.log(Level.FINE, e, () -> "Could not open the console of " + run);
            }
        }
        return TaskListener.NULL;
    }

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
