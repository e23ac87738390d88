package io.jenkins.plugins.servicenowgate.polling;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/** Parts of the gate by themselves, with an instance that gives the answers of the test: no thread, no network. */
public abstract class ScriptedInstanceTestBase {
    protected static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    protected static final String TITLE = "Jenkins: Deploy shop";
    protected static final String OWN_ERROR = "{\"error\":{\"message\":\"no\"},\"status\":\"failure\"}";
    protected static final String NONE = "{\"result\":[]}";
    protected static final PollingPolicy PACE =
            PollingPolicy.of(Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(5));

    protected final SettableClock clock = new SettableClock(NOW);
    protected final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    protected final ServiceNowClient client =
            instance.client(SignIn.password("client", "secret", "user", "pass"), clock);
    protected NewChange newChange = new NewChange.Normal();
    /** The types of which a change that is found must be; empty for all. */
    protected Set<String> acceptedTypes = Set.of();
    /** What approvers are told, or null. */
    protected ChangeEvidence evidence;
    /** The id of the deployments, or null. */
    protected String deploymentId;

    protected boolean automaticTransition;
    /** In which a change is planned, or null. */
    protected DeploymentWindow window;

    protected final ManualScheduler scheduler = new ManualScheduler(clock);
    protected final RateLimiter rateLimiter = new RateLimiter();
    /** By how much people have set this controller's own clock. */
    protected Duration clockSetBy = Duration.ZERO;

    protected final InstanceClock instanceClock =
            new InstanceClock(() -> clock.instant().plus(clockSetBy));
    /** The client, or what happens instead when it is requested. */
    protected ClientSource clients = () -> client;

    protected final ConnectionContext context = new ConnectionContext(
            () -> clients.get(),
            () -> PACE,
            rateLimiter,
            clock,
            instanceClock,
            () -> 0,
            scheduler.timer(),
            scheduler.workers());

    protected final Set<SysId> finished = new HashSet<>();

    /** A deployment that writes down what it hears, and what its record was when it was saved. */
    public class Waiter extends NoRequirements implements ApprovalListener {
        final ChangeLink record = new ChangeLink();
        final List<Localizable> told = new ArrayList<>();
        final List<String> saved = new ArrayList<>();
        final PendingApproval approval;
        boolean diskFull;
        Runnable whileSaving = () -> {};

        Waiter(String number) {
            Map<String, String> fields = evidence == null ? Map.of("description", "d") : Map.of();
            ChangeSpec spec = new ChangeSpec(TITLE, number, newChange, fields, automaticTransition, acceptedTypes)
                    .withEvidence(evidence)
                    .withWindow(window);
            approval = new PendingApproval(
                    deploymentId == null ? spec : spec.forDeployment(deploymentId), record, this, this, NOW);
        }

        @Override
        public void save() throws IOException {
            whileSaving.run();
            if (diskFull) {
                throw new IOException("disk full");
            }
            saved.add(record.number() + ", " + record.creationsSent() + " sent, the last " + record.creationSent()
                    + (record.created() == null ? "" : ", without its title"));
        }

        @Override
        public void report(Localizable news) {
            told.add(news);
        }

        @Override
        public boolean isFinished(SysId change) {
            return finished.contains(change);
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            throw new AssertionError("only a poller acts on polls");
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            throw new AssertionError("only a poller opens a gate");
        }

        @Override
        public void refuse(Localizable reason) {
            throw new AssertionError("only a poller ends a gate");
        }
    }

    /** A deployment that has found that change. */
    protected Waiter linkedTo(ChangeRequest change) {
        Waiter waiter = new Waiter(null);
        waiter.record.link(change);
        return waiter;
    }

    protected static ChangeRequest change(char sysId, String number, ChangeState state) {
        return change(sysId, number, state, "standard", null);
    }

    protected static ChangeRequest change(char sysId, String number, ChangeState state, String type, Instant start) {
        return ChangeFixture.change()
                .sysId(id(sysId))
                .number(number)
                .title(TITLE)
                .state(state.value())
                .plannedStart(start)
                .type(type)
                .get();
    }

    protected static SysId id(char digit) {
        return new SysId(String.valueOf(digit).repeat(32));
    }

    protected static String row(char sysId, String number, String title) {
        return row(sysId, number, title, -1, true, "");
    }

    protected static String row(char sysId, String number, String title, int state, boolean active, String closeNotes) {
        return """
            {"sys_id":{"value":"%s"},"number":{"value":"%s"},"short_description":{"value":"%s"},\
            "state":{"value":%d},"approval":{"value":"approved"},"on_hold":{"value":false},\
            "type":{"value":"normal"},"chg_model":{"value":""},"active":{"value":%s},"start_date":{"value":""},"end_date":{"value":""},"close_notes":{"value":"%s"}}\
            """.formatted(id(sysId), number, title, state, active, closeNotes);
    }

    /** The same change with another type. */
    protected static String ofType(String type, String row) {
        return row.replace("\"normal\"", "\"" + type + "\"");
    }

    /** The same change, of a model. */
    protected static String ofModel(String name, String row) {
        return row.replace(
                "\"chg_model\":{\"value\":\"\"}",
                "\"chg_model\":{\"value\":\"" + id('e') + "\",\"display_value\":\"" + name + "\"}");
    }

    /** The same change, whose model an access rule hides. */
    protected static String withHiddenModel(String row) {
        return row.replace("\"chg_model\":{\"value\":\"\"},", "");
    }

    /** The same change, created from that version of a template. */
    protected static String fromTemplate(String version, String row) {
        return ofType("standard", row)
                .replace(
                        "\"close_notes\"",
                        "\"std_change_producer_version\":{\"value\":\"" + id('f') + "\",\"display_value\":\"" + version
                                + "\"},\"close_notes\"");
    }

    /** The same change, created for that deployment. */
    protected static String createdBy(String deployment, String display, String row) {
        return row.replaceFirst(
                "\\}$",
                ",\"correlation_id\":{\"value\":\"" + deployment + "\"},\"correlation_display\":{\"value\":\"" + display
                        + "\"}}");
    }

    protected static String list(String... rows) {
        return "{\"result\":[" + String.join(",", rows) + "]}";
    }

    protected static String one(String row) {
        return "{\"result\":" + row + "}";
    }
}
