package io.jenkins.plugins.servicenowgate.deployment;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleProject;
import hudson.model.TopLevelItem;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Sets a Jenkins under test up against the simulator: connection, environments, a quick pace, marked jobs. */
public final class ControlledJenkins {
    /** The folder of the jobs under test. */
    public static final String FOLDER = "apps";

    /** The optional plugins of this one, the other plugins of the tests, and what those need. */
    private static final String[] NOT_REQUIRED = {
        "antisamy-markup-formatter",
        "bootstrap5-api",
        "branch-api",
        "checks-api",
        "configuration-as-code",
        "copyartifact",
        "credentials-binding",
        "dark-theme",
        "echarts-api",
        "font-awesome-api",
        "git",
        "git-client",
        "gson-api",
        "jackson2-api",
        "jakarta-xml-bind-api",
        "javax-activation-api",
        "jaxb",
        "job-dsl",
        "joda-time-api",
        "jquery3-api",
        "json-api",
        "junit",
        "matrix-project",
        "metrics",
        "mina-sshd-api-common",
        "mina-sshd-api-core",
        "pipeline-build-step",
        "pipeline-groovy-lib",
        "pipeline-input-step",
        "pipeline-model-api",
        "pipeline-model-definition",
        "pipeline-model-extensions",
        "pipeline-stage-step",
        "pipeline-stage-tags-metadata",
        "plugin-util-api",
        "prism-api",
        "promoted-builds",
        "rebuild",
        "snakeyaml-api",
        "ssh-credentials",
        "support-core",
        "theme-manager",
        "variant",
        "workflow-multibranch",
    };

    private ControlledJenkins() {}

    /** The full name of a job under test. */
    public static String fullName(String name) {
        return FOLDER + "/" + name;
    }

    /** The title of the change for a deployment to Production. */
    public static String title(String project, String version) {
        return "Jenkins: Deploy \"" + project + "\" version " + version + " to \"Production\"";
    }

    /**
     * A Jenkins in a process of its own, which can be killed and started again at its address: the port is none of those
     * that the system gives to whoever connects somewhere meanwhile.
     */
    public static RealJenkinsExtension inItsOwnProcess() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        } while (!isFree(port));
        return new RealJenkinsExtension().withPort(port);
    }

    /** The same for a process that ends soon: its start takes less processor time, what runs for long takes more. */
    public static RealJenkinsExtension inAShortProcess() {
        return inItsOwnProcess().javaOptions("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    }

    /** The same with fewer plugins: those that this one cannot do without, Pipeline, and what secures the Jenkins of the tests. */
    public static RealJenkinsExtension withRequiredPlugins() {
        return inAShortProcess().omitPlugins(NOT_REQUIRED);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The connection {@code corp}, the environments Production (controlled) and Dev (not), polls every 100 ms. */
    public static void configure(ServiceNowSimulator simulator) throws Exception {
        configure(simulator.baseUrl());
        quicken();
    }

    /** The same with a simulator in another process, and the usual pace. */
    public static void configure(String baseUrl) throws Exception {
        secrets(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        configuration.setConnections(List.of(connection("corp", baseUrl)));
        configuration.setEnvironments(List.of(environment("Production", true), environment("Dev", false)));
    }

    public static ServiceNowConnection connection(String name, ServiceNowSimulator simulator) throws Exception {
        return connection(name, simulator.baseUrl());
    }

    private static ServiceNowConnection connection(String name, String baseUrl) throws Exception {
        return new ServiceNowConnection(
                name, baseUrl, ServiceNowSimulator.CLIENT_ID, "servicenow-client", "servicenow-user");
    }

    public static Environment environment(String name, boolean controlled) {
        Environment environment = new Environment(name);
        environment.setChangeControlled(controlled);
        return environment;
    }

    /** Puts both credentials into the controller's store, in place of those there are. */
    public static void secrets(String clientSecret, String password) throws Exception {
        List<Credentials> all = SystemCredentialsProvider.getInstance().getCredentials();
        all.clear();
        all.add(new StringCredentialsImpl(
                CredentialsScope.SYSTEM, "servicenow-client", "", Secret.fromString(clientSecret)));
        all.add(new UsernamePasswordCredentialsImpl(
                CredentialsScope.SYSTEM, "servicenow-user", "", ServiceNowSimulator.USER_NAME, password));
        SystemCredentialsProvider.getInstance().save();
    }

    /** Polls every 100 ms from now on, also after a restart. */
    private static void quicken() {
        ConnectionRuntimes.setPolicyForTests(new PollingPolicy(
                Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(1500), 3, 5));
    }

    /** A pipeline job that is change controlled. */
    public static WorkflowJob controlledJob(JenkinsRule jenkins, String name, String script) throws Exception {
        WorkflowJob job = job(jenkins, name, script);
        job.addProperty(new ChangeControlJobProperty());
        return job;
    }

    /** A job that is no pipeline and waits in the queue, to deploy that version to Production. */
    public static FreeStyleProject queuedJob(JenkinsRule jenkins, String name, String version) throws Exception {
        FreeStyleProject job = create(jenkins, FreeStyleProject.class, name);
        job.addProperty(queuedMark(version));
        // A job that is created before there is an agent is tied to the controller, where no build runs.
        job.setAssignedLabel(null);
        return job;
    }

    /** What makes a job one that waits in the queue. */
    public static ChangeControlJobProperty queuedMark(String version) {
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setEnvironment("Production");
        mark.setVersion(version);
        return mark;
    }

    public static WorkflowJob job(JenkinsRule jenkins, String name, String script) throws Exception {
        WorkflowJob job = create(jenkins, WorkflowJob.class, name);
        job.setDefinition(script(script));
        return job;
    }

    /** A Jenkinsfile, which runs in the sandbox. */
    public static CpsFlowDefinition script(String script) throws Exception {
        return new CpsFlowDefinition(script, true);
    }

    /** A new item in the folder of the jobs under test, which is created with the first. */
    public static <I extends TopLevelItem> I create(JenkinsRule jenkins, Class<I> type, String name) throws Exception {
        Folder folder = jenkins.jenkins.getItemByFullName(FOLDER, Folder.class);
        return (folder == null ? jenkins.createProject(Folder.class, FOLDER) : folder).createProject(type, name);
    }

    /** What is kept of a deployment that needs no change. */
    public static DeploymentRecord needsNoChange(String environment) throws Exception {
        return new DeploymentRecord("id", new ChangeTitle("apps/shop", "1.0.1", environment), Instant.now());
    }
}
