package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Descriptor.FormException;

/** Finds, in what the binding of a form threw, the sentence that is meant for people. */
public final class FormErrors {
    private FormErrors() {}

    /** The page that tells it; null where the failure was not about what somebody entered. */
    @CheckForNull
    public static FormException find(@NonNull Throwable failure, @NonNull String field) {
        Throwable innermost = failure;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        // Without the failure as its cause: the page would print it.
        return innermost instanceof IllegalArgumentException && innermost.getMessage() != null
                ? new FormException(innermost.getMessage(), field)
                : null;
    }
}
