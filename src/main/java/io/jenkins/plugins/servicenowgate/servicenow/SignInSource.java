package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Looks up the current credentials on each call. */
@FunctionalInterface
public interface SignInSource {
    /**
     * @throws ServiceNowException {@link FailureKind#CONFIGURATION} if they are not available
     */
    @NonNull
    SignIn get() throws ServiceNowException;
}
