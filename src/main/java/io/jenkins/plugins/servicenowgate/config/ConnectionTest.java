package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Duration;

/** Tries a connection step by step and says of each what came of it and what to check. Changes nothing in ServiceNow. */
final class ConnectionTest {
    private static final Duration SMALL = Duration.ofMinutes(1);

    private final StringBuilder lines = new StringBuilder();
    private FormValidation.Kind worst = FormValidation.Kind.OK;

    private ConnectionTest() {}

    @NonNull
    static FormValidation run(@NonNull ServiceNowConnection connection) {
        ConnectionTest test = new ConnectionTest();
        test.tryAll(connection);
        String markup = "<ul>" + test.lines + "</ul>";
        return switch (test.worst) {
            case OK -> FormValidation.okWithMarkup(markup);
            case WARNING -> FormValidation.warningWithMarkup(markup);
            case ERROR -> FormValidation.errorWithMarkup(markup);
        };
    }

    private void tryAll(ServiceNowConnection connection) {
        String user;
        ServiceNowClient client;
        try {
            user = Credentials.signIn(connection).userName();
            client = Clients.create(connection);
        } catch (ServiceNowException e) {
            failed(Messages.ConnectionTest_Settings(e.phrase().text()));
            return;
        }
        try {
            client.signIn();
        } catch (ServiceNowException e) {
            failed(Messages.ConnectionTest_SignIn(e.phrase().text()));
            return;
        }
        good(Messages.ConnectionTest_SignedIn(
                user == null ? Messages.ConnectionTest_Client(connection.getClientId()) : user));
        tryReading(client);
        line(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_Write());
        tryTemplates(client);
        compareClocks(client.clockDifference());
    }

    private void tryReading(ServiceNowClient client) {
        try {
            if (client.canReadAnyChange()) {
                good(Messages.ConnectionTest_Reads());
            } else {
                doubtful(Messages.ConnectionTest_NoChange());
            }
        } catch (ServiceNowException e) {
            failed(Messages.ConnectionTest_Read(e.phrase().text()));
        }
    }

    private void tryTemplates(ServiceNowClient client) {
        try {
            int templates = client.activeTemplates().size();
            if (templates > 0) {
                good(Messages.ConnectionTest_Templates(templates));
            } else {
                line(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_NoTemplate());
            }
        } catch (ServiceNowException e) {
            doubtful(Messages.ConnectionTest_TemplatesFailed(e.phrase().text()));
        }
    }

    private void compareClocks(Duration ahead) {
        if (ahead == null) {
            line(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_ClockUnknown());
        } else if (ahead.abs().compareTo(SMALL) <= 0) {
            good(Messages.ConnectionTest_ClockAgrees());
        } else {
            doubtful(Messages.ConnectionTest_ClockDiffers(String.valueOf(ahead.toSeconds())));
        }
    }

    private void good(String what) {
        line(Messages.ConnectionTest_Good(), what);
    }

    private void doubtful(String what) {
        if (worst == FormValidation.Kind.OK) {
            worst = FormValidation.Kind.WARNING;
        }
        line(Messages.ConnectionTest_Check(), what);
    }

    private void failed(String what) {
        worst = FormValidation.Kind.ERROR;
        line(Messages.ConnectionTest_Failed(), what);
    }

    private void line(String label, String what) {
        lines.append("<li><strong>")
                .append(Util.escape(label))
                .append("</strong> ")
                .append(Util.escape(what))
                .append("</li>");
    }
}
