package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ReservedAgents;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.Arrival;
import io.jenkins.plugins.servicenowgate.deployment.BuildHome;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentGate;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentQuery;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.GateService;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
 * Waits at a gate. Keeps the step's parameters and the deployment's id; everything else is in the build's record, so
 * that a restart only has to open the gate again.
 */
final class GateStepExecution extends StepExecution implements DeploymentGate.Face {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(GateStepExecution.class.getName());

    private final String environment;
    private final String version;
    private final String project;
    private final String changeRequestNumber;
    private final boolean emergency;
    private final LinkedHashMap<String, String> fields;
    private final boolean withBody;
    private final String id = UUID.randomUUID().toString();

    private BodyExecution body;

    /**
     * Whether the body began. Set on the thread of the pipeline, on which it is stored, too: {@link #body} alone, which is
     * set on another thread, may be stored before the body is part of the pipeline, and would never begin after a crash.
     */
    private boolean begun;

    private transient DeploymentGate gate;
    private transient boolean ended;

    /** What asked to stop after the wait had ended and before the body was there. */
    private transient Throwable lateStop;

    GateStepExecution(StepContext context, AbstractGateStep step, boolean withBody) {
        super(context);
        this.environment = step.getEnvironment();
        this.version = step.getVersion();
        this.project = step.getProject();
        this.changeRequestNumber = step.getChangeRequestNumber();
        this.emergency = step.isEmergency();
        this.fields = new LinkedHashMap<>(step.getFields());
        this.withBody = withBody;
    }

    @Override
    public boolean start() {
        GateService.get().execute(this::open);
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
            // The keeper spreads the looks of those that come back together.
            GateService.get().execute(this::open);
        } else if (stored.isDone()) {
            // The pipeline was stored before it took up how the body ended, and does not remember that it was told.
            GateService.get().execute(() -> endAgain(stored));
        }
    }

    /** Called on the pipeline's own thread. */
    synchronized void begun() {
        begun = true;
    }

    private void endAgain(BodyExecution stored) {
        StepContext context = getContext();
        try {
            Object result = stored.get();
            GateBody.over(context, id, null);
            context.onSuccess(result);
        } catch (ExecutionException e) {
            GateBody.over(context, id, e.getCause());
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
            DeploymentQuery query = DeploymentQuery.of(
                    run, environment, version, project, changeRequestNumber, emergency, fields, variables);
            synchronized (this) {
                if (ended) {
                    return;
                }
            }
            DeploymentGate opened = Arrival.open(new BuildHome(run, context.get(TaskListener.class)), id, query, this);
            boolean late;
            synchronized (this) {
                gate = opened;
                late = ended;
            }
            if (late && opened != null) {
                opened.abort(Messages.Gate_Aborted());
            }
        } catch (AbortException e) {
            refuse(e.getMessage());
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "A ServiceNow gate could not be opened.");
            refuse(Messages.Gate_NotOpened(e.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(Messages.Gate_NotOpened(e.toString()));
        }
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
            LOGGER.log(Level.FINE, e, () -> "The mark of a pause could not be ended.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True for whoever ends the wait; all others keep still. */
    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    @Override
    public void proceed(@NonNull DeploymentRecord deployment) {
        if (!end()) {
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
            BodyExecution begins = getContext()
                    .newBodyInvoker()
                    .withContext(variables)
                    .withCallback(new GateBody(this, id))
                    .start();
            Throwable stopped;
            synchronized (this) {
                body = begins;
                stopped = lateStop;
            }
            if (stopped != null) {
                begins.cancel(stopped);
            }
        } catch (IOException e) {
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
        return result;
    }

    private static String why(Throwable cause) {
        if (cause instanceof FlowInterruptedException interrupted
                && !interrupted.getCauses().isEmpty()) {
            return Messages.Gate_AbortedBecause(ForeignText.clean(interrupted.getCauses().stream()
                    .map(CauseOfInterruption::getShortDescription)
                    .collect(Collectors.joining("; "))));
        }
        return Messages.Gate_Aborted();
    }

    @Override
    public void refuse(@NonNull String reason) {
        if (end()) {
            endPause();
            getContext().onFailure(new AbortException(reason));
        }
    }

    @Override
    public void stop(@NonNull Throwable cause) {
        DeploymentGate open;
        BodyExecution running;
        boolean waits;
        synchronized (this) {
            open = gate;
            running = body;
            waits = running == null && end();
            if (running == null && !waits && withBody) {
                // Whoever lets the deployment go at this moment takes it up.
                lateStop = cause;
                return;
            }
        }
        if (running != null) {
            running.cancel(cause);
            return;
        }
        if (waits) {
            if (open != null) {
                open.abort(why(cause));
            }
            GateService.get().execute(this::endPause);
        }
        // Where the deployment is let go at this moment, the pipeline takes what it hears first.
        getContext().onFailure(cause);
    }

    @Override
    public synchronized boolean blocksRestart() {
        return gate != null && gate.isActing();
    }

    @Override
    public String getStatus() {
        DeploymentGate open;
        synchronized (this) {
            open = gate;
        }
        return open == null ? Messages.Gate_Opening() : open.record().getReason();
    }
}
