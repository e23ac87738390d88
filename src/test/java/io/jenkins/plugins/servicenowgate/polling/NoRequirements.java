package io.jenkins.plugins.servicenowgate.polling;

import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.Separation;

/** An environment that requires no other person and no change without conflicts. */
public class NoRequirements implements ReleaseRequirements {
    @Override
    public Separation separation() {
        return null;
    }

    @Override
    public ConflictPolicy conflictPolicy() {
        return ConflictPolicy.UNSET;
    }
}
