package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.Messages;

/** How far the plugin moves a Standard change through its states. */
public enum AutomaticTransition {
    /** The plugin does not change the state. */
    OFF("false"),
    /** To Implement before the deployment and to Review after it. */
    REVIEW("true"),
    /** Like {@link #REVIEW}, then to Closed. */
    CLOSE("close");

    private final String text;

    AutomaticTransition(String text) {
        this.text = text;
    }

    /** The value in configuration: {@code false}, {@code true} or {@code close}. */
    @NonNull
    public String text() {
        return text;
    }

    /** The label for forms and pages, in the viewer's language. */
    @NonNull
    public String label() {
        return switch (this) {
            case OFF -> Messages.AutomaticTransition_Off();
            case REVIEW -> Messages.AutomaticTransition_Review();
            case CLOSE -> Messages.AutomaticTransition_Close();
        };
    }

    /**
     * @return null for a null or blank text, which inherits the setting
     * @throws IllegalArgumentException for any text other than {@code false}, {@code true} and {@code close}
     */
    @CheckForNull
    public static AutomaticTransition parse(@CheckForNull String text) {
        String given = Util.fixEmptyAndTrim(text);
        if (given == null) {
            return null;
        }
        for (AutomaticTransition transition : values()) {
            if (transition.text.equals(given)) {
                return transition;
            }
        }
        throw new IllegalArgumentException(Messages.AutomaticTransition_Unknown(given));
    }

    /** Returns the trimmed text if {@link #parse} accepts it; null for a null or blank text. */
    @CheckForNull
    public static String check(@CheckForNull String text) {
        AutomaticTransition transition = parse(text);
        return transition == null ? null : transition.text;
    }
}
