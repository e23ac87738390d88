package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Label;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import jenkins.model.Jenkins;

/** Checks the label expression of an environment. */
final class LabelExpression {
    private LabelExpression() {}

    /**
     * @param expression empty or null for no agents
     * @throws IllegalArgumentException if the text is not a label expression
     */
    static void check(@CheckForNull String expression) {
        try {
            Label.parseExpression(Util.fixNull(expression).isEmpty() ? "unused" : expression);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Messages.Environment_BadLabel(expression, e.getMessage()), e);
        }
    }

    /** For the form: an error, or a warning if no agent matches. */
    @NonNull
    static FormValidation validate(@CheckForNull String value) {
        String expression = Util.fixEmptyAndTrim(value);
        if (expression == null || !ConfigurationAccess.mayConfigureSomewhere()) {
            return FormValidation.ok();
        }
        try {
            check(expression);
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
        Label label = Jenkins.get().getLabel(expression);
        return label == null || label.isEmpty()
                ? FormValidation.warning(Messages.Environment_NoAgent(expression))
                : FormValidation.ok();
    }
}
