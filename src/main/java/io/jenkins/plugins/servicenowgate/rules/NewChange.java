package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
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

    /** Whether a change is of the requested type or model, as {@link #type} has it. */
    static boolean isOfType(@NonNull ChangeRequest change, @NonNull String requested) {
        return actualType(change, requested).equals(requested);
    }

    /** The type of a change, or its model if a model was requested; for a comparison, and for messages. */
    @NonNull
    static String actualType(@NonNull ChangeRequest change, @NonNull String requested) {
        if (!requested.startsWith(OfModel.PREFIX)) {
            return change.type();
        }
        ChangeModel model = change.model();
        return model == null || !model.isReadable() ? "" : new OfModel(model.name()).type();
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
     * As its change model says.
     *
     * @param model name of an active change model, exactly
     */
    record OfModel(@NonNull String model) implements NewChange {
        private static final String PREFIX = "model ";
        /** The column in which the requested type is stored is short. */
        private static final int MAX_NAME = 60;

        @Override
        public String label() {
            return model;
        }

        @Override
        public String type() {
            return PREFIX
                    + (model.length() <= MAX_NAME
                            ? model
                            : model.substring(0, MAX_NAME - 9) + '#' + Integer.toHexString(model.hashCode()));
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
