package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.stream.Stream;
import net.sf.json.JSONObject;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The settings about the end of a change: what becomes of it after its deployment, after a rejection, and if the deployment
 * does not take place; and what a conflict means before. Each has a few values; a setting that is not set is inherited.
 */
@Restricted(NoExternalUse.class)
public enum ChangeEnd {
    /** To which state a change of any kind is moved after its deployment; empty for what automaticTransition says. */
    AFTER_DEPLOYMENT("afterDeployment", "", true, "review", "close"),
    /** What becomes of open change tasks after the deployment; empty to leave them to people. */
    CHANGE_TASKS("changeTasks", "", true, "close"),
    /** What becomes of a deployment whose change is rejected. */
    REJECTED("rejected", "refuse", false, "refuse", "wait"),
    /** What becomes of a change whose deployment did not take place. */
    ABANDONED_CHANGE("abandonedChange", "keep", false, "keep", "cancel"),
    /** What becomes of a deployment whose change has conflicts. */
    CONFLICTS("conflicts", "refuse", false, "tell", "wait", "refuse");

    public static final String TELL = "tell";

    public static final String REVIEW = "review";
    public static final String CLOSE = "close";
    public static final String WAIT = "wait";
    public static final String REFUSE = "refuse";
    public static final String KEEP = "keep";
    public static final String CANCEL = "cancel";

    private final String setting;
    private final String safe;
    private final boolean mayBeEmpty;
    private final List<String> values;

    ChangeEnd(String setting, String safe, boolean mayBeEmpty, String... values) {
        this.setting = setting;
        this.safe = safe;
        this.mayBeEmpty = mayBeEmpty;
        this.values = List.of(values);
    }

    /** The name of the setting in configuration. */
    @NonNull
    public String setting() {
        return setting;
    }

    /**
     * Validates a value that a user enters. The empty text of an unset variable is a value only where empty has a meaning.
     *
     * @return null for an empty text
     * @throws IllegalArgumentException for any other text; the message contains the setting and the value
     */
    @CheckForNull
    public String check(@CheckForNull String text) {
        String given =
                mayBeEmpty ? Util.fixEmptyAndTrim(text) : String.valueOf(text).strip();
        if (given != null && !values.contains(given)) {
            throw new IllegalArgumentException(Messages.ReservedAgents_Unknown(
                    TextSanitizer.clean(given, 80), setting, String.join(", ", values)));
        }
        return given;
    }

    /** Reads a stored value; empty if it is not set. A value that is none counts as the safe one. */
    @NonNull
    public String read(@CheckForNull String stored) {
        if (stored == null) {
            return "";
        }
        String text = stored.strip();
        return values.contains(text) ? text : safe;
    }

    /** Removes the settings of a submitted form that are to be inherited. */
    public static void removeInherited(@NonNull JSONObject form) {
        Stream.of(values())
                .filter(one ->
                        form.has(one.setting) && form.optString(one.setting).isBlank())
                .forEach(one -> form.remove(one.setting));
    }

    /**
     * The choices for a drop-down.
     *
     * @param current the value in the form; the only choice for users without permission to configure
     */
    @NonNull
    ListBoxModel items(@CheckForNull String current) {
        ListBoxModel items = new ListBoxModel();
        if (!ConfigurationAccess.mayConfigureSomewhere()) {
            items.add(Util.fixNull(current));
            return items;
        }
        items.add(Messages.ChangeEnd_Inherit(), "");
        values.forEach(value -> items.add(label(value), value));
        return items;
    }

    /** The label of a value for forms and pages, in the viewer's language; empty for no value. */
    @NonNull
    public String label(@NonNull String value) {
        return switch (value) {
            case REVIEW -> Messages.ChangeEnd_Review();
            case CLOSE -> this == CHANGE_TASKS ? Messages.ChangeEnd_CloseTasks() : Messages.ChangeEnd_Close();
            case TELL -> Messages.ChangeEnd_Tell();
            case WAIT -> this == CONFLICTS ? Messages.ChangeEnd_WaitForConflicts() : Messages.ChangeEnd_Wait();
            case REFUSE -> Messages.ChangeEnd_Refuse();
            case KEEP -> Messages.ChangeEnd_Keep();
            case CANCEL -> Messages.ChangeEnd_Cancel();
            default -> value;
        };
    }
}
