package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A change that the plugin created for a deployment that is over. Its field names are a stored form. */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public final class UnusedChange {
    private final String connection;
    private final String sysId;
    private final String number;
    private final String what;
    private final String build;
    private final String path;
    private volatile String job;

    /** When its deployment was over, in milliseconds since the epoch. */
    private final long since;

    /** The label of the state when it was last checked; null before that, and if the change is over. */
    private volatile String state;

    UnusedChange(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        this.connection = record.requiredConnection();
        this.sysId = record.getSysId();
        this.number = record.getNumber();
        this.what = record.description();
        this.job = host.job().getFullName();
        this.build = host.name();
        this.path = host.path();
        this.since = System.currentTimeMillis();
    }

    boolean isOlderThan(@NonNull Duration age) {
        return System.currentTimeMillis() - since >= age.toMillis();
    }

    /** Whether all of it could be read from its file. */
    boolean isComplete() {
        return Stream.of(connection, sysId, number, what, job, build, path).allMatch(Objects::nonNull)
                && SysId.isValid(sysId);
    }

    boolean isSameAs(@NonNull UnusedChange other) {
        return connection.equals(other.connection) && sysId.equals(other.sysId);
    }

    @NonNull
    SysId sysId() {
        return new SysId(sysId);
    }

    /** The full name of the job of its deployment. */
    @NonNull
    public String job() {
        return job;
    }

    void renameJob(@NonNull String newName) {
        job = newName;
    }

    void checked(@NonNull ChangeRequest change) {
        state = change.active() ? change.stateLabel() : null;
    }

    @NonNull
    @Exported
    public String getConnection() {
        return connection;
    }

    @NonNull
    @Exported
    public String getNumber() {
        return number;
    }

    /** The change's page in ServiceNow; null when the connection is gone. */
    @CheckForNull
    @Exported
    public String getUrl() {
        ServiceNowConnection known = ServiceNowGateConfiguration.get().connection(connection);
        try {
            return known == null ? null : known.instanceUrl().changeLink(sysId());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Project, version and environment. */
    @NonNull
    @Exported
    public String getWhat() {
        return what;
    }

    @NonNull
    @Exported
    public String getBuild() {
        return build;
    }

    /** The page of the build, relative to Jenkins' root. */
    @NonNull
    @Exported
    public String getPath() {
        return path;
    }

    /** The label of the state of the open change when it was last checked; null if it is not known to be open. */
    @CheckForNull
    @Exported
    public String getState() {
        return state;
    }
}
