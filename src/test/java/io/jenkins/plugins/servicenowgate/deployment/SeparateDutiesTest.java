package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.triggers.SCMTrigger;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedUser;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.FakeChangeLogSCM;
import org.jvnet.hudson.test.JenkinsRule;

/** Who approved a change is shown; where duties are separate, another person than whoever started the build must have. */
class SeparateDutiesTest extends ControlledJenkinsTestBase {
    private static final String GATE = "def change = serviceNowGate(environment: 'Production', version: '1.0.1')\n"
            + "echo \"BY ${change.approvedBy} AT ${change.approvedAt}\"";
    private static final String NOT_AS_DECIDED =
            "Refused: the settings that decide who approves deployments to Production were changed";
    private static final String NOBODY_ELSE = "but nobody else than the starter of the build (developer)";

    private Environment production;

    @BeforeEach
    void separateDuties() {
        simulator.addUser(DEVELOPER, "Dev Eloper", "");
        simulator.addUser(ADMIN, "Admin", "");
        production = ControlledJenkins.environment("Production", true);
        production.setSeparateDuties(true);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    private static CauseAction by(Cause... causes) {
        return new CauseAction(causes);
    }

    private static Cause user(String id) {
        return new Cause.UserIdCause(id);
    }

    private WorkflowRun waits(Cause... causes) throws Exception {
        WorkflowJob job = jenkins.jenkins.getItemByFullName("apps/shop", WorkflowJob.class);
        return waiting((job == null ? ControlledJenkins.controlledJob(jenkins, "shop", GATE) : job)
                .scheduleBuild2(0, by(causes))
                .waitForStart());
    }

    private void approve(String user) {
        String number = theChange().number();
        simulator.people().requestApproval(number, "CAB", user).approveAs(number, user);
        simulator.people().approve(number);
    }

    private void refused(Run<?, ?> run, String line) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("BY ", run);
    }

