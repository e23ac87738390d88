package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;

/** The states of the default change life cycle, in its order, with ServiceNow's values and labels. */
public enum ChangeState {
    NEW(-5, "New"),
    ASSESS(-4, "Assess"),
    AUTHORIZE(-3, "Authorize"),
    SCHEDULED(-2, "Scheduled"),
    IMPLEMENT(-1, "Implement"),
    REVIEW(0, "Review"),
    CLOSED(3, "Closed"),
    CANCELED(4, "Canceled");

    private final int value;
    private final String label;

    ChangeState(int value, String label) {
        this.value = value;
        this.label = label;
    }

    /** What stands in the column {@code state}. */
    public int value() {
        return value;
    }

    /** ServiceNow's English label. */
    @NonNull
    public String label() {
        return label;
    }

    /** The state of that value, or null for one outside the default life cycle. */
    @CheckForNull
    public static ChangeState of(int value) {
        for (ChangeState state : values()) {
            if (state.value == value) {
                return state;
            }
        }
        return null;
    }
}
