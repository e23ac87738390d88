package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.ChangeControl;
import io.jenkins.plugins.servicenowgate.control.ProjectName;
import io.jenkins.plugins.servicenowgate.control.RootJob;
import io.jenkins.plugins.servicenowgate.control.Ruling;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import io.jenkins.plugins.servicenowgate.gate.GateRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A deployment comes to its gate: whether it needs a change, and what of it is kept from then on. */
public final class Arrival {
    private static final Logger LOGGER = Logger.getLogger(Arrival.class.getName());

    private Arrival() {}

    /**
     * Asks for a deployment to go, or goes on asking after a restart. Does I/O: call it on a thread of
     * {@link GateService}. The face hears of the outcome, possibly before this returns.
     *
     * @param home where the deployment is kept
     * @param id of the deployment within its home; the same one after a restart
     * @return the open gate, to be {@link DeploymentGate#abort aborted}; null where the outcome is already known
     */
    @CheckForNull
    public static DeploymentGate open(
            @NonNull Home home, @NonNull String id, @NonNull DeploymentQuery query, @NonNull DeploymentGate.Face face) {
        DeploymentRecord record = home.find(id);
        try {
            if (record == null) {
                return begin(home, id, query, face);
            }
            if (record.isBypassedFor(home)) {
                DeploymentGate.goWithoutApproval(home, face, record);
                return null;
            }
            if (record.isEndedUnstarted()) {
                // Refused or aborted before a crash: it is not asked again.
                end(home, id, record.getReason());
                face.refuse(record.getReason());
                return null;
            }
            if (isRequiredNow(home, record)) {
                return refuse(home, id, query, face, Messages.Gate_RequiredAfterwards(record.getEnvironment()));
            }
            return record.getConnection() == null ? settled(record, face) : wait(home, query, face, record);
        } catch (Deployment.BadNameException e) {
            return refuse(home, id, query, face, e.phrase().text());
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "The gate of " + home.name() + " could not be opened.");
            return refuse(home, id, query, face, Messages.Gate_NotOpened(e.toString()));
        }
    }

    /** Whether a deployment that was released without a change needs one by now. */
    public static boolean isRequiredNow(@NonNull Home home, @NonNull DeploymentRecord record) {
        return record.isWithoutChange() && Standing.isRequiredNow(home.job(), record);
    }

    /** Refuses what never gets to a gate, and keeps that: whoever reads what was refused wants to find this, too. */
    @CheckForNull
    public static DeploymentGate refuse(
            @NonNull Home home,
            @NonNull String id,
            @NonNull DeploymentQuery query,
            @NonNull DeploymentGate.Face face,
            @NonNull String why) {
        DeploymentRecord waiting = home.find(id);
        if (waiting == null) {
            DeploymentRecord record = DeploymentRecord.refused(id, project(home, query), query, why);
            try {
                home.add(record);
                Audit.get().tell(home, record);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "The refusal of " + home.name() + " could not be stored.");
            }
        } else {
            DeploymentBooks books = new DeploymentBooks(home, waiting);
            books.endedUnstarted(Outcome.REFUSE, why);
            books.saveQuietly();
            books.write();
        }
        face.refuse(why);
        return null;
    }

    /** Ends a deployment that waits no more, unless it is over, and writes what is pending about it. */
    public static void end(@NonNull Home home, @NonNull String id, @NonNull String why) {
        DeploymentRecord record = home.find(id);
        if (record != null) {
            DeploymentBooks books = new DeploymentBooks(home, record);
            if (!record.isOver()) {
                books.endedUnstarted(Outcome.ABORTED, why);
                books.saveQuietly();
            }
            books.write();
        }
    }

    private static String project(Home home, DeploymentQuery query) {
        String project = query.project();
        if (project != null) {
            return project;
        }
        Job<?, ?> root = RootJob.of(home.job());
        return ProjectName.of(root == null ? home.job() : root);
    }

    private static DeploymentGate begin(Home home, String id, DeploymentQuery query, DeploymentGate.Face face)
            throws IOException, Deployment.BadNameException {
        Ruling ruling = ChangeControl.rule(home.job(), query.environment(), query.project());
        if (ruling instanceof Ruling.Misconfigured misconfigured) {
            return refuse(home, id, query, face, misconfigured.why());
        }
        if (ruling instanceof Ruling.Required required) {
            Deployment deployment = query.deployment(required.project());
            deployment.title(ServiceNowGateConfiguration.get().getTitlePrefix());
            if (query.emergency() && !required.settings().allowEmergency()) {
                return refuse(home, id, query, face, Messages.Gate_NoEmergency(query.environment()));
            }
            for (Map.Entry<String, String> field : query.fields().entrySet()) {
                if (!required.settings().mayBeSet(field.getKey(), field.getValue())) {
                    return refuse(
                            home,
                            id,
                            query,
                            face,
                            Messages.Ruling_FieldNotAllowed(
                                    field.getKey(),
                                    query.environment(),
                                    String.join(
                                            ", ",
                                            new TreeSet<>(Objects.requireNonNull(
                                                    required.settings().jobFields())))));
                }
            }
            DeploymentRecord record = new DeploymentRecord(
                    id,
                    deployment,
                    required.connection(),
                    new ChangeOrder(required.settings(), query.emergency(), query.fields()),
                    Instant.now());
            home.add(record);
            ServiceNowConnection connection = ServiceNowGateConfiguration.get().connection(required.connection());
            if (connection != null) {
                home.track(connection);
            }
            return wait(home, query, face, record);
        }
        boolean off = ruling instanceof Ruling.SwitchedOff;
        String why = ruling instanceof Ruling.SwitchedOff switchedOff
                ? switchedOff.why()
                : ((Ruling.NotRequired) ruling).why();
        if (off) {
            LOGGER.log(
                    Level.WARNING,
                    () -> home.name() + " deploys to " + query.environment() + " without an approved change: " + why);
        }
        Deployment deployment = query.deployment(project(home, query));
        DeploymentRecord record = new DeploymentRecord(id, deployment, Instant.now());
        record.became(off ? Outcome.SWITCHED_OFF : Outcome.NOT_REQUIRED, why);
        if (off) {
            record.course().start();
        }
        home.add(record);
        home.print(why, null, null);
        Audit.get().tell(home, record);
        return settled(record, face);
    }

    private static DeploymentGate settled(DeploymentRecord record, DeploymentGate.Face face) {
        if (record.getDecision().opens()) {
            face.proceed(record);
        } else {
            face.refuse(record.getReason());
        }
        return null;
    }

    private static DeploymentGate wait(
            Home home, DeploymentQuery query, DeploymentGate.Face face, DeploymentRecord record)
            throws Deployment.BadNameException {
        String title = new Deployment(record.getProject(), record.getVersion(), record.getEnvironment())
                .title(ServiceNowGateConfiguration.get().getTitlePrefix());
        GateRequest request = record.order().request(title, query.number(), query.description(home, record));
        return DeploymentGate.await(home, face, record, request);
    }
}
