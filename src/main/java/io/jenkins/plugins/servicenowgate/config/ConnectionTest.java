package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.IntegrationUser;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tests a connection step by step, and reports the result of each step with advice. Sends only read requests to
 * ServiceNow.
 */
final class ConnectionTest {
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);
    private static final Set<String> ADMINISTRATOR_ROLES = Set.of("admin", "security_admin", "maint");

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
        SignIn signIn;
        ServiceNowClient client;
        try {
            signIn = Credentials.signIn(connection);
            client = ClientFactory.create(connection);
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_Settings(e.localizable().toString()));
            return;
        }
        try {
            client.signIn()
                    .ifPresentOrElse(
                            grant -> addGrant(connection, signIn, grant),
                            () -> addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_ApiKey()));
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_SignIn(e.localizable().toString()));
            return;
        }
        testReading(client);
        testUser(client);
        addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_Write());
        testTemplates(client);
        compareClocks(client.clockDifference());
    }

    private void addGrant(ServiceNowConnection connection, SignIn signIn, ServiceNowClient.Grant grant) {
        String who = signIn instanceof SignIn.Password password
                ? password.userName()
                : signIn instanceof SignIn.JwtBearer jwt
                        ? jwt.subject()
                        : Messages.ConnectionTest_Client(connection.getClientId());
        addSuccess(Messages.ConnectionTest_SignedIn(who));
        String scope = grant.scope().isEmpty() ? Messages.ConnectionTest_NoScope() : grant.scope();
        Duration lifetime = Duration.between(Instant.now(), grant.expires());
        addSuccess(Messages.ConnectionTest_Grant(
                signIn.grant(), scope, String.valueOf(Math.max(0, lifetime.toSeconds()))));
    }

    /** What the integration user sees of itself. A missing right is no failure: the gate does not need it. */
    private void testUser(ServiceNowClient client) {
        Optional<IntegrationUser> own;
        try {
            own = client.ownUser();
        } catch (ServiceNowException e) {
            addLine(
                    Messages.ConnectionTest_Untested(),
                    Messages.ConnectionTest_UserFailed(e.localizable().toString()));
            return;
        }
        if (own.isEmpty()) {
            addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_UserUnknown());
            return;
        }
        IntegrationUser user = own.get();
        Boolean machine = user.isMachine();
        if (machine == null) {
            addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_UserKindUnknown(user.name()));
        } else if (machine) {
            addSuccess(Messages.ConnectionTest_UserMachine(user.name()));
        } else {
            addWarning(Messages.ConnectionTest_UserNoMachine(user.name()));
        }
        testRoles(client, user);
    }

    private void testRoles(ServiceNowClient client, IntegrationUser user) {
        try {
            List<String> roles = client.roles(user.sysId());
            List<String> powerful =
                    roles.stream().filter(ADMINISTRATOR_ROLES::contains).toList();
            if (roles.isEmpty()) {
                addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_RolesUnknown(user.name()));
            } else if (powerful.isEmpty()) {
                addSuccess(Messages.ConnectionTest_RolesGood(user.name()));
            } else {
                addWarning(Messages.ConnectionTest_RolesAdministrator(user.name(), String.join(", ", powerful)));
            }
        } catch (ServiceNowException e) {
            addLine(Messages.ConnectionTest_Untested(), Messages.ConnectionTest_RolesUnknown(user.name()));
        }
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
