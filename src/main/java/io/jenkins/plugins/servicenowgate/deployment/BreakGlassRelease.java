package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.Serial;
import java.io.Serializable;
import java.time.Instant;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * Who released a deployment without an approved change, and why. Part of the stored record, so that the build shows it
 * permanently; valid for one run and no other.
 */
@ExportedBean(defaultVisibility = 2)
public final class BreakGlassRelease implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String who;
    private final String name;
    private final String reason;
    private final long at;
    private final String run;

    /**
     * @param who id of the user
     * @param name by which people know the user
     * @param run key of the host whose deployment is released
     */
    public BreakGlassRelease(
            @NonNull String who,
            @NonNull String name,
            @NonNull String reason,
            @NonNull Instant at,
            @NonNull String run) {
        this.who = who;
        this.name = TextSanitizer.clean(name);
        this.reason = reason;
        this.at = at.toEpochMilli();
        this.run = run;
    }

    /** The key of the host whose deployment was released. */
    @NonNull
    String run() {
        return run;
    }

    @NonNull
    @Exported
    public String getWho() {
        return who;
    }

    @NonNull
    @Exported
    public String getName() {
        return name;
    }

    /** The name, and the id, which users cannot choose. */
    @NonNull
    public String getPerson() {
        return name.equals(who) || name.isEmpty() ? who : name + " (" + who + ")";
    }

    @NonNull
    @Exported
    public String getReason() {
        return reason;
    }

    @NonNull
    @Exported
    public String getAt() {
        return Instant.ofEpochMilli(at).toString();
    }

    @NonNull
    public DisplayTime getMoment() {
        return new DisplayTime(Instant.ofEpochMilli(at));
    }
}
