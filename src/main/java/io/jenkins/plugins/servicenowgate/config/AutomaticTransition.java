package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.Messages;

/** How far the gate itself moves a Standard change through its states. */
public enum AutomaticTransition {
    /** People move it. */
    OFF("false"),
    /** To Implement before the deployment, to Review after it. */
    REVIEW("true"),
    /** As {@link #REVIEW}, and from there to Closed. */
    CLOSE("close");

    private final String text;

    AutomaticTransition(String text) {
        this.text = text;
    }

    /** As people write it. */
    @NonNull
    public String text() {
        return text;
    }

    /** As forms and pages show it, in the viewer's language. */
    @NonNull
    public String label() {
        return switch (this) {
            case OFF -> Messages.AutomaticTransition_Off();
            case REVIEW -> Messages.AutomaticTransition_Review();
            case CLOSE -> Messages.AutomaticTransition_Close();
        };
    }

    /**
     * @return null for a text that leaves it to others
     * @throws IllegalArgumentException for any other text than {@code false}, {@code true} and {@code close}
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

    /** A text that {@link #parse} accepts, trimmed; null for an empty one. */
    @CheckForNull
    public static String check(@CheckForNull String text) {
        AutomaticTransition transition = parse(text);
        return transition == null ? null : transition.text;
    }
}
