package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.polling.ClientSource;
import io.jenkins.plugins.servicenowgate.servicenow.IntegrationUser;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Tests a connection step by step, and reports the result of each step with advice. Sends only read requests to
 * ServiceNow.
 */
@Restricted(NoExternalUse.class)
public final class ConnectionTest {
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);
    private static final Set<String> ADMINISTRATOR_ROLES = Set.of("admin", "security_admin", "maint");

    private final List<Step> steps = new ArrayList<>();

    /** The result of a step, as a sentence. */
    public record Step(@NonNull Result result, @NonNull String text) {}

    /** How a step ended. */
    public enum Result {
        GOOD,
        UNTESTED,
        CHECK,
        FAILED
    }

    private ConnectionTest() {}

    @NonNull
    static FormValidation run(@NonNull ServiceNowConnection connection) {
        List<Step> steps = steps(connection, () -> ClientFactory.create(connection));
        StringBuilder lines = new StringBuilder();
        for (Step step : steps) {
            lines.append("<li><strong>")
                    .append(Util.escape(label(step.result())))
                    .append("</strong> ")
                    .append(Util.escape(step.text()))
                    .append("</li>");
        }
        String markup = "<ul>" + lines + "</ul>";
        return switch (worst(steps)) {
            case GOOD, UNTESTED -> FormValidation.okWithMarkup(markup);
            case CHECK -> FormValidation.warningWithMarkup(markup);
            case FAILED -> FormValidation.errorWithMarkup(markup);
        };
    }

    private static Result worst(List<Step> steps) {
        return steps.stream().map(Step::result).max(Comparator.naturalOrder()).orElse(Result.UNTESTED);
    }

    private static String label(Result result) {
        return switch (result) {
            case GOOD -> Messages.ConnectionTest_Good();
            case UNTESTED -> Messages.ConnectionTest_Untested();
            case CHECK -> Messages.ConnectionTest_Check();
            case FAILED -> Messages.ConnectionTest_Failed();
        };
    }

    /**
     * The results of all steps.
     *
     * @param clients the client of the connection
     */
    @NonNull
    public static List<Step> steps(@NonNull ServiceNowConnection connection, @NonNull ClientSource clients) {
        ConnectionTest test = new ConnectionTest();
        test.runSteps(connection, clients);
        return List.copyOf(test.steps);
    }

    private void runSteps(ServiceNowConnection connection, ClientSource clients) {
        SignIn signIn;
        ServiceNowClient client;
        try {
            signIn = Credentials.signIn(connection);
            client = clients.get();
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_Settings(e.localizable().toString()));
            return;
        }
        try {
            client.signIn()
                    .ifPresentOrElse(
                            grant -> addGrant(connection, signIn, grant),
                            () -> addUntested(Messages.ConnectionTest_ApiKey()));
        } catch (ServiceNowException e) {
            addError(Messages.ConnectionTest_SignIn(e.localizable().toString()));
            return;
        }
        testReading(client);
        testUser(client);
        addUntested(Messages.ConnectionTest_Write());
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
            addUntested(Messages.ConnectionTest_UserFailed(e.localizable().toString()));
            return;
        }
        if (own.isEmpty()) {
            addUntested(Messages.ConnectionTest_UserUnknown());
            return;
        }
        IntegrationUser user = own.get();
        Boolean machine = user.isMachine();
        if (machine == null) {
            addUntested(Messages.ConnectionTest_UserKindUnknown(user.name()));
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
                addUntested(Messages.ConnectionTest_RolesUnknown(user.name()));
            } else if (powerful.isEmpty()) {
                addSuccess(Messages.ConnectionTest_RolesGood(user.name()));
            } else {
                addWarning(Messages.ConnectionTest_RolesAdministrator(user.name(), String.join(", ", powerful)));
            }
        } catch (ServiceNowException e) {
            addUntested(Messages.ConnectionTest_RolesUnknown(user.name()));
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
                addUntested(Messages.ConnectionTest_NoTemplate());
            }
        } catch (ServiceNowException e) {
            addWarning(Messages.ConnectionTest_TemplatesFailed(e.localizable().toString()));
        }
    }

    private void compareClocks(Duration difference) {
        if (difference == null) {
            addUntested(Messages.ConnectionTest_ClockUnknown());
        } else if (difference.abs().compareTo(MAX_CLOCK_DIFFERENCE) <= 0) {
            addSuccess(Messages.ConnectionTest_ClockAgrees());
        } else {
            addWarning(Messages.ConnectionTest_ClockDiffers(String.valueOf(difference.toSeconds())));
        }
    }

    private void addSuccess(String text) {
        steps.add(new Step(Result.GOOD, text));
    }

    private void addUntested(String text) {
        steps.add(new Step(Result.UNTESTED, text));
    }

    private void addWarning(String text) {
        steps.add(new Step(Result.CHECK, text));
    }

    private void addError(String text) {
        steps.add(new Step(Result.FAILED, text));
    }
}
