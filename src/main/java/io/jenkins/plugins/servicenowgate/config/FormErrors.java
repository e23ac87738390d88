package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Descriptor.FormException;

/** Extracts the message for the user from an exception that data binding threw. */
public final class FormErrors {
    private FormErrors() {}

    /**
     * Returns an exception that Jenkins shows as a form error; null if the failure was not caused by the user's input.
     */
    @CheckForNull
    public static FormException find(@NonNull Throwable failure, @NonNull String field) {
        Throwable innermost = failure;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        // No cause is passed, because Jenkins would print its stack trace on the page.
        return innermost instanceof IllegalArgumentException && innermost.getMessage() != null
                ? new FormException(innermost.getMessage(), field)
                : null;
    }
}
