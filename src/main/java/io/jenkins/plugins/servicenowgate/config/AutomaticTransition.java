package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;

/** Whether the plugin itself moves a Standard change to Implement before a deployment, and on after it. */
public enum AutomaticTransition {
    /** People move it. */
    OFF("false"),
    /** To Implement before, to Review after. */
    REVIEW("true"),
    /** To Implement before, to Review and Closed after. */
    CLOSE("close");

    private final String value;

    AutomaticTransition(String value) {
        this.value = value;
    }

    /**
     * @param text {@code true}, {@code false}, {@code close}, or empty to leave it to whoever is asked next
     * @return null for an empty text
     * @throws IllegalArgumentException for any other text
     */
    @CheckForNull
    public static AutomaticTransition parse(@CheckForNull String text) {
        String given = Util.fixEmptyAndTrim(text);
        if (given == null) {
            return null;
        }
        for (AutomaticTransition one : values()) {
            if (one.value.equalsIgnoreCase(given)) {
                return one;
            }
        }
        throw new IllegalArgumentException(Messages.AutomaticTransition_Unknown(given));
    }

    /** For a drop-down, after an empty choice. */
    static ListBoxModel items() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.AutomaticTransition_LeftOut(), "");
        items.add(Messages.AutomaticTransition_Off(), OFF.value);
        items.add(Messages.AutomaticTransition_Review(), REVIEW.value);
        items.add(Messages.AutomaticTransition_Close(), CLOSE.value);
        return items;
    }
}
