package io.jenkins.plugins.servicenowgate.audit;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlassRelease;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentListener;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentState;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The break-glass releases of the last 30 days, for administrators. In a file of its own, so that deleting a build does not
 * hide one; bounded.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class BreakGlassLog implements DeploymentListener {
    private static final Logger LOGGER = Logger.getLogger(BreakGlassLog.class.getName());
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int MAX = 1000;

    private List<Notice> notices;

    /** One release, with what was known of it then. */
    public static final class Notice {
        private final String id;
        private final BreakGlassRelease bypass;
        private final String what;
        private final String number;
        private final String build;
        private final String path;

        Notice(@NonNull Deployment deployment, @NonNull BreakGlassRelease bypass) {
            DeploymentRecord record = deployment.record();
            this.id = record.getId();
            this.bypass = bypass;
            this.what = record.description();
            this.number = record.getNumber();
            this.build = deployment.host().name();
            this.path = deployment.host().path();
        }

        @NonNull
        public BreakGlassRelease getBypass() {
            return bypass;
        }

        /** Project, version and environment. */
        @NonNull
        public String getWhat() {
            return what;
        }

        @CheckForNull
        public String getNumber() {
            return number;
        }

        @NonNull
        public String getBuild() {
            return build;
        }

        /** The build's page, relative to Jenkins' root; the job's while it was in the queue. */
        @NonNull
        public String getPath() {
            return path;
        }

        private boolean isOlderThan(Instant then) {
            return bypass.getMoment().instant().isBefore(then);
        }
    }

    @NonNull
    public static BreakGlassLog get() {
        return ExtensionList.lookupSingleton(BreakGlassLog.class);
    }

    private static XmlFile file() {
        return new XmlFile(new File(Jenkins.get().getRootDir(), "servicenow-gate/bypasses.xml"));
    }

    /** Those of the last 30 days, the newest first. */
    @NonNull
    public List<Notice> recent(@NonNull Instant now) {
        List<Notice> recent;
        synchronized (this) {
            recent = new ArrayList<>(load());
        }
        recent.removeIf(notice -> notice.isOlderThan(now.minus(KEPT)));
        Collections.reverse(recent);
        return recent;
    }

    @Override
    public void onChanged(@NonNull Deployment deployment, @NonNull DeploymentState from, @NonNull DeploymentState to) {
        BreakGlassRelease bypass = deployment.record().getBypass();
        if (bypass != null && !to.isFinal()) {
            add(deployment, bypass);
        }
    }

    /** Adds a release, or replaces what was known of it. */
    private synchronized void add(Deployment deployment, BreakGlassRelease bypass) {
        List<Notice> all = load();
        all.removeIf(notice -> notice.id.equals(deployment.record().getId()));
        all.add(new Notice(deployment, bypass));
        Instant oldest = Instant.now().minus(KEPT);
        while (all.size() > MAX || all.get(0).isOlderThan(oldest)) {
            Notice gone = all.remove(0);
            LOGGER.log(
                    Level.INFO,
                    () -> "No longer shown to administrators: " + gone.what
                            + " was released without an approved change by " + gone.bypass.getPerson() + " at "
                            + gone.bypass.getAt() + ".");
        }
        try {
            file().write(all);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "Could not store the break-glass history; the build record still contains the entry.");
        }
    }

    /** Reads the file again, as after a restart. */
    public synchronized void reloadForTests() {
        notices = null;
    }

    private List<Notice> load() {
        if (notices == null) {
            notices = new ArrayList<>();
            try {
                if (file().exists() && file().read() instanceof List<?> read) {
                    read.stream()
                            .filter(Notice.class::isInstance)
                            .map(Notice.class::cast)
                            .forEach(notices::add);
                }
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "Could not read the break-glass history; it starts empty.");
            }
        }
        return notices;
    }
}
