package io.jenkins.plugins.servicenowgate.soak;

import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.Slave;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.tasks.Shell;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRecord;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRequest;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Entry;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Way;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** What the soak does in the process of the controller. */
final class SoakedController {
    static final String TEMPLATE = "Deploy";
    static final String AGENT = "worker";

    private static final String VERSION = "VERSION";
    private static final String DEPLOY = "echo 'DEPLOYED'; sleep 2";
    private static final int EXECUTORS = 60;

    private SoakedController() {}

    static void setUp(JenkinsRule jenkins, String baseUrl) throws Throwable {
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure(baseUrl);
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setPollIntervalSeconds(10);
        configuration.setShortestPollIntervalSeconds(5);
        Environment production = ControlledJenkins.environment(Way.NORMAL.environment(), true);
        production.setAllowEmergency(true);
        Environment manual = ControlledJenkins.environment(Way.STANDARD.environment(), true);
        manual.setStandardChangeTemplate(TEMPLATE);
        Environment automatic = ControlledJenkins.environment(Way.AUTOMATIC.environment(), true);
        automatic.setStandardChangeTemplate(TEMPLATE);
        automatic.setAutomaticTransition("close");
        configuration.setEnvironments(List.of(production, manual, automatic));
        for (Entry entry : Entry.values()) {
            for (Way way : List.of(Way.NORMAL, Way.STANDARD, Way.AUTOMATIC)) {
                createJob(jenkins, entry, way);
            }
            if (entry != Entry.QUEUE) {
                createJob(jenkins, entry, Way.EMERGENCY);
            }
        }
    }

    private static void createJob(JenkinsRule jenkins, Entry entry, Way way) throws Exception {
        String name = PlannedDeployment.jobOf(entry, way);
        Job<?, ?> job;
        if (entry == Entry.GATE || entry == Entry.BODY) {
            String settings = "(environment: '" + way.environment() + "', version: params." + VERSION
                    + (way == Way.EMERGENCY ? ", emergency: true)" : ")");
            job = ControlledJenkins.controlledJob(
                    jenkins,
                    name,
                    entry == Entry.GATE
                            ? "serviceNowGate" + settings + "\n" + DEPLOY
                            : "serviceNowDeployment" + settings + " { " + DEPLOY + " }");
        } else {
            job = createFreestyleJob(jenkins, name, entry, way);
        }
        addParameters(job);
    }

