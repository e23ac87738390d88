package io.jenkins.plugins.servicenowgate.pages;

import com.cloudbees.jenkins.support.api.Component;
import com.cloudbees.jenkins.support.api.Container;
import com.cloudbees.jenkins.support.api.FileContent;
import com.cloudbees.jenkins.support.api.StringContent;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.security.Permission;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.policy.MarkLog;
import java.io.File;
import java.util.Set;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Adds the diagnostics and the log of marks to support bundles. Loaded only if the support-core plugin is installed.
 */
@Extension(optional = true)
@Restricted(NoExternalUse.class)
public final class SupportBundle extends Component {
    @NonNull
    @Override
    public Set<Permission> getRequiredPermissions() {
        return Set.of(Jenkins.ADMINISTER);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.Diagnostics_DisplayName();
    }

    @NonNull
    @Override
    public ComponentCategory getCategory() {
        return ComponentCategory.MISC;
    }

    @Override
    public void addContents(@NonNull Container container) {
        FaultBarrier.run(SupportBundle.class, () -> {
            container.add(new StringContent("servicenow-gate/diagnostics.md", Diagnostics.text()));
            for (File file : MarkLog.get().files()) {
                container.add(new FileContent("servicenow-gate/{0}", new String[] {file.getName()}, file));
            }
        });
    }
}
