package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;

/** Tries a connection step by step and says which step failed and what to check. Changes nothing in ServiceNow. */
final class ConnectionTest {
    private ConnectionTest() {}

    @NonNull
    static FormValidation run(@NonNull ServiceNowConnection connection) {
        String user;
        ServiceNowClient client;
        try {
            user = Credentials.signIn(connection).userName();
            client = Clients.create(connection);
        } catch (ServiceNowException e) {
            return FormValidation.error(
                    Messages.ConnectionTest_Settings(e.phrase().text()));
        }
        try {
            client.signIn();
        } catch (ServiceNowException e) {
            return FormValidation.error(
                    Messages.ConnectionTest_SignIn(e.phrase().text()));
        }
        String who = user == null ? Messages.ConnectionTest_Client(connection.getClientId()) : user;
        try {
            return client.canReadAnyChange()
                    ? FormValidation.ok(Messages.ConnectionTest_Ok(who))
                    : FormValidation.warning(Messages.ConnectionTest_NoChange(who));
        } catch (ServiceNowException e) {
            return FormValidation.error(
                    Messages.ConnectionTest_Read(who, e.phrase().text()));
        }
    }
}
