package io.jenkins.plugins.servicenowgate.rehearsal;

import io.jenkins.plugins.servicenowgate.polling.ApprovalListener;
import io.jenkins.plugins.servicenowgate.polling.ChangeLink;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.polling.InstanceClock;
import io.jenkins.plugins.servicenowgate.polling.NoRequirements;
import io.jenkins.plugins.servicenowgate.polling.PendingApproval;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.polling.RateLimiter;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jvnet.localizer.Localizable;

/**
 * The gate in a terminal: the same core that runs in Jenkins, against the simulator or a real instance, so that a
 * ServiceNow administrator can try accounts, roles and approvals before anybody configures Jenkins.
 */
public final class RehearsalMain {
    private final PrintStream out;

    private RehearsalMain(PrintStream out) {
        this.out = out;
    }

    public static void main(String... arguments) {
        System.exit(run(new PrintStream(System.out, true, StandardCharsets.UTF_8), arguments));
    }

    /** Returns the exit code of the command. */
    static int run(PrintStream out, String... arguments) {
        if (List.of(arguments).contains("--help")) {
            out.println(Options.USAGE);
            return 0;
        }
        try {
            return new RehearsalMain(out).run(Options.parse(arguments)) ? 0 : 1;
        } catch (IllegalArgumentException | ChangeTitle.BadNameException e) {
            out.println(e.getMessage());
            out.println();
            out.println(Options.USAGE);
            return 2;
        }
    }

    private boolean run(Options options) throws ChangeTitle.BadNameException {
        String title = new ChangeTitle(
                        options.get("project", "rehearsal"),
                        options.get("version", "1.0.1"),
                        options.get("environment", "Production"))
                .title(options.get("title-prefix", "Jenkins"));
        String number = options.get("number", null);
        if (!options.isSimulated()) {
            SignIn signIn = signIn(options);
            return agreed(options, title, number)
                    && gate(options, options.get("base-url", ""), signIn, title, options.poll(10));
        }
        int poll = options.poll(2);
        int port = Integer.parseInt(System.getenv().getOrDefault("SIMULATOR_PORT", "0"));
        try (ServiceNowSimulator simulator =
                ServiceNowSimulator.builder().port(port).start()) {
            out.println(
                    "The ServiceNow simulator is at " + simulator.baseUrl() + "/simulator; in 6 seconds somebody"
                            + " there asks for approval, in 12 it is given, and the change has a task. Who is quicker may click there.");
            ScheduledExecutorService people = Executors.newSingleThreadScheduledExecutor();
            people.schedule(
                    () -> simulator.changes().forEach(c -> simulator.people().advance(c.number())),
                    6,
                    TimeUnit.SECONDS);
            people.schedule(
                    () -> simulator.changes().forEach(c -> {
                        simulator.addTask(c.number(), "Tell support about the deployment");
                        simulator.people().approve(c.number());
                    }),
                    12,
                    TimeUnit.SECONDS);
            try {
                SignIn signIn = SignIn.password(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD);
                return gate(options, simulator.baseUrl(), signIn, title, poll);
            } finally {
                people.shutdownNow();
            }
        }
    }

    private static SignIn signIn(Options options) {
        String user = options.get("user", null);
        String secret = Terminal.secret("SERVICENOW_CLIENT_SECRET", "Client secret");
        return user == null
                ? SignIn.clientCredentials(options.get("client-id", ""), secret)
                : SignIn.password(
                        options.get("client-id", ""),
                        secret,
                        user,
                        Terminal.secret("SERVICENOW_PASSWORD", "Password of " + user));
    }

    private boolean agreed(Options options, String title, String number) {
        out.println("This signs in to " + InstanceUrl.parse(options.get("base-url", "")) + " and then");
        out.println(
                number != null
                        ? "- reads the change " + number
                                + " repeatedly until the deployment is released or refused; it creates nothing."
                        : "- searches for an open change with exactly this title: " + title + "\n"
                                + "- creates a Normal change of this title if there is none\n"
                                + "- reads that change repeatedly until the deployment is released or refused.");
        if (!options.after().isEmpty()) {
            out.println(
                    "- after the release pretends to deploy for three seconds, then writes a work note and moves the"
                            + " change to " + (options.after().equals("close") ? "Review and Closed" : "Review")
                            + (options.closesTasks() ? ", and closes its open tasks." : "."));
        }
        out.println("Nothing else is read or written.");
        return options.yes() || Terminal.isConfirmed(out);
    }

    private boolean gate(Options options, String baseUrl, SignIn signIn, String title, int pollSeconds) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            ServiceNowClient client = new ServiceNowClient(
                    HttpClients.create(HttpClients.Timeouts.DEFAULT),
                    InstanceUrl.parse(baseUrl),
                    () -> signIn,
                    Clock.systemUTC());
            Duration interval = Duration.ofSeconds(pollSeconds);
            PollingPolicy policy = PollingPolicy.of(interval, interval, interval);
            ConnectionContext context = new ConnectionContext(
                    () -> client,
                    () -> policy,
                    new RateLimiter(),
                    Clock.systemUTC(),
                    new InstanceClock(Clock.systemUTC()),
                    new Random(),
                    timer,
                    workers);
            String number = options.get("number", null);
            String id = UUID.randomUUID().toString();
            CompletableFuture<Boolean> outcome = new CompletableFuture<>();
            ChangeLink record = new ChangeLink();
            Map<String, String> fields = Map.of("description", "A rehearsal of the deployment gate, without Jenkins.");
            Listener listener = new Listener(record, client.instance(), outcome);
            new ChangePoller(context)
                    .start(new PendingApproval(
                            new ChangeSpec(title, number, new NewChange.Normal(), fields, false).forDeployment(id),
                            record,
                            listener,
                            new NoRequirements(),
                            Instant.now()));
            return outcome.join() && (options.after().isEmpty() || deploy(context, record, id, options));
        } finally {
            timer.shutdownNow();
            workers.shutdownNow();
        }
    }

    /** Pretends to deploy, and ends the change. */
    private boolean deploy(ConnectionContext context, ChangeLink record, String id, Options options) {
        Instant start = context.instanceClock().instant();
        out.println("             Deploying …");
        CompletableFuture<Void> deployed = new CompletableFuture<>();
        context.timer().schedule(() -> deployed.complete(null), 3, TimeUnit.SECONDS);
        deployed.join();
        return new EndOfChange(out).write(context, record, id, options, start);
    }

    private final class Listener implements ApprovalListener {
        private final ChangeLink record;
        private final InstanceUrl instance;
        private final CompletableFuture<Boolean> outcome;
        private boolean linkShown;

        Listener(ChangeLink record, InstanceUrl instance, CompletableFuture<Boolean> outcome) {
            this.record = record;
            this.instance = instance;
            this.outcome = outcome;
        }

        @Override
        public void save() {
            // A rehearsal that crashes starts anew, and finds its change by the title.
        }

        @Override
        public void report(Localizable news) {
            out.println("[ServiceNow] " + news.toString());
            if (!linkShown && record.isLinked()) {
                linkShown = true;
                out.println("             " + instance.changeLink(record.sysId()));
            }
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            // What changed is told already.
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            out.println("[ServiceNow] " + change.number() + " is in " + change.stateLabel()
                    + "; the deployment is released.");
            outcome.complete(true);
        }

        @Override
        public void refuse(Localizable reason) {
            out.println("[ServiceNow] " + reason.toString());
            outcome.complete(false);
        }
    }
}