    @Test
    void anotherPersonReleasesAndIsShownEverywhere() throws Exception {
        WorkflowRun run = waits(user(DEVELOPER));
        String number = theChange().number();
        simulator.people().requestApproval(number, "CAB", "ann.approver", DEVELOPER);
        jenkins.waitForMessage(
                "waits for approval of group CAB (0 of 2; asked: Ann Approver (ann.approver), Dev Eloper (developer))",
                run);
        simulator.people().approveAs(number, "ann.approver");
        jenkins.waitForMessage("group CAB (1 of 2: Ann Approver (ann.approver) approved; asked: Dev Eloper", run);
        JenkinsRule.WebClient web = web(READER);
        assertThat(web.getPage(run).asNormalizedText()).contains("1 of 2: Ann Approver");
        simulator.people().approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));

        jenkins.assertLogContains("BY Ann Approver (ann.approver) AT 20", run);
        JSONObject json = JSONObject.fromObject(web.goTo(run.getUrl() + "change-requests/api/json", "application/json")
                .getWebResponse()
                .getContentAsString());
        JSONObject shown = json.getJSONArray("changeRequests").getJSONObject(0);
        assertThat(shown.getString("approvedBy")).isEqualTo("Ann Approver (ann.approver)");
        assertThat(shown.getString("approvedAt")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z");
        assertThat(web.getPage(run).asNormalizedText())
                .contains("Approved by", "Ann Approver (ann.approver)", "Approved at");
        JSONObject audit = JSONObject.fromObject(web.goTo("servicenow-gates/audit/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .getJSONArray("deployments")
                .getJSONObject(0);
        assertThat(audit.getString("approvedBy")).isEqualTo("Ann Approver (ann.approver)");
        assertThat(audit.getString("approvedAt")).isEqualTo(shown.getString("approvedAt"));
        String table = web.goTo("servicenow-gates/audit/csv", "text/csv")
                .getWebResponse()
                .getContentAsString();
        assertThat(table.lines().findFirst().orElseThrow()).contains("\"approvedBy\",\"approvedAt\",\"changeLeftIn\"");
        assertThat(table).contains("\"Ann Approver (ann.approver)\",\"" + shown.getString("approvedAt") + "\"");
        assertThat(web.goTo("servicenow-gates/audit/").asNormalizedText()).contains("Approved by Ann Approver");
    }

    @Test
    void theFormOfTheJobSaysSo() throws Exception {
        ControlledJenkins.controlledJob(jenkins, "shop", GATE);
        assertThat(web(DEVELOPER).goTo("job/apps/job/shop/configure").asNormalizedText())
                .contains("Production: another person than the starter of the build must approve the change");
    }

    @Test
    void theStarterIsNotAnotherPerson() throws Exception {
        WorkflowRun run = waits(user(DEVELOPER));
        approve(DEVELOPER);
        refused(run, NOBODY_ELSE);
        assertThat(deployment(run).getApprovedBy()).isEqualTo("Dev Eloper (developer)");
    }

    @Test
    void withoutTheSettingTheStarterMayApprove() throws Exception {
        production.setSeparateDuties(false);
        WorkflowRun run = waits(user(DEVELOPER));
        approve(DEVELOPER);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("BY Dev Eloper (developer) AT 20", run);
    }

    @Test
    void theSettingHoldsFromTheMomentInWhichItIsMade() throws Exception {
        production.setSeparateDuties(false);
        WorkflowRun run = waits(user(DEVELOPER));
        production.setSeparateDuties(true);
        approve(DEVELOPER);
        refused(run, NOBODY_ELSE);
    }

    /** Between the check of the approvals and the release, the setting may be made, or become readable. */
    @Test
    void aReleaseWhoseApprovalsWereNotCheckedIsRefused() throws Exception {
        WorkflowRun run = waits(user(DEVELOPER));
        ReleasePolicy checked = policy(run);
        assertThat(recheck(run, checked)).startsWith(NOT_AS_DECIDED);
        assertThat(checked.separation()).isNotNull();
        assertThat(recheck(run, checked)).isNull();
        production.setSeparateDuties(false);
        assertThat(recheck(run, policy(run))).isNull();
        stop(run);
    }

    /** The same for conflicts: a Jenkinsfile can set its mark to what is an error, and back, in the same second. */
    @Test
    void aReleaseWhoseConflictsWereJudgedByAMilderSettingIsRefused() throws Exception {
        production.setSeparateDuties(false);
        production.setConflicts("wait");
        WorkflowRun run = waits(user(DEVELOPER));
        ReleasePolicy checked = policy(run);
        assertThat(checked.conflictPolicy()).isEqualTo(ConflictPolicy.WAIT);
        assertThat(recheck(run, checked)).isNull();
        production.setConflicts("refuse");
        assertThat(recheck(run, checked)).startsWith(NOT_AS_DECIDED);

        ChangeControlJobProperty mark = run.getParent().getProperty(ChangeControlJobProperty.class);
        mark.setConnection("nowhere");
        run.getParent().save();
        assertThat(checked.conflictPolicy()).isEqualTo(ConflictPolicy.UNSET);
        mark.setConnection("");
        run.getParent().save();
        assertThat(recheck(run, checked)).startsWith(NOT_AS_DECIDED);
        stop(run);
    }

    private static ReleasePolicy policy(WorkflowRun run) {
        return new ReleasePolicy(deployment(run), () -> new BuildHost(run));
    }

    private static String recheck(WorkflowRun run, ReleasePolicy checked) throws Exception {
        DeploymentRecord record = deployment(run);
        ChangeRequest change = ChangeFixture.change()
                .sysId(new SysId(record.getSysId()))
                .number(record.getNumber())
                .get();
        return checked.refusal(change);
    }

    private static void stop(WorkflowRun run) throws Exception {
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void anAdministratorsMappingTellsWhoAUserIs() throws Exception {
        simulator.addUser("d.eloper", "The real one", "");
        ServiceNowGateConfiguration.get().setUserMappings(List.of(new MappedUser("Developer", "d.eloper")));
        WorkflowRun run = waits(user(DEVELOPER));
        approve("d.eloper");
        refused(run, "the starter of the build (d.eloper)");
    }

    @Test
    void whoIsNotKnownInServiceNowIsRefusedBeforeAChangeIsCreated() throws Exception {
        WorkflowRun run = ControlledJenkins.controlledJob(jenkins, "shop", GATE)
                .scheduleBuild2(0, by(user(READER)))
                .waitForStart();
        refused(
                run,
                "but reader is not exactly one user in ServiceNow (searched for: reader). An administrator can map");
        assertThat(simulator.changes()).isEmpty();
    }

    /** Nobody, somebody anonymous, another program, a timer without commits, an upstream build of an unknown kind. */
    @Test
    void aStarterWhoIsNotKnownIsRefused() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", GATE);
        Cause[][] starts = {
            {new Cause.LegacyCodeCause()},
            {new Cause.UserIdCause()},
            {new Cause.RemoteCause("10.0.0.1", "note")},
            {user(DEVELOPER), new Cause.RemoteCause("10.0.0.1", "note")},
            {user(DEVELOPER), new TimerTrigger.TimerTriggerCause()},
        };
        for (Cause[] start : starts) {
            refused(job.scheduleBuild2(0, by(start)).waitForStart(), "Refused: the environment");
        }
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void anUpstreamBuildIsFollowed() throws Exception {
        WorkflowJob upstream = ControlledJenkins.job(jenkins, "upstream", "echo 'hi'");
        WorkflowRun first = jenkins.assertBuildStatusSuccess(upstream.scheduleBuild2(0, by(user(DEVELOPER))));
        WorkflowRun run = waits(new Cause.UpstreamCause((Run<?, ?>) first));
        approve(DEVELOPER);
        refused(run, NOBODY_ELSE);
    }

    @Test
    void aReplayedBuildIsFollowed() throws Exception {
        WorkflowRun original = waits(user(DEVELOPER));
        original.doStop();
        jenkins.waitForCompletion(original);
        try (ACLContext as = ACL.as2(User.getById(ADMIN, true).impersonate2())) {
            assertThat(original.getAction(ReplayAction.class).run2(GATE, Map.of()))
                    .isNotNull();
        }
        await().until(() -> original.getParent().getBuildByNumber(2) != null);
        WorkflowRun replayed = waiting(original.getParent().getBuildByNumber(2));
        approve(DEVELOPER);
        refused(replayed, "the starter of the build (admin, developer)");
    }

    private FreeStyleProject checksOut(FakeChangeLogSCM commits) throws Exception {
        agent("worker", null);
        simulator.addUser("alice", "Alice", "");
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        job.setAssignedLabel(null);
        job.setScm(commits);
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion("1.0.1");
        job.getBuildersList().add(gate);
        return job;
    }

    private static Run<?, ?> byTimer(FreeStyleProject job) throws Exception {
        return job.scheduleBuild2(0, by(new TimerTrigger.TimerTriggerCause())).waitForStart();
    }

    @Test
    void theAuthorsOfCommitsTakeThePlaceOfATimer() throws Exception {
        FakeChangeLogSCM commits = new FakeChangeLogSCM();
        commits.addChange().withAuthor("alice").withMsg("one");
        Run<?, ?> run = waiting(byTimer(checksOut(commits)));
        approve("alice");
        refused(run, "the starter of the build (alice)");
    }

    /** A commit to the job that deploys starts it, while the version comes from the build of another job. */
    @Test
    void theAuthorOfTheCommitThatStartedTheBuildIsAStarterToo() throws Exception {
        FakeChangeLogSCM ofVersion = new FakeChangeLogSCM();
        ofVersion.addChange().withAuthor("alice").withMsg("one");
        FreeStyleProject app = ControlledJenkins.create(jenkins, FreeStyleProject.class, "app");
        app.setAssignedLabel(null);
        app.setScm(ofVersion);
        FakeChangeLogSCM ofDeployment = new FakeChangeLogSCM();
        ofDeployment.addChange().withAuthor(DEVELOPER).withMsg("deploys otherwise");
        FreeStyleProject job = checksOut(ofDeployment);
        FreeStyleBuild made = jenkins.assertBuildStatusSuccess(app.scheduleBuild2(0, by(byCommit())));
        made.setDisplayName("1.0.1");

        Run<?, ?> run = waiting(job.scheduleBuild2(0, by(byCommit(), new Cause.UpstreamCause((Run<?, ?>) made)))
                .waitForStart());
        approve(DEVELOPER);
        refused(run, "the starter of the build (alice, " + DEVELOPER + ")");
    }

    private static Cause byCommit() {
        return new SCMTrigger.SCMTriggerCause("a commit");
    }

    /** Jenkins lists no commits for the first build of a job or branch, to which all of them are new. */
    @Test
    void theAuthorsOfTheFirstBuildAreNotKnown() throws Exception {
        FakeChangeLogSCM commits = new FakeChangeLogSCM();
        FreeStyleProject job = checksOut(commits);
        String unknown = "not all authors of the commits since the last release are known";
        refused(byTimer(job), unknown);
        commits.addChange().withAuthor("alice").withMsg("two");
        refused(byTimer(job), unknown);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void aStandardChangeNeedsAnExceptionOfEveryDeclaration() throws Exception {
        simulator.addTemplate("Deploy", true, Map.of());
        production.setStandardChangeTemplate("Deploy");
        Job<?, ?> job = ControlledJenkins.controlledJob(jenkins, "shop", GATE);
        Environment nearer = ControlledJenkins.environment("Production", true);
        nearer.setStandardChangesPreApproved(true);
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setEnvironments(List.of(nearer));
        jenkins.jenkins.getItemByFullName("apps", Folder.class).addProperty(property);
        WorkflowRun refused =
                ((WorkflowJob) job).scheduleBuild2(0, by(user(DEVELOPER))).waitForStart();
        refused(refused, "Refused: nobody approves a Standard change");
        assertThat(simulator.requests().count(Endpoint.CREATE_STANDARD)).isZero();

        production.setStandardChangesPreApproved(true);
        WorkflowRun accepted = waits(user(DEVELOPER));
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(accepted));
        jenkins.assertLogContains("BY null AT null", accepted);
    }
}
