package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Actionable;
import hudson.model.Cause;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Stores a deployment: a build, or a queue item that will become one. */
@Restricted(NoExternalUse.class)
public interface DeploymentHost {
    @NonNull
    Job<?, ?> job();

    /** By which it alone is known, also after a restart. */
    @NonNull
    String key();

    /** Whether the key is its own, or that of the item of the queue from which it came. */
    default boolean isKnownAs(@NonNull String key) {
        return key().equals(key);
    }

    /** The key of an item of the queue. */
    @NonNull
    static String keyOfItem(long item) {
        return "item " + item;
    }

    /** Whether a deployment starts when it is released; false where an executor must be found first. */
    boolean startsAtRelease();

    /** Whether it is still waiting or running. */
    boolean isBuilding();

    /** The build or the item of the queue; null if that is gone. */
    @CheckForNull
    Actionable origin();

    /** What people call it. */
    @NonNull
    String name();

    /** Its page, relative to Jenkins' root; ends with a slash. */
    @NonNull
    default String path() {
        return job().getUrl();
    }

    /** Its page; null where Jenkins does not know its own address. */
    @CheckForNull
    String url();

    /** Why it was started; empty if that is lost. */
    @NonNull
    List<Cause> causes();

    /** Who or what started it, one line. */
    @NonNull
    default String startedBy() {
        return textOf(causes());
    }

    /** The causes in one line. They come from any plugin: one that can't say what it is is left out. */
    @NonNull
    static String textOf(@NonNull List<Cause> causes) {
        String text = causes.stream()
                .map(cause -> FaultBarrier.call(DeploymentHost.class, cause::getShortDescription, () -> null))
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
        return text.isBlank() ? Messages.Note_UnknownCause() : TextSanitizer.clean(text);
    }

    @CheckForNull
    DeploymentRecord find(@NonNull String id);

    /** Keeps a new record, which outlives a crash from now on. */
    void add(@NonNull DeploymentRecord record) throws IOException;

    /** The deployment is over, and everything about it was sent to ServiceNow. */
    void settled(@NonNull DeploymentRecord record);

    /** The worst result of the deployments of this host that ran at the same time with the same change. */
    @NonNull
    PendingUpdate.CloseCode worst(@NonNull DeploymentRecord record);

    /**
     * Changes a deployment atomically with regard to everything that stores it, so that a crash cannot leave half of the
     * change.
     *
     * @param change memory only, no I/O
     */
    void change(@NonNull Runnable change);

    /**
     * Stores it with everything of which it is a part.
     *
     * @throws IOException for whatever reason it could not be stored
     */
    void save() throws IOException;

    void print(@NonNull String line, @CheckForNull String number, @CheckForNull String url);

    /** Notes that the credentials of the connection are used. */
    void track(@NonNull ServiceNowConnection connection);
}
