package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ConnectionRuntimes;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.policy.ControlledEnvironment;
import io.jenkins.plugins.servicenowgate.polling.CreationCheck;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jvnet.localizer.Localizable;

/** What the settings of one environment need of an instance, tested with read requests. */
record EnvironmentRequests(
        @NonNull ControlledEnvironment environment, @NonNull ChangeSettings settings) {
    /** A change that does not exist: whether its approvals may be read does not depend on it. */
    private static final SysId NO_CHANGE = new SysId("00000000000000000000000000000000");

    /** One need: throws if it could not be tested, and adds what is missing. */
    @FunctionalInterface
    private interface Need {
        void test(ServiceNowClient client, List<Localizable> missing) throws ServiceNowException;
    }

    /** The environments of each connection, as far as it is named before a job names one. */
    @NonNull
    static Map<String, List<EnvironmentRequests>> byConnection() {
        Map<String, List<EnvironmentRequests>> found = new HashMap<>();
        List<String> all = ServiceNowGateConfiguration.get().getConnections().stream()
                .map(ServiceNowConnection::getName)
                .toList();
        for (ControlledEnvironment environment : ControlledEnvironment.all()) {
            ChangeSettings settings = environment.settings();
            if (settings != null) {
                String named = environment.connection();
                for (String connection : named == null ? all : List.of(named)) {
                    found.computeIfAbsent(connection, name -> new ArrayList<>())
                            .add(new EnvironmentRequests(environment, settings));
                }
            }
        }
        return found;
    }

    /**
     * Sends the requests.
     *
     * @param mayGoOn whether there is time for another one
     */
    @NonNull
    List<SetupFinding> findings(@NonNull String connection, @NonNull BooleanSupplier mayGoOn) {
        List<SetupFinding> findings = new ArrayList<>();
        for (Need need : needs()) {
            if (!mayGoOn.getAsBoolean()) {
                findings.add(finding(Level.UNKNOWN, Messages._Setup_OutOfTime(environment.label(), connection)));
                return findings;
            }
            List<Localizable> missing = new ArrayList<>();
            try {
                need.test(ConnectionRuntimes.get().client(connection), missing);
                missing.forEach(text -> findings.add(
                        finding(Level.MISSING, Messages._Setup_WouldFail(environment.label(), connection, text))));
            } catch (ServiceNowException e) {
                findings.add(finding(
                        e.problem().isTransient() ? Level.UNKNOWN : Level.MISSING,
                        Messages._Setup_NeedFailed(environment.label(), connection, e.localizable())));
            }
        }
        if (findings.isEmpty()) {
            findings.add(finding(Level.WORKS, Messages._Setup_NeedsMet(environment.label(), connection)));
        }
        return findings;
    }

    private List<Need> needs() {
        List<Need> needs = new ArrayList<>();
        needs.add((client, missing) -> missing.addAll(CreationCheck.problems(
                client, settings.standardChangeTemplate(), settings.changeModel(), settings.items())));
        if (settings.duties().separate() || settings.ending().cancelsAbandoned()) {
            needs.add((client, missing) -> client.approvals(List.of(NO_CHANGE)));
        }
        if (settings.duties().separate()) {
            needs.add((client, missing) -> {
                if (client.integrationUser().isEmpty()) {
                    missing.add(Messages._Setup_OwnUserUnknown());
                }
            });
        }
        return needs;
    }

    private SetupFinding finding(Level level, Localizable text) {
        return new SetupFinding(level, text, Place.of(environment.folder()), GuidePage.RIGHTS);
    }
}
