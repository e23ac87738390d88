package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Item;
import hudson.model.Run;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * A build whose script runs on the current thread. Such a script sets properties of its own job, usually as the system,
 * although it was written by somebody who may not change marks.
 */
@Restricted(NoExternalUse.class)
public interface ScriptedBuild extends ExtensionPoint {
    /** The build whose script the current thread runs, or null. */
    @CheckForNull
    Run<?, ?> current();

    /** Prints a line on the console of {@link #current}. */
    void print(@NonNull String line);

    /** The kind of build of the item itself whose script the current thread runs, or null. */
    @CheckForNull
    static ScriptedBuild of(@NonNull Item item) {
        for (ScriptedBuild kind : ExtensionList.lookup(ScriptedBuild.class)) {
            Run<?, ?> build = kind.current();
            if (build != null && build.getParent() == item) {
                return kind;
            }
        }
        return null;
    }
}
