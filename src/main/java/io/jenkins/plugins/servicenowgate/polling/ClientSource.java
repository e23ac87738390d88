package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;

/** Returns the client of a connection with the configuration of that moment. */
@FunctionalInterface
public interface ClientSource {
    /**
     * @throws ServiceNowException {@link io.jenkins.plugins.servicenowgate.servicenow.FailureKind#CONFIGURATION} if the
     *     connection does not exist any more, or is configured incorrectly
     */
    @NonNull
    ServiceNowClient get() throws ServiceNowException;
}
