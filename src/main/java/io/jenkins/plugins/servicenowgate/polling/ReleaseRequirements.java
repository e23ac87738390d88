package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.Separation;

/**
 * What the environment of one waiting deployment requires of its change, by the settings of the moment of each call. Called on
 * worker threads.
 */
public interface ReleaseRequirements {
    /**
     * What separation of duties requires; null if nothing. Called before a change is searched for, and before a release.
     */
    @CheckForNull
    Separation separation();

    /** What a conflict of the change means. Called before a check is started, and before a release. */
    @NonNull
    ConflictPolicy conflictPolicy();
}
