package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import java.io.Serial;
import org.kohsuke.stapler.DataBoundSetter;

/** The settings of an environment about the model of its changes, and about their conflicts. */
public abstract class ChangeKindOfEnvironment extends ChangeEndOfEnvironment {
    @Serial
    private static final long serialVersionUID = 1L;

    private String changeModel;
    private String conflicts;

    /** The exact name of the change model of a new change; empty for what other settings say. */
    @NonNull
    public final String getChangeModel() {
        return Util.fixNull(changeModel);
    }

    @DataBoundSetter
    public final void setChangeModel(String changeModel) {
        this.changeModel = Util.fixEmptyAndTrim(changeModel);
    }

    /** {@code tell}, {@code wait}, {@code refuse} or null for what the other declarations say. */
    @CheckForNull
    public final String getConflicts() {
        return Util.fixEmpty(ChangeEnd.CONFLICTS.read(conflicts));
    }

    /**
     * @throws IllegalArgumentException for any other text, including null and the empty text of an unset variable
     */
    @DataBoundSetter
    public final void setConflicts(String conflicts) {
        this.conflicts = ChangeEnd.CONFLICTS.check(conflicts);
    }
}
