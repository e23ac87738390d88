package io.jenkins.plugins.servicenowgate.freestyle;

import hudson.model.InvisibleAction;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Marks a build that reached a gate and was not released, even if the build ended before the gate was opened. */
@Restricted(NoExternalUse.class)
public final class NotReleasedAction extends InvisibleAction {}
