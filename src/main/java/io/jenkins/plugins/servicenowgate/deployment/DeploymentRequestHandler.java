package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.rules.BuildVariables;
import io.jenkins.plugins.servicenowgate.rules.ChangeFields;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Handles the request for a deployment: is a change required, and what is stored of it? Then the deployment waits. */
public final class DeploymentRequestHandler {
    private static final Logger LOGGER = Logger.getLogger(DeploymentRequestHandler.class.getName());

    private final DeploymentHost host;
    private final String id;
    private final DeploymentRequest request;
    private final GateCallback callback;

    private DeploymentRequestHandler(DeploymentHost host, String id, DeploymentRequest request, GateCallback callback) {
        this.host = host;
        this.id = id;
        this.request = request;
        this.callback = callback;
    }

    /**
     * Requests a deployment, or continues the request after a restart. Does I/O: call it on a thread of
     * {@link GateExecutor}. The callback is called with the outcome, possibly before this method returns.
     *
     * @param host stores the deployment
     * @param id of the deployment; the same one after a restart
     * @return the waiting deployment, for {@link Deployment#abort}; null if the outcome is already known
     */
    @CheckForNull
    public static Deployment open(
            @NonNull DeploymentHost host,
            @NonNull String id,
            @NonNull DeploymentRequest request,
            @NonNull GateCallback callback) {
        return new DeploymentRequestHandler(host, id, request, callback).openOrResume();
    }

    /** Refuses a request before its gate, and stores the refusal, so that it is shown with the others. */
    public static void refuse(
            @NonNull DeploymentHost host,
            @NonNull String id,
            @NonNull DeploymentRequest request,
            @NonNull GateCallback callback,
            @NonNull String why) {
        new DeploymentRequestHandler(host, id, request, callback).refuse(why);
    }

    /** Ends a deployment that does not wait any more, unless it is over, and sends what is pending about it. */
    public static void end(@NonNull DeploymentHost host, @NonNull String id, @NonNull String why) {
        DeploymentRecord record = host.find(id);
        if (record != null) {
            owner(host, record).endUnstarted(DeploymentState.ABORTED, why);
        }
    }

    /** The build of a queue item takes over its deployment. */
    public static void moveToBuild(@NonNull BuildHost build, @NonNull DeploymentRecord record) throws IOException {
        build.add(record);
        track(build, record.getConnection());
        owner(build, record).notifyListeners(null);
    }

    /** Whether a deployment that was released without a change requires one by now. */
    public static boolean isRequiredNow(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        return record.isWithoutChange()
                && ChangeControl.isRequired(host.job(), record.getEnvironment(), record.getProject());
    }

    private static Deployment owner(DeploymentHost host, DeploymentRecord record) {
        Deployment deployment = DeploymentRegistry.get().ownerOf(host, record);
        deployment.moveTo(host);
        return deployment;
    }

    private static void track(DeploymentHost host, @CheckForNull String connection) {
        ServiceNowConnection known =
                connection == null ? null : ServiceNowGateConfiguration.get().connection(connection);
        if (known != null) {
            host.track(known);
        }
    }

    @CheckForNull
    private Deployment openOrResume() {
        DeploymentRecord record = host.find(id);
        try {
            return record == null ? begin() : resume(record);
        } catch (ChangeTitle.BadNameException e) {
            return refuse(e.localizable().toString());
        } catch (ChangeFields.BadFieldException e) {
            // Of a stored step or environment, which no form or constructor has validated.
            return refuse(e.getMessage());
        } catch (IOException | RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not open the gate of " + host.name());
            return refuse(Messages.Gate_NotOpened(e.toString()));
        }
    }

    private Deployment resume(DeploymentRecord record) throws ChangeTitle.BadNameException {
        if (record.isBypassedFor(host)) {
            owner(host, record).proceedBypassed(null, callback);
            return null;
        }
        if (record.isEndedUnstarted()) {
            // Refused or aborted before a crash: it is not requested again.
            owner(host, record).sendPending();
            callback.refuse(record.getReason());
            return null;
        }
        if (isRequiredNow(host, record)) {
            return refuse(Messages.Gate_RequiredAfterwards(record.getEnvironment()));
        }
        if (record.isWithoutChange()) {
            return settle(record);
        }
        // Nothing that the plugin stores was released without a connection, except what needs no change.
        return record.getConnection() == null ? refuse(Messages.Gate_NotReadable()) : await(record, true);
    }

    private Deployment begin() throws IOException, ChangeTitle.BadNameException {
        BuildVariables variables = BuildVariables.of(request.variables());
        PolicyDecision decision = ChangeControl.rule(host.job(), request.environment(), request.project(), variables);
        if (decision instanceof PolicyDecision.Misconfigured misconfigured) {
            return refuse(misconfigured.why());
        }
        if (decision instanceof PolicyDecision.Required required) {
            return beginWithChange(required, variables);
        }
        return decision instanceof PolicyDecision.NotEnforced notEnforced
                ? beginWithoutChange(GateOutcome.SWITCHED_OFF, notEnforced.why())
                : beginWithoutChange(GateOutcome.NOT_REQUIRED, ((PolicyDecision.NotRequired) decision).why());
    }

