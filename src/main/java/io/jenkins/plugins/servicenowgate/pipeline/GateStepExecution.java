package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ReservedAgents;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.config.WindowSettings;
import io.jenkins.plugins.servicenowgate.deployment.BuildHost;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequestHandler;
import io.jenkins.plugins.servicenowgate.deployment.GateCallback;
import io.jenkins.plugins.servicenowgate.deployment.GateExecutor;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;

/**
 * Waits at a gate. Stores only the parameters and the deployment's id; everything else is in the build's record, so
 * that after a restart the gate only needs to be opened again.
 */
final class GateStepExecution extends StepExecution implements GateCallback {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(GateStepExecution.class.getName());

    private final String environment;
    private final String version;
    private final String project;
    private final String changeRequestNumber;
    private final boolean emergency;
    private final LinkedHashMap<String, String> fields;
    /** Null for nothing; also in steps that an earlier version stored. */
    private final EvidenceSettings evidence;

    private final boolean sameArtifacts;
    private final String configurationItem;
    private final String service;
    /** Null for none; also in steps that an earlier version stored. */
    private final WindowSettings window;

    private final boolean withBody;
    private final String id = UUID.randomUUID().toString();

    private BodyExecution body;

    /**
     * Whether the body has started. Set and stored on the CPS VM thread. {@link #body} is set on another thread and may
     * be stored before the body is part of the program; after a crash such a body would never start.
     */
    private boolean begun;

    private transient Deployment owner;
    private transient boolean ended;

    /** The cause of a stop request that came after the wait had ended and before the body was started. */
    private transient Throwable pendingStop;

    GateStepExecution(StepContext context, AbstractGateStep step, boolean withBody) {
        super(context);
        this.environment = step.getEnvironment();
        this.version = step.getVersion();
        this.project = step.getProject();
        this.changeRequestNumber = step.getChangeRequestNumber();
        this.emergency = step.isEmergency();
        this.fields = new LinkedHashMap<>(step.getFields());
        this.evidence = step.getEvidence();
        this.sameArtifacts = step.isSameArtifacts();
        this.configurationItem = step.getConfigurationItem();
        this.service = step.getService();
        this.window = step.getWindow();
        this.withBody = withBody;
    }

    @Override
    public boolean start() {
        GateExecutor.get().execute(this::open);
        return false;
    }

    @Override
    public void onResume() {
        BodyExecution stored;
        synchronized (this) {
            if (!begun) {
                body = null;
            }
            stored = body;
        }
        if (stored == null) {
            // The poller distributes the polls of deployments that are resumed at the same time.
            GateExecutor.get().execute(this::open);
        } else if (stored.isDone()) {
            // The program was stored before it received the result of the body, so the result is reported again.
            GateExecutor.get().execute(() -> reportBodyResult(stored));
        }
    }

    /** Called on the CPS VM thread. */
    synchronized void recordBodyStarted() {
        begun = true;
    }

    private void reportBodyResult(BodyExecution stored) {
        StepContext context = getContext();
        try {
            Object result = stored.get();
            DeploymentBodyCallback.finishDeployment(context, id, Result.SUCCESS, null);
            context.onSuccess(result);
        } catch (ExecutionException e) {
            DeploymentBodyCallback.finishDeployment(context, id, Result.SUCCESS, e.getCause());
            context.onFailure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.onFailure(e);
        }
    }

