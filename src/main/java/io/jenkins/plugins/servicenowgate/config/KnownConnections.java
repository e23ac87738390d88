package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The names of the connections, for forms of what refers to them. */
@Restricted(NoExternalUse.class)
public interface KnownConnections extends ExtensionPoint {
    @NonNull
    static List<String> get() {
        return ExtensionList.lookupFirst(KnownConnections.class).names();
    }

    @NonNull
    List<String> names();
}
