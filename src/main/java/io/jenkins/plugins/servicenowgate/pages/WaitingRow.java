package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlass;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentGate;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.Moment;
import io.jenkins.plugins.servicenowgate.deployment.Setback;
import java.util.Locale;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One waiting deployment in the list. Asks its gate only when a value is shown, since most rows never are. */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public final class WaitingRow {
    private final DeploymentGate gate;
    private final DeploymentRecord record;

    WaitingRow(@NonNull DeploymentGate gate) {
        this.gate = gate;
        this.record = gate.record();
    }

    @NonNull
    Stream<String> texts() {
        return Stream.of(getProject(), getEnvironment(), getVersion(), getNumber(), getState(), getBuild());
    }

    @NonNull
    @Exported
    public String getProject() {
        return record.getProject();
    }

    @NonNull
    @Exported
    public String getEnvironment() {
        return record.getEnvironment();
    }

    @NonNull
    @Exported
    public String getVersion() {
        return record.getVersion();
    }

    @CheckForNull
    @Exported
    public String getConnection() {
        return record.getConnection();
    }

    @CheckForNull
    @Exported
    public String getNumber() {
        return record.getNumber();
    }

    /** The change's page in ServiceNow. */
    @CheckForNull
    @Exported
    public String getUrl() {
        return record.getUrl();
    }

    @CheckForNull
    @Exported
    public String getState() {
        return record.getState();
    }

    @NonNull
    @Exported
    public String getReason() {
        return record.getReason();
    }

    /** The build, or the item of the queue. */
    @NonNull
    @Exported
    public String getBuild() {
        return gate.home().name();
    }

    /** Its page, relative to Jenkins' root. */
    @NonNull
    @Exported
    public String getPath() {
        return gate.home().path();
    }

    @NonNull
    @Exported
    public String getSince() {
        return record.getSince().toString();
    }

    @CheckForNull
    @Exported
    public String getNextLook() {
        return record.getNextLook() == null ? null : String.valueOf(record.getNextLook());
    }

    /** What last kept ServiceNow from being asked, also when that is over. */
    @CheckForNull
    @Exported
    public String getLastTrouble() {
        Setback setback = getSetback();
        return setback == null ? null : setback.what();
    }

    @NonNull
    public Moment getSinceAt() {
        return new Moment(record.getSince());
    }

    @CheckForNull
    public Moment getNextLookAt() {
        return Moment.of(record.getNextLook());
    }

    @CheckForNull
    public Setback getSetback() {
        return gate.setback();
    }

    /** Where the viewer may let it go without an approved change, relative to Jenkins' root; null for all others. */
    @CheckForNull
    public String getBreakGlass() {
        return BreakGlass.isOffered(gate) ? BreakGlass.path(record) : null;
    }

    @NonNull
    static String key(@CheckForNull String text) {
        return Util.fixNull(text).toLowerCase(Locale.ROOT);
    }
}