    private void open() {
        try {
            StepContext context = getContext();
            Run<?, ?> run = context.get(Run.class);
            EnvVars variables = context.get(EnvVars.class);
            pause(context.get(FlowNode.class));
            DeploymentRequest request = DeploymentRequest.of(
                            run, environment, version, project, changeRequestNumber, emergency, fields, variables)
                    .with(evidenceRequest(context, variables))
                    .withItems(ItemSetting.of(configurationItem, service))
                    .withWindow(window == null ? null : window.window())
                    .withVariables(variables, sensitive(context));
            synchronized (this) {
                if (ended) {
                    return;
                }
            }
            Deployment opened = DeploymentRequestHandler.open(
                    new BuildHost(run, context.get(TaskListener.class)), id, request, this);
            boolean late;
            synchronized (this) {
                owner = opened;
                late = ended;
            }
            if (late && opened != null) {
                opened.abort(Messages.Gate_Aborted());
            }
        } catch (AbortException e) {
            refuse(e.getMessage());
        } catch (IOException | RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not open a ServiceNow gate.");
            refuse(Messages.Gate_NotOpened(e.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(Messages.Gate_NotOpened(e.toString()));
        }
    }

    private EvidenceRequest evidenceRequest(StepContext context, EnvVars variables)
            throws IOException, InterruptedException {
        Set<String> secrets = new HashSet<>();
        sensitive(context).forEach(name -> secrets.add(variables.get(name, "")));
        return new EvidenceRequest(
                evidence == null ? new EvidenceSettings() : evidence, sameArtifacts, secrets, workspace(context));
    }

    /** Null without a workspace, and while its agent is not connected, as after a restart: no gate waits for an agent. */
    private static FilePath workspace(StepContext context) throws InterruptedException {
        try {
            return context.get(FilePath.class);
        } catch (IOException e) {
            LOGGER.log(Level.FINE, e, () -> "No workspace for the evidence");
            return null;
        }
    }

    /**
     * The names of the variables with secrets. Pipeline itself tells those of withCredentials and of Jenkins' own password
     * parameters, but not those of other plugins' sensitive parameters.
     */
    private static Set<String> sensitive(StepContext context) throws IOException, InterruptedException {
        EnvironmentExpander expander = context.get(EnvironmentExpander.class);
        Set<String> names = new HashSet<>(expander == null ? Set.of() : expander.getSensitiveVariables());
        Run<?, ?> run = context.get(Run.class);
        for (ParametersAction parameters : run.getActions(ParametersAction.class)) {
            parameters.getAllParameters().stream()
                    .filter(ParameterValue::isSensitive)
                    .map(ParameterValue::getName)
                    .forEach(names::add);
        }
        return names;
    }

    private static void pause(@CheckForNull FlowNode node) {
        if (node != null && !PauseAction.isPaused(node)) {
            node.addAction(new PauseAction(Messages.Gate_Pause()));
        }
    }

    private void endPause() {
        try {
            FlowNode node = getContext().get(FlowNode.class);
            if (node != null) {
                PauseAction.endCurrentPause(node);
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, e, () -> "Could not end the pause of a step.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns true for the first caller, which ends the wait. */
    private synchronized boolean endWait() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    @Override
    public void proceed(@NonNull DeploymentRecord deployment) {
        if (!endWait()) {
            return;
        }
        endPause();
        try {
            if (!withBody) {
                if (ServiceNowGateConfiguration.get().getReservedAgents().until() == ReservedAgents.Until.NODE) {
                    getContext()
                            .get(Run.class)
                            .getAction(ChangeRequestsAction.class)
                            .closeWithFirstBlock(deployment);
                }
                getContext().onSuccess(result(deployment));
                return;
            }
            EnvironmentExpander variables = EnvironmentExpander.merge(
                    getContext().get(EnvironmentExpander.class),
                    EnvironmentExpander.constant(deployment.getVariables()));
            BodyExecution started = getContext()
                    .newBodyInvoker()
                    .withContext(variables)
                    .withCallback(new DeploymentBodyCallback(this, id))
                    .start();
            Throwable stopped;
            synchronized (this) {
                body = started;
                stopped = pendingStop;
            }
            if (stopped != null) {
                started.cancel(stopped);
            }
        } catch (IOException | RuntimeException | Error e) {
            // The step must end, or the build would wait for ever.
            getContext().onFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            getContext().onFailure(e);
        }
    }

    private static Map<String, Object> result(DeploymentRecord deployment) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("required", deployment.getConnection() != null);
        result.put("number", deployment.getNumber());
        result.put("sysId", deployment.getSysId());
        result.put("url", deployment.getUrl());
        result.put("state", deployment.getState());
        result.put("approvedBy", deployment.getApprovedBy());
        result.put("approvedAt", deployment.getApprovedAt());
        return result;
    }

    private static String abortReason(Throwable cause) {
        if (cause instanceof FlowInterruptedException interrupted
                && !interrupted.getCauses().isEmpty()) {
            return Messages.Gate_AbortedBecause(TextSanitizer.clean(interrupted.getCauses().stream()
                    .map(CauseOfInterruption::getShortDescription)
                    .collect(Collectors.joining("; "))));
        }
        return Messages.Gate_Aborted();
    }

    @Override
    public void refuse(@NonNull String reason) {
        if (endWait()) {
            endPause();
            getContext().onFailure(new AbortException(reason));
        }
    }

    @Override
    public void stop(@NonNull Throwable cause) {
        Deployment open;
        BodyExecution running;
        boolean waiting;
        synchronized (this) {
            open = owner;
            running = body;
            waiting = running == null && endWait();
            if (running == null && !waiting && withBody) {
                // proceed() is starting the body and will cancel it.
                pendingStop = cause;
                return;
            }
        }
        if (running != null) {
            running.cancel(cause);
            return;
        }
        if (waiting) {
            if (open != null) {
                open.abort(abortReason(cause));
            }
            GateExecutor.get().execute(this::endPause);
        }
        // If the deployment is released at the same time, the pipeline uses the result that is reported first.
        getContext().onFailure(cause);
    }

    @Override
    public synchronized boolean blocksRestart() {
        return owner != null && owner.isActing();
    }

    @Override
    public String getStatus() {
        Deployment open;
        synchronized (this) {
            open = owner;
        }
        return open == null ? Messages.Gate_Opening() : open.record().getReason();
    }
}