    private Deployment beginWithChange(PolicyDecision.Required required, BuildVariables variables)
            throws IOException, ChangeTitle.BadNameException {
        ChangeTitle title = request.deployment(required.project());
        // Names that cannot be part of a title are refused before anything is stored.
        title.title(ServiceNowGateConfiguration.get().getTitlePrefix());
        ChangeSettings settings = required.settings();
        if (request.emergency() && !settings.allowEmergency()) {
            return refuse(Messages.Gate_NoEmergency(request.environment()));
        }
        Map<String, String> fields = new LinkedHashMap<>(request.fields());
        try {
            fields.replaceAll((column, value) -> variables.expand("fields: " + column, value));
        } catch (IllegalArgumentException e) {
            return refuse(e.getMessage());
        }
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (!settings.mayBeSet(field.getKey(), field.getValue())) {
                String allowed = String.join(", ", new TreeSet<>(Objects.requireNonNull(settings.jobFields())));
                return refuse(Messages.PolicyDecision_FieldNotAllowed(field.getKey(), request.environment(), allowed));
            }
        }
        for (Map.Entry<ItemSetting, String> item : request.items().entrySet()) {
            if (!settings.mayBeSet(item.getKey(), item.getValue())) {
                return refuse(
                        Messages.PolicyDecision_ItemNotAllowed(item.getKey().setting(), request.environment()));
            }
        }
        DeploymentWindow window = request.window();
        if (window != null && !settings.mayBeSet(window)) {
            DeploymentWindow decided = settings.window();
            return refuse(Messages.PolicyDecision_WindowNotAllowed(
                    window.text(),
                    request.environment(),
                    decided == null ? Messages.PolicyDecision_None() : decided.text()));
        }
        StoredChangeSpec spec = new StoredChangeSpec(
                settings,
                request.emergency(),
                fields,
                ProjectName.ofRoot(host.job()),
                request.evidence().masked(host.origin()),
                request.items(),
                window,
                variables.used());
        String date = spec.plannedTwice();
        if (date != null) {
            return refuse(Messages.PolicyDecision_WindowAndDate(date));
        }
        ItemSetting twice = spec.setTwice();
        if (twice != null) {
            return refuse(Messages.PolicyDecision_ItemTwice(twice.column(), twice.setting()));
        }
        DeploymentRecord record = new DeploymentRecord(id, title, required.connection(), spec, Instant.now());
        host.add(record);
        track(host, required.connection());
        return await(record, false);
    }

    private Deployment await(DeploymentRecord record, boolean resumed) throws ChangeTitle.BadNameException {
        String title = new ChangeTitle(record.getProject(), record.getVersion(), record.getEnvironment())
                .title(ServiceNowGateConfiguration.get().getTitlePrefix());
        Deployment deployment = owner(host, record);
        EvidenceSettings wanted = record.spec().evidence();
        if (wanted == null || record.evidence() != null || record.changeLink().isLinked()) {
            awaitChange(deployment, title, resumed);
        } else {
            host.change(() -> record.reportGathering());
            deployment.gather(request.query(host, record, wanted), callback, (evidence, missing) -> {
                try {
                    deployment.recordEvidence(evidence, missing);
                    awaitChange(deployment, title, resumed);
                } catch (RuntimeException | Error e) {
                    LOGGER.log(Level.WARNING, e, () -> "Could not open the gate of " + host.name());
                    deployment.refuse(Messages.Gate_NotOpened(e.toString()), callback);
                }
            });
        }
        return deployment;
    }

    private void awaitChange(Deployment deployment, String title, boolean resumed) {
        DeploymentRecord record = deployment.record();
        ChangeEvidence evidence = record.evidence();
        if (record.spec().requiresSameArtifacts(null) && record.archivedArtifacts() == null) {
            // It would be refused after its approval.
            deployment.refuse(Messages.Evidence_NothingToCompare(), callback);
            return;
        }
        ChangeSpec spec = record.spec().toSpec(title, request.number(), request.description(host, record), evidence);
        deployment.await(spec, callback, resumed);
    }

    private Deployment beginWithoutChange(GateOutcome outcome, String why) throws IOException {
        boolean unenforced = outcome == GateOutcome.SWITCHED_OFF;
        if (unenforced) {
            LOGGER.log(
                    Level.WARNING,
                    () -> host.name() + " deploys to " + request.environment() + " without an approved change: " + why);
        }
        DeploymentRecord record = new DeploymentRecord(id, request.deployment(project()), Instant.now());
        record.transitionTo(outcome, why);
        if (unenforced) {
            record.timeline().start();
        }
        host.add(record);
        host.print(why, null, null);
        notifyAdded(record);
        return settle(record);
    }

    private Deployment settle(DeploymentRecord withoutChange) {
        callback.proceed(withoutChange);
        return null;
    }

    private Deployment refuse(String why) {
        DeploymentRecord waiting = host.find(id);
        if (waiting != null) {
            owner(host, waiting).refuse(why, callback);
            return null;
        }
        DeploymentRecord record = DeploymentRecord.refused(id, project(), request, why);
        try {
            host.add(record);
            notifyAdded(record);
        } catch (IOException | RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the refusal of " + host.name());
        }
        callback.refuse(why);
        return null;
    }

    private void notifyAdded(DeploymentRecord record) {
        DeploymentListener.fireChanged(
                new Deployment(host, record, DeploymentRegistry.get()),
                DeploymentState.REQUESTED,
                DeploymentState.of(record));
    }

    private String project() {
        String project = request.project();
        return project == null ? ProjectName.ofRoot(host.job()) : project;
    }
}