    private static void addParameters(Job<?, ?> job) throws IOException {
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition(VERSION),
                new StringParameterDefinition(DeploymentRequest.NUMBER_VARIABLE, "")));
    }

    private static Job<?, ?> createFreestyleJob(JenkinsRule jenkins, String name, Entry entry, Way way)
            throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, name);
        job.setConcurrentBuild(true);
        job.setAssignedLabel(null);
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        if (entry == Entry.QUEUE) {
            mark.setEnvironment(way.environment());
            mark.setVersion("${" + VERSION + "}");
        } else {
            ServiceNowGateBuilder step = new ServiceNowGateBuilder(way.environment());
            step.setVersion("${" + VERSION + "}");
            step.setEmergency(way == Way.EMERGENCY);
            job.getBuildersList().add(step);
        }
        job.addProperty(mark);
        job.getBuildersList().add(new Shell("echo DEPLOYED; sleep 2"));
        return job;
    }

    static void widenAgent(JenkinsRule jenkins) throws Throwable {
        Slave agent = (Slave) jenkins.jenkins.getNode(AGENT);
        agent.setNumExecutors(EXECUTORS);
        jenkins.jenkins.updateNode(agent);
    }

    private static Job<?, ?> job(PlannedDeployment planned) {
        return Jenkins.get().getItemByFullName(ControlledJenkins.fullName(planned.job()), Job.class);
    }

    /** Starts these deployments; the numbers of those that have one are given by the id. */
    static void start(JenkinsRule jenkins, ArrayList<PlannedDeployment> due, HashMap<Integer, String> numbers) {
        for (PlannedDeployment planned : due) {
            Queue.Item item = ParameterizedJobMixIn.scheduleBuild2(
                    job(planned),
                    0,
                    new ParametersAction(
                            new StringParameterValue(VERSION, planned.version()),
                            new StringParameterValue(
                                    DeploymentRequest.NUMBER_VARIABLE, numbers.getOrDefault(planned.id(), ""))));
            if (item == null) {
                throw new IllegalStateException("not scheduled: " + planned);
            }
        }
    }

    /** Aborts this deployment; returns false if it is not there yet. */
    static Boolean abort(JenkinsRule jenkins, PlannedDeployment planned) throws Throwable {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            for (Queue.Item item : jenkins.jenkins.getQueue().getItems((Queue.Task) job(planned))) {
                if (planned.version().equals(version(item.getAction(ParametersAction.class)))) {
                    return planned.entry() == Entry.QUEUE
                            && jenkins.jenkins.getQueue().cancel(item);
                }
            }
            Run<?, ?> run = find(planned);
            if (run == null) {
                return false;
            }
            if (run instanceof WorkflowRun pipeline) {
                pipeline.doStop();
            } else if (run.getExecutor() != null) {
                run.getExecutor().interrupt();
            }
            return true;
        }
    }

    private static Run<?, ?> find(PlannedDeployment planned) {
        for (Run<?, ?> run : job(planned).getBuilds()) {
            if (planned.version().equals(version(run.getAction(ParametersAction.class)))) {
                return run;
            }
        }
        return null;
    }

    private static String version(ParametersAction parameters) {
        ParameterValue value = parameters == null ? null : parameters.getParameter(VERSION);
        return value == null ? "" : String.valueOf(value.getValue());
    }

    /** How many builds and queue items there are, and deployments about which something is still to be told. */
    static Integer open(JenkinsRule jenkins) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            int open = jenkins.jenkins.getQueue().getItems().length;
            for (Job<?, ?> job : jenkins.jenkins.allItems(Job.class)) {
                open += (int) job.getBuilds().stream().filter(Run::isBuilding).count();
            }
            for (String directory : List.of("open-deployments", "queued-deployments")) {
                String[] files = new File(jenkins.jenkins.getRootDir(), "servicenow-gate/" + directory).list();
                open += files == null ? 0 : files.length;
            }
            return open;
        }
    }

    static ArrayList<SeenBuild> results(JenkinsRule jenkins) throws Throwable {
        ArrayList<SeenBuild> seen = new ArrayList<>();
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            for (Queue.Item item : jenkins.jenkins.getQueue().getItems()) {
                seen.add(new SeenBuild(
                        version(item.getAction(ParametersAction.class)),
                        "queued",
                        0,
                        "",
                        "",
                        item.getWhy(),
                        0,
                        item.getInQueueSince(),
                        0));
            }
            for (Job<?, ?> job : jenkins.jenkins.allItems(Job.class)) {
                for (Run<?, ?> run : job.getBuilds()) {
                    seen.add(seen(run));
                }
            }
        }
        return seen;
    }

    private static SeenBuild seen(Run<?, ?> run) throws IOException {
        List<String> lines = JenkinsRule.getLog(run).lines().toList();
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        List<DeploymentRecord> deployments = action == null ? List.of() : action.getDeployments();
        DeploymentRecord deployment = deployments.isEmpty() ? null : deployments.get(deployments.size() - 1);
        return new SeenBuild(
                version(run.getAction(ParametersAction.class)),
                run.isBuilding() ? "running" : String.valueOf(run.getResult()),
                (int) lines.stream().filter("DEPLOYED"::equals).count(),
                deployment == null || deployment.getNumber() == null ? "" : deployment.getNumber(),
                deployment == null ? "" : deployment.getOutcome().name(),
                deployment == null ? "" : deployment.getReason(),
                deployment == null ? 0 : deployment.getStartedAt(),
                run.getStartTimeInMillis(),
                run.getStartTimeInMillis() + run.getDuration());
    }

    /** The console of the build of this version. */
    static String console(JenkinsRule jenkins, PlannedDeployment planned) throws Throwable {
        Run<?, ?> run = find(planned);
        return run == null ? "no build" : JenkinsRule.getLog(run);
    }
}
