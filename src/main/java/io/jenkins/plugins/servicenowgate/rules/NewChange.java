package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Locale;

/** The kind of change that is created if there is none. */
public sealed interface NewChange {
    /** ServiceNow's name for it. */
    @NonNull
    String label();

    /** The value of the column {@code type}. */
    @NonNull
    default String type() {
        return label().toLowerCase(Locale.ROOT);
    }

    /** Assessed and authorized by people. */
    record Normal() implements NewChange {
        @Override
        public String label() {
            return "Normal";
        }
    }

    /** Authorized without an assessment. */
    record Emergency() implements NewChange {
        @Override
        public String label() {
            return "Emergency";
        }
    }

    /**
     * Approved in advance through its template.
     *
     * @param template name of an active template, exactly
     */
    record Standard(@NonNull String template) implements NewChange {
        @Override
        public String label() {
            return "Standard";
        }
    }
}
