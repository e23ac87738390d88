package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * The states of the default change life cycle in order, with the values and labels of ServiceNow (product
 * documentation, "State model and transitions").
 */
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

    /** The value of the column {@code state}. */
    public int value() {
        return value;
    }

    /** The English label in ServiceNow. */
    @NonNull
    public String label() {
        return label;
    }

    /** The state with this value; null for a value outside the default life cycle. */
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
