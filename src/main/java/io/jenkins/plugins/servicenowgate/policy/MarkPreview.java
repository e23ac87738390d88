package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Item;
import hudson.model.Job;
import hudson.util.ComboBoxModel;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What the forms of marks say about the item that they configure. */
@Restricted(NoExternalUse.class)
public interface MarkPreview extends ExtensionPoint {
    @NonNull
    static MarkPreview get() {
        return ExtensionList.lookupFirst(MarkPreview.class);
    }

    /** Whether a job, or the job that contains it, has a mark of its own. */
    boolean isMarked(@NonNull Job<?, ?> job);

    /** The names of the declared environments for a combo box; empty if the user may not configure the item. */
    @NonNull
    ComboBoxModel environments(@CheckForNull Item item);

    /**
     * The settings of the folders above, each as part of a sentence. Folders that the user may not read are not named.
     */
    @NonNull
    List<String> inherited(@CheckForNull Object item);

    /**
     * The effect of the settings on deployments of a job, one line for each declared environment; empty for a folder.
     */
    @NonNull
    List<String> effective(@CheckForNull Object item);
}
