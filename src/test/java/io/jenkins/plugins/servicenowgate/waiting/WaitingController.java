package io.jenkins.plugins.servicenowgate.waiting;

import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.Slave;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import org.jenkinsci.plugins.scriptsecurity.scripts.ScriptApproval;
import org.jenkinsci.plugins.scriptsecurity.scripts.languages.GroovyLanguage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/** What a measurement of waiting builds does in the process of the controller. */
final class WaitingController {
    static final String AGENT = "worker";
    static final int EXECUTORS = 20;

    private static final String PARAMETER = "V";
    private static final Pattern WRITTEN = Pattern.compile("(?m)^write_bytes: (\\d+)$");

    private WaitingController() {}

    /**
     * The process at one time.
     *
     * @param processorNanos that it has used
     * @param written bytes into files
     * @param heap bytes after garbage collection; 0 if it was not asked for
     * @param threads the most since the last time
     */
    record Usage(long processorNanos, long written, long heap, int threads) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    static void setUp(JenkinsRule jenkins, String baseUrl, Integer intervalSeconds) throws Throwable {
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure(baseUrl);
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setPollIntervalSeconds(intervalSeconds);
        configuration.setShortestPollIntervalSeconds(intervalSeconds);
        addParameter(ControlledJenkins.controlledJob(
                jenkins,
                Way.GATE.job(),
                "serviceNowGate(environment: 'Production', version: params.V)\necho 'DEPLOYED'"));
        WorkflowJob recipe = ControlledJenkins.create(jenkins, WorkflowJob.class, Way.WAIT_UNTIL.job());
        // Outside the sandbox, as the requests of such recipes are sent by a shared library or another step.
        String script = recipe(baseUrl, intervalSeconds);
        ScriptApproval.get().preapprove(script, GroovyLanguage.get());
        recipe.setDefinition(new CpsFlowDefinition(script, false));
        addParameter(recipe);
        addParameter(ControlledJenkins.job(jenkins, Way.SLEEP.job(), "sleep 864000"));
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, Way.QUEUE.job(), "${" + PARAMETER + "}");
        queued.setConcurrentBuild(true);
        addParameter(queued);
        FreeStyleProject quiet = ControlledJenkins.create(jenkins, FreeStyleProject.class, Way.QUIET_PERIOD.job());
        addParameter(quiet);
    }

    private static String recipe(String baseUrl, int intervalSeconds) {
        return """
                @NonCPS String token() {
                    def request = new URL('%1$s/oauth_token.do').openConnection()
                    request.doOutput = true
                    request.outputStream << 'grant_type=password&client_id=%2$s&client_secret=%3$s&username=%4$s&password=%5$s'
                    new groovy.json.JsonSlurper().parse(request.inputStream).access_token
                }
                @NonCPS boolean isApproved(String number, String token) {
                    def request = new URL('%1$s/api/sn_chg_rest/change?sysparm_query=number=' + number).openConnection()
                    request.setRequestProperty('Authorization', 'Bearer ' + token)
                    request.setRequestProperty('Accept', 'application/json')
                    (new groovy.json.JsonSlurper().parse(request.inputStream).result[0].state.value as double) == -1
                }
                String token = token()
                waitUntil(initialRecurrencePeriod: %6$d, quiet: true) { isApproved(params.V, token) }
                echo 'DEPLOYED'
                """.formatted(
                        baseUrl,
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD,
                        intervalSeconds * 1000);
    }

    private static void addParameter(Job<?, ?> job) throws IOException {
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition(PARAMETER)));
    }

    private static Job<?, ?> job(Way way) {
        return Jenkins.get().getItemByFullName(ControlledJenkins.fullName(way.job()), Job.class);
    }

    static void widenAgent(JenkinsRule jenkins) throws Throwable {
        Slave agent = (Slave) jenkins.jenkins.getNode(AGENT);
        agent.setNumExecutors(EXECUTORS);
        jenkins.jenkins.updateNode(agent);
    }

    static void start(JenkinsRule jenkins, Way way, ArrayList<String> values) {
        for (String value : values) {
            ParameterizedJobMixIn.scheduleBuild2(
                    job(way),
                    way == Way.QUIET_PERIOD ? 864_000 : 0,
                    new ParametersAction(new StringParameterValue(PARAMETER, value)));
        }
    }

    /** Builds that run, or items in the queue. */
    static Integer waiting(JenkinsRule jenkins, Way way) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return way.isInQueue()
                    ? Queue.getInstance().getItems((Queue.Task) job(way)).size()
                    : (int) job(way).getBuilds().stream()
                            .filter(Run::isBuilding)
                            .count();
        }
    }

    /**
     * When the builds that have ended were released, in milliseconds since the epoch, by their value: an item of the queue
     * when its build began, a build when it ended, because it does nothing more.
     */
    static HashMap<String, Long> releases(JenkinsRule jenkins, Way way) {
        HashMap<String, Long> releases = new HashMap<>();
        for (Run<?, ?> run : job(way).getBuilds()) {
            if (!run.isBuilding()) {
                String value = String.valueOf(run.getAction(ParametersAction.class)
                        .getParameter(PARAMETER)
                        .getValue());
                if (releases.put(value, run.getStartTimeInMillis() + (way.isInQueue() ? 0 : run.getDuration()))
                        != null) {
                    throw new IllegalStateException("released twice: " + value);
                }
            }
        }
        return releases;
    }

    static Usage usage(JenkinsRule jenkins, Boolean withHeap) throws Throwable {
        var threads = ManagementFactory.getThreadMXBean();
        int most = threads.getPeakThreadCount();
        threads.resetPeakThreadCount();
        long heap = withHeap ? heap() : 0;
        Matcher written = WRITTEN.matcher(Files.readString(Path.of("/proc/self/io")));
        return new Usage(
                ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime(),
                written.find() ? Long.parseLong(written.group(1)) : 0,
                heap,
                most);
    }

    /** The least of several: a request that is being handled is no part of waiting. */
    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            Thread.sleep(300);
        }
        return least;
    }
}
