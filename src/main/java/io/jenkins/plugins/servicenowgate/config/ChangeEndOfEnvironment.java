package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import java.io.Serial;
import java.io.Serializable;
import org.kohsuke.stapler.DataBoundSetter;

/** The settings of an environment about the planned window and the end of a change. */
public abstract class ChangeEndOfEnvironment extends AbstractDescribableImpl<Environment>
        implements ChangeEndSettings, Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private String afterDeployment;
    private String changeTasks;
    private String rejected;
    private String abandonedChange;
    private WindowSettings window;

    @NonNull
    @Override
    public final String getAfterDeployment() {
        return ChangeEnd.AFTER_DEPLOYMENT.read(afterDeployment);
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public final void setAfterDeployment(String afterDeployment) {
        this.afterDeployment = ChangeEnd.AFTER_DEPLOYMENT.check(afterDeployment);
    }

    @NonNull
    @Override
    public final String getChangeTasks() {
        return ChangeEnd.CHANGE_TASKS.read(changeTasks);
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public final void setChangeTasks(String changeTasks) {
        this.changeTasks = ChangeEnd.CHANGE_TASKS.check(changeTasks);
    }

    /** {@code refuse}, {@code wait} or null for what the other declarations say. */
    @CheckForNull
    public final String getRejected() {
        return Util.fixEmpty(ChangeEnd.REJECTED.read(rejected));
    }

    /**
     * @throws IllegalArgumentException for any other text, including null and the empty text of an unset variable
     */
    @DataBoundSetter
    public final void setRejected(String rejected) {
        this.rejected = ChangeEnd.REJECTED.check(rejected);
    }

    @CheckForNull
    @Override
    public final String getAbandonedChange() {
        return Util.fixEmpty(ChangeEnd.ABANDONED_CHANGE.read(abandonedChange));
    }

    /**
     * @throws IllegalArgumentException for any other text, including null and the empty text of an unset variable
     */
    @DataBoundSetter
    public final void setAbandonedChange(String abandonedChange) {
        this.abandonedChange = ChangeEnd.ABANDONED_CHANGE.check(abandonedChange);
    }

    /** The window in which a new change is planned; null for what the other declarations say. */
    @CheckForNull
    public final WindowSettings getWindow() {
        return window;
    }

    /**
     * @throws IllegalArgumentException for a value that is missing or invalid
     */
    @DataBoundSetter
    public final void setWindow(WindowSettings window) {
        this.window = WindowSettings.check(window);
    }
}
