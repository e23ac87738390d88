package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;

/**
 * Tests a connection step by step, and reports the result of each step with advice. Sends only read requests to
 * ServiceNow.
 */
final class ConnectionTest {
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    private final StringBuilder lines = new StringBuilder();
    private FormValidation.Kind worst = FormValidation.Kind.OK;

    private ConnectionTest() {}

    @NonNull
    static FormValidation run(@NonNull ServiceNowConnection connection) {
        ConnectionTest test = new ConnectionTest();
        test.runSteps(connection);
        String markup = "<ul>" + test.lines + "</ul>";
        return switch (test.worst) {
            case OK -> FormValidation.okWithMarkup(markup);
            case WARNING -> FormValidation.warningWithMarkup(markup);
            case ERROR -> FormValidation.errorWithMarkup(markup);
        };
    }

    private void runSteps(ServiceNowConnection connection) {
        String user;
        ServiceNowClient client;
        try {
            user = Credentials.signIn(connection).userName();
            client = ClientFactory.create(connection);
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_Settings(e.localizable().toString()));
            return;
        }
        try {
            client.signIn();
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_SignIn(e.localizable().toString()));
            return;
        }
        addSuccess(Messages.ConnectionTest_SignedIn(
                user == null ? Messages.ConnectionTest_Client(connection.getClientId()) : user));
        testReading(client);
        addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_Write());
        testTemplates(client);
        compareClocks(client.clockDifference());
    }

    private void testReading(ServiceNowClient client) {
        try {
            if (client.canReadAnyChange()) {
                addSuccess(Messages.ConnectionTest_Reads());
            } else {
                addWarning(Messages.ConnectionTest_NoChange());
            }
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_Read(e.localizable().toString()));
        }
    }

    private void testTemplates(ServiceNowClient client) {
        try {
            int templates = client.activeTemplates().size();
            if (templates > 0) {
                addSuccess(Messages.ConnectionTest_Templates(templates));
            } else {
                addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_NoTemplate());
            }
        } catch (ServiceNowException e) {
            addWarning(Messages.ConnectionTest_TemplatesFailed(e.localizable().toString()));
        }
    }

    private void compareClocks(Duration difference) {
        if (difference == null) {
            addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_ClockUnknown());
        } else if (difference.abs().compareTo(MAX_CLOCK_DIFFERENCE) <= 0) {
            addSuccess(Messages.ConnectionTest_ClockAgrees());
        } else {
            addWarning(Messages.ConnectionTest_ClockDiffers(String.valueOf(difference.toSeconds())));
        }
    }

    private void addSuccess(String text) {
        addLine(Messages.ConnectionTest_Good(), text);
    }

    private void addWarning(String text) {
        if (worst == FormValidation.Kind.OK) {
            worst = FormValidation.Kind.WARNING;
        }
        addLine(Messages.ConnectionTest_Check(), text);
    }

    private void addError(String text) {
        worst = FormValidation.Kind.ERROR;
        addLine(Messages.ConnectionTest_Failed(), text);
    }

    private void addLine(String label, String text) {
        lines.append("<li><strong>")
                .append(Util.escape(label))
                .append("</strong> ")
                .append(Util.escape(text))
                .append("</li>");
    }
}
