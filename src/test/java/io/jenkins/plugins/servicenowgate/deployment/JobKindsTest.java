package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.matrix.AxisList;
import hudson.matrix.MatrixBuild;
import hudson.matrix.MatrixProject;
import hudson.matrix.TextAxis;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.FolderPolicies;
import io.jenkins.plugins.servicenowgate.policy.UndeclaredNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.branch.BranchSource;
import jenkins.scm.impl.SingleSCMSource;
import net.sf.json.JSONObject;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SingleFileSCM;

/**
 * Every kind of job goes through its gate under the name that people know: in the title of the change, on pages and in
 * the console as it is written, in links as a web address wants it.
 */
class JobKindsTest extends ControlledJenkinsTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1')";

    private JenkinsRule.WebClient reader;

    @BeforeEach
    void signIn() {
        reader = web(READER);
    }

    // ---- the kinds

    /** The folder org, which is change controlled or not. */
    private static Folder organization(boolean controlled) throws Exception {
        Folder organization = jenkins.createProject(Folder.class, "org");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(controlled);
        organization.addProperty(mark);
        return organization;
    }

    /** The first build of the branch feature/x of the Multibranch project shop in that folder. */
    private static WorkflowRun branch(Folder folder, String jenkinsfile) throws Exception {
        WorkflowMultiBranchProject shop = folder.createProject(WorkflowMultiBranchProject.class, "shop");
        shop.getSourcesList()
                .add(new BranchSource(new SingleSCMSource("feature/x", new SingleFileSCM("Jenkinsfile", jenkinsfile))));
        shop.scheduleBuild2(0).getFuture().get();
        WorkflowJob branch = shop.getItemByBranchName("feature/x");
        // The indexing scheduled its first build, after the quiet period of Jenkins.
        await().atMost(Duration.ofSeconds(30)).until(() -> branch.getBuildByNumber(1) != null);
        return branch.getBuildByNumber(1);
    }

    @Test
    void aBranchOfAMultibranchProject() throws Exception {
        WorkflowRun run = branch(organization(true), GATE);
        goesThroughItsGate(run, "org/shop/feature/x");
    }

    @Test
    void aBranchThatIsNotControlled() throws Exception {
        WorkflowRun run = branch(organization(false), GATE);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(told(run))
                .contains("[ServiceNow] No approved change required: the project org/shop/feature/x is not change"
                        + " controlled.");
    }

    /** Attack: the Jenkinsfile of a branch, of a later one, and of one that was removed and comes back. */
    @Test
    void branchesOfAMarkedMultibranchProject() throws Exception {
        Folder organization = organization(false);
        WorkflowMultiBranchProject shop = organization.createProject(WorkflowMultiBranchProject.class, "shop");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        shop.addProperty(mark);
        String script = "properties([])\nproperties([changeControl(project: 'other')])\nproperties([])\n" + GATE
                + "\necho 'DEPLOYED'";
        for (String name : List.of("feature/x", "main", "feature/x")) {
            shop.getSourcesList()
                    .replaceBy(List.of(
                            new BranchSource(new SingleSCMSource(name, new SingleFileSCM("Jenkinsfile", script)))));
            shop.scheduleBuild2(0).getFuture().get();
            assertThat(shop.getItems()).as("the other branch is removed").hasSize(1);
            WorkflowJob branch = shop.getItemByBranchName(name);
            await().atMost(Duration.ofSeconds(30)).until(() -> branch.getBuildByNumber(1) != null);
            WorkflowRun run = waiting(branch.getBuildByNumber(1));
            assertThat(simulator.changes())
                    .filteredOn(change ->
                            change.get("short_description").equals(ControlledJenkins.title("org/shop/" + name, "1")))
                    .hasSize(1);
            run.doStop();
            jenkins.waitForCompletion(run);
            jenkins.assertLogNotContains("DEPLOYED", run);
        }
        shop.doReload();
        assertThat(FolderPolicies.isControlled(shop.getItemByBranchName("feature/x")))
                .as("after the project was read again")
                .isTrue();
    }

    @Test
    void aBranchThatNamesAnUndeclaredEnvironment() throws Exception {
        WorkflowRun run = branch(organization(true), GATE.replace("Production", "Produktion"));
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        assertThat(UndeclaredNames.get().isActivated()).isTrue();
        assertThat(web(ADMIN).goTo("manage/").asNormalizedText())
                .contains("org/shop/feature/x: environment \"Produktion\"");
        assertThat(json("servicenow-gates/audit/api/json", "deployments").getString("project"))
                .isEqualTo("org/shop/feature/x");
    }

    @Test
    void aJobInNestedFolders() throws Exception {
        Folder team = organization(true).createProject(Folder.class, "team");
        WorkflowJob job = team.createProject(WorkflowJob.class, "shop");
        job.setDefinition(ControlledJenkins.script(GATE));
        goesThroughItsGate(job.scheduleBuild2(0).waitForStart(), "org/team/shop");
    }

    @Test
    void aJobWithBlanksAndLettersOutsideOfAsciiAndAPercentSign() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "Käse für Łódź", GATE);
        job.setDisplayName("100% Käse %2F & Brot");
        goesThroughItsGate(job.scheduleBuild2(0).waitForStart(), "apps/Käse für Łódź");
    }

    private static MatrixProject matrix() throws Exception {
        agent("worker", null);
        MatrixProject matrix = ControlledJenkins.create(jenkins, MatrixProject.class, "shop");
        matrix.setAxes(new AxisList(new TextAxis("zone", List.of("eu west"))));
        return matrix;
    }

    @Test
    void aMatrixProjectInTheQueue() throws Exception {
        MatrixProject matrix = matrix();
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        matrix.scheduleBuild2(0);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        await().until(() -> !theChange().workNotes().isEmpty());
        JSONObject row = json("servicenow-gates/api/json", "deployments");
        assertThat(row.getString("project")).isEqualTo("apps/shop");
        assertThat(reader.goTo(row.getString("path")).getUrl().getPath()).isEqualTo("/jenkins/" + matrix.getUrl());

        simulator.people().approve(theChange().number());

        await().until(() -> matrix.getLastBuild() != null);
        MatrixBuild build = matrix.getLastBuild();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        settled();
        assertThat(build.getExactRuns()).hasSize(1);
        assertThat(simulator.changes())
                .as("none of its own for the configuration")
                .hasSize(1);
        isReportedUnderItsName(build, "apps/shop");
    }

    /** Its build belongs to the matrix project as far as change control is concerned. */
    @Test
    void aConfigurationOfAMatrixProject() throws Exception {
        MatrixProject matrix = matrix();
        matrix.addProperty(new ChangeControlJobProperty());
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setVersion("1");
        matrix.getBuildersList().add(step);
        matrix.scheduleBuild2(0);
        await().until(() -> matrix.getLastBuild() != null
                && matrix.getLastBuild().getExactRuns().size() == 1);
        goesThroughItsGate(matrix.getLastBuild().getExactRuns().get(0), "apps/shop");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(matrix.getLastBuild()));
    }

    // ---- what holds for all of them

    /** The build waits, is approved and ends; wherever that is shown or told, it is under this name. */
    private void goesThroughItsGate(Run<?, ?> run, String project) throws Exception {
        waiting(run);
        String number = theChange().number();
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title(project, "1"));
        assertThat(theChange().get("description"))
                .isEqualTo("Deployment of " + project + ", version 1, to Production. Requested by " + jenkins.getURL()
                        + run.getUrl());
        HtmlPage list = reader.goTo("servicenow-gates/");
        assertThat(main(list)).contains(project, run.getFullDisplayName(), number);
        opensTheBuild(list, run);
        JSONObject row = json("servicenow-gates/api/json", "deployments");
        assertThat(row.getString("project")).isEqualTo(project);
        assertThat(reader.goTo(row.getString("path")).getUrl().getPath()).isEqualTo("/jenkins/" + run.getUrl());
        showsItsMark(run.getParent(), project);

        simulator.people().approve(number);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        isReportedUnderItsName(run, project);
    }

    private void isReportedUnderItsName(Run<?, ?> run, String project) throws Exception {
        String number = theChange().number();
        HtmlPage build = reader.getPage(run);
        DomElement card = build.querySelector("article.servicenow-gate-card");
        assertThat(card.asNormalizedText()).contains(project, number);
        assertThat(build.getAnchorByText(number).getHrefAttribute()).startsWith(simulator.baseUrl());
        assertThat(reader.getPage(run, "change-requests/").querySelectorAll("article.servicenow-gate-card"))
                .hasSize(1);
        assertThat(json(run.getUrl() + "change-requests/api/json", "changeRequests")
                        .getString("project"))
                .isEqualTo(project);
        assertThat(told(run)).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain("%2F"));
        assertThat(reader.getPage(run, "console").getAnchors())
                .anyMatch(anchor -> anchor.getHrefAttribute().startsWith(simulator.baseUrl() + "/"));
        HtmlPage audit = reader.goTo("servicenow-gates/audit/");
        assertThat(main(audit)).contains(project, run.getFullDisplayName());
        opensTheBuild(audit, run);
        assertThat(theChange().workNotes())
                .allSatisfy(note -> assertThat(note)
                        .contains("Deployment of \"" + project + "\", version 1, to \"Production\"")
                        .satisfies(this::hasALinkThatOpens));
    }

    /** The lines of the plugin in the console. */
    private static List<String> told(Run<?, ?> run) throws Exception {
        return JenkinsRule.getLog(run)
                .lines()
                .filter(line -> line.startsWith("[ServiceNow] "))
                .toList();
    }

    private static String main(HtmlPage page) {
        return page.getElementById("main-panel").asNormalizedText();
    }

    private static void opensTheBuild(HtmlPage list, Run<?, ?> run) throws Exception {
        HtmlAnchor link = list.getAnchorByText(run.getFullDisplayName());
        assertThat(((HtmlPage) link.click()).getUrl().getPath()).isEqualTo("/jenkins/" + run.getUrl());
    }

    private void showsItsMark(Item job, String project) throws Exception {
        assertThat(main(reader.getPage(job, "servicenow-change-control")))
                .contains("This job is change controlled", project)
                .doesNotContain("%2F");
    }

    private void hasALinkThatOpens(String note) {
        Matcher link = Pattern.compile("http://\\S+").matcher(note);
        assertThat(link.find()).as(note).isTrue();
        try {
            assertThat(reader.getPage(new URL(link.group())).getWebResponse().getStatusCode())
                    .isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first of a list of objects. */
    private JSONObject json(String path, String list) throws Exception {
        return JSONObject.fromObject(
                        reader.goTo(path, "application/json").getWebResponse().getContentAsString())
                .getJSONArray(list)
                .getJSONObject(0);
    }
}
