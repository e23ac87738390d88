package io.jenkins.plugins.servicenowgate.freestyle;

import hudson.model.InvisibleAction;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Marks a build that came to a gate which did not let it go, also where it was ended before the gate knew of it. */
@Restricted(NoExternalUse.class)
public final class NotLetGo extends InvisibleAction {}
