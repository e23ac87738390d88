package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What the last poll returned of the change of a deployment, for programs. */
@ExportedBean(defaultVisibility = 2)
public abstract class ExportedChange implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    ExportedChange() {}

    /** The change when it was last polled. */
    @NonNull
    public abstract ChangeSnapshot getSeen();

    /** The label of the state of the change when it was last polled, for example Implement; null before the first poll. */
    @CheckForNull
    @Exported
    public final String getState() {
        return getSeen().getState();
    }

    /** The planned start of the change when it was last polled (ISO 8601); null if it had none. */
    @CheckForNull
    @Exported
    public final String getPlannedStart() {
        return Objects.toString(getSeen().getPlannedStart(), null);
    }

    /** The planned end of the change when it was last polled (ISO 8601); null if it had none. */
    @CheckForNull
    @Exported
    public final String getPlannedEnd() {
        return Objects.toString(getSeen().getPlannedEnd(), null);
    }

    /** Whether the change was on hold when it was last polled; null before the first poll. */
    @CheckForNull
    @Exported
    public final Boolean getOnHold() {
        return getSeen().getOnHold();
    }

    /** For example Conflict or Not Run, which is not "no conflict"; null if that is not known. */
    @CheckForNull
    @Exported
    public final String getConflictStatus() {
        return getSeen().getConflictStatus();
    }

    /** Whether the change is planned outside its maintenance schedule; null if that is not known. */
    @CheckForNull
    @Exported
    public final Boolean getOutsideMaintenanceSchedule() {
        return getSeen().getOutsideMaintenanceSchedule();
    }

    /** The label of the risk; null if that is not known. */
    @CheckForNull
    @Exported
    public final String getRisk() {
        return getSeen().getRisk();
    }

    /** Whether the Change Advisory Board has to discuss the change; null if that is not known. */
    @CheckForNull
    @Exported
    public final Boolean getCabRequired() {
        return getSeen().getCabRequired();
    }
}
