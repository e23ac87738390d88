package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import io.jenkins.plugins.servicenowgate.policy.RootJob;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A deployment comes to its gate: whether it needs a change, and what of it is kept from then on. */
public final class DeploymentRequestHandler {
    private static final Logger LOGGER = Logger.getLogger(DeploymentRequestHandler.class.getName());

    private DeploymentRequestHandler() {}

    /**
     * Asks for a deployment to go, or goes on asking after a restart. Does I/O: call it on a thread of
     * {@link GateExecutor}. The face hears of the outcome, possibly before this returns.
     *
     * @param host where the deployment is kept
     * @param id of the deployment within its home; the same one after a restart
     * @return the open gate, to be {@link DeploymentGate#abort aborted}; null where the outcome is already known
     */
    @CheckForNull
    public static DeploymentGate open(
            @NonNull DeploymentHost host,
            @NonNull String id,
            @NonNull DeploymentRequest query,
            @NonNull DeploymentGate.GateCallback face) {
        DeploymentRecord record = host.find(id);
        try {
            if (record == null) {
                return begin(host, id, query, face);
            }
            if (record.isBypassedFor(host)) {
                DeploymentGate.goWithoutApproval(host, face, record);
                return null;
            }
            if (record.isEndedUnstarted()) {
                // Refused or aborted before a crash: it is not asked again.
                end(host, id, record.getReason());
                face.refuse(record.getReason());
                return null;
            }
            if (isRequiredNow(host, record)) {
                return refuse(host, id, query, face, Messages.Gate_RequiredAfterwards(record.getEnvironment()));
            }
            return record.getConnection() == null ? settled(record, face) : wait(host, query, face, record);
        } catch (ChangeTitle.BadNameException e) {
            return refuse(host, id, query, face, e.phrase().text());
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "The gate of " + host.name() + " could not be opened.");
            return refuse(host, id, query, face, Messages.Gate_NotOpened(e.toString()));
        }
    }

    /** Whether a deployment that was released without a change needs one by now. */
    public static boolean isRequiredNow(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        return record.isWithoutChange() && GateStatus.isRequiredNow(host.job(), record);
    }

    /** Refuses what never gets to a gate, and keeps that: whoever reads what was refused wants to find this, too. */
    @CheckForNull
    public static DeploymentGate refuse(
            @NonNull DeploymentHost host,
            @NonNull String id,
            @NonNull DeploymentRequest query,
            @NonNull DeploymentGate.GateCallback face,
            @NonNull String why) {
        DeploymentRecord waiting = host.find(id);
        if (waiting == null) {
            DeploymentRecord record = DeploymentRecord.refused(id, project(host, query), query, why);
            try {
                host.add(record);
                DeploymentListener.fireChanged(host, record);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "The refusal of " + host.name() + " could not be stored.");
            }
        } else {
            WorkNotes updates = new WorkNotes(host, waiting);
            updates.endedUnstarted(GateOutcome.REFUSE, why);
            updates.saveQuietly();
            updates.write();
        }
        face.refuse(why);
        return null;
    }

    /** Ends a deployment that waits no more, unless it is over, and writes what is pending about it. */
    public static void end(@NonNull DeploymentHost host, @NonNull String id, @NonNull String why) {
        DeploymentRecord record = host.find(id);
        if (record != null) {
            WorkNotes updates = new WorkNotes(host, record);
            if (!record.isOver()) {
                updates.endedUnstarted(GateOutcome.ABORTED, why);
                updates.saveQuietly();
            }
            updates.write();
        }
    }

    private static String project(DeploymentHost host, DeploymentRequest query) {
        String project = query.project();
        if (project != null) {
            return project;
        }
        Job<?, ?> root = RootJob.of(host.job());
        return ProjectName.of(root == null ? host.job() : root);
    }

    private static DeploymentGate begin(
            DeploymentHost host, String id, DeploymentRequest query, DeploymentGate.GateCallback face)
            throws IOException, ChangeTitle.BadNameException {
        PolicyDecision ruling = ChangeControl.rule(host.job(), query.environment(), query.project());
        if (ruling instanceof PolicyDecision.Misconfigured misconfigured) {
            return refuse(host, id, query, face, misconfigured.why());
        }
        if (ruling instanceof PolicyDecision.Required required) {
            ChangeTitle deployment = query.deployment(required.project());
            deployment.title(ServiceNowGateConfiguration.get().getTitlePrefix());
            if (query.emergency() && !required.settings().allowEmergency()) {
                return refuse(host, id, query, face, Messages.Gate_NoEmergency(query.environment()));
            }
            for (Map.Entry<String, String> field : query.fields().entrySet()) {
                if (!required.settings().mayBeSet(field.getKey(), field.getValue())) {
                    return refuse(
                            host,
                            id,
                            query,
                            face,
                            Messages.PolicyDecision_FieldNotAllowed(
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
                    new StoredChangeSpec(required.settings(), query.emergency(), query.fields()),
                    Instant.now());
            host.add(record);
            ServiceNowConnection connection = ServiceNowGateConfiguration.get().connection(required.connection());
            if (connection != null) {
                host.track(connection);
            }
            return wait(host, query, face, record);
        }
        boolean off = ruling instanceof PolicyDecision.NotEnforced;
        String why = ruling instanceof PolicyDecision.NotEnforced notEnforced
                ? notEnforced.why()
                : ((PolicyDecision.NotRequired) ruling).why();
        if (off) {
            LOGGER.log(
                    Level.WARNING,
                    () -> host.name() + " deploys to " + query.environment() + " without an approved change: " + why);
        }
        ChangeTitle deployment = query.deployment(project(host, query));
        DeploymentRecord record = new DeploymentRecord(id, deployment, Instant.now());
        record.transitionTo(off ? GateOutcome.SWITCHED_OFF : GateOutcome.NOT_REQUIRED, why);
        if (off) {
            record.timeline().start();
        }
        host.add(record);
        host.print(why, null, null);
        DeploymentListener.fireChanged(host, record);
        return settled(record, face);
    }

    private static DeploymentGate settled(DeploymentRecord record, DeploymentGate.GateCallback face) {
        if (record.getDecision().opens()) {
            face.proceed(record);
        } else {
            face.refuse(record.getReason());
        }
        return null;
    }

    private static DeploymentGate wait(
            DeploymentHost host, DeploymentRequest query, DeploymentGate.GateCallback face, DeploymentRecord record)
            throws ChangeTitle.BadNameException {
        String title = new ChangeTitle(record.getProject(), record.getVersion(), record.getEnvironment())
                .title(ServiceNowGateConfiguration.get().getTitlePrefix());
        ChangeSpec request = record.order().request(title, query.number(), query.description(host, record));
        return DeploymentGate.await(host, face, record, request);
    }
}
