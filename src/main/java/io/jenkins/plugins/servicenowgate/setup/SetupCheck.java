package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import java.util.List;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * One kind of check of the set-up. It sends no request and looks up no credentials, because a page shows the result while it
 * is rendered; what needs requests is in {@link ConnectionChecks}.
 */
@Restricted(NoExternalUse.class)
public abstract class SetupCheck implements ExtensionPoint {
    /** The heading of the findings. */
    @NonNull
    public abstract Localizable title();

    /** Runs as the system. */
    @NonNull
    public abstract List<SetupFinding> findings();
}
