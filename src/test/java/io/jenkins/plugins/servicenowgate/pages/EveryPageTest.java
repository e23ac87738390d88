package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.MarkLog;
import java.net.URL;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Every page and endpoint of the plugin for every role: access is denied before anything is rendered. */
class EveryPageTest extends ControlledJenkinsTestBase {
    private static final String ANONYMOUS = "anonymous";
    private static final List<String> ROLES = List.of(ANONYMOUS, STRANGER, READER, DEVELOPER, "auditor", ADMIN);

    private WorkflowRun run;
    private final Map<String, JenkinsRule.WebClient> clients = new TreeMap<>();

    @BeforeEach
    void waitAtAGate() throws Exception {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        authorization.grant(Jenkins.READ, Jenkins.SYSTEM_READ).everywhere().to("auditor");
        run = waiting(build("shop", "serviceNowGate(environment: 'Production', version: 'secret-version')"));
    }

    private WebResponse get(String role, String path) throws Exception {
        JenkinsRule.WebClient web = clients.computeIfAbsent(role, name -> {
            JenkinsRule.WebClient client = name.equals(ANONYMOUS)
                    ? jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false)
                    : webWithErrors(name);
            client.getOptions().setRedirectEnabled(false);
            client.getOptions().setJavaScriptEnabled(false);
            client.getOptions().setPrintContentOnFailingStatusCode(false);
            return client;
        });
        return web.loadWebResponse(new WebRequest(new URL(jenkins.getURL() + path), HttpMethod.GET));
    }

    private List<Integer> statuses(String path, String words) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (String role : ROLES) {
            WebResponse answer = get(role, path);
            statuses.add(answer.getStatusCode());
            if (answer.getStatusCode() != 200) {
                assertThat(answer.getContentAsString()).as(role + " " + path).doesNotContain(words);
            }
            assertThat(answer.getContentAsString())
                    .as(role + " " + path)
                    .doesNotContain("Caused by:", "\tat io.jenkins");
        }
        return statuses;
    }

    /** In the order of {@link #ROLES}. */
    private void answer(String path, String words, Integer... expected) throws Exception {
        assertThat(statuses(path, words)).as(path).containsExactly(expected);
    }

    @Test
    void listsShowOnlyReadableItems() throws Exception {
        for (String path : List.of(
                "servicenow-gates/",
                "servicenow-gates/api/json",
                "servicenow-gates/api/xml",
                "servicenow-gates/audit/",
                "servicenow-gates/audit/api/json",
                "servicenow-gates/audit/csv")) {
            answer(path, "secret-version", 403, 200, 200, 200, 200, 200);
            for (String role : List.of(STRANGER, "auditor")) {
                assertThat(get(role, path).getContentAsString())
                        .as(role + " " + path)
                        .doesNotContain("secret-version", run.getFullDisplayName());
            }
        }
        assertThat(get(READER, "servicenow-gates/api/json").getContentAsString())
                .contains("secret-version")
                .doesNotContain("\"name\":\"corp\"");
    }

    /** Fragments of pages that scripts reload. */
    @Test
    void fragmentsShowNoMoreThanTheirPages() throws Exception {
        for (String path :
                List.of("servicenow-gates/waiting", "servicenow-gates/connections", "servicenow-gates/audit/table")) {
            for (String role : List.of(ANONYMOUS, STRANGER, READER, DEVELOPER)) {
                assertThat(get(role, path).getContentAsString())
                        .as(role + " " + path)
                        .doesNotContain(simulator.baseUrl() + "<", "corp", "jenkins.integration");
            }
            assertThat(get(STRANGER, path).getContentAsString()).doesNotContain("secret-version");
            assertThat(get(ANONYMOUS, path).getStatusCode()).as(path).isEqualTo(403);
        }
    }

    @Test
    void diagnosticsNeedReadAccessToTheConfiguration() throws Exception {
        for (String path : List.of("servicenow-gates/diagnostics/", "servicenow-gates/diagnostics/index")) {
            answer(path, "## Connection", 403, 403, 403, 403, 200, 200);
        }
        assertThat(get(ADMIN, "servicenow-gates/diagnostics/").getContentAsString())
                .contains("## Connection corp");
        assertThat(get(READER, "servicenow-gates/diagnostics/").getContentAsString())
                .doesNotContain("ServiceNow Gate\n", simulator.baseUrl());
        // Without the trailing slash, and through getters of the page.
        assertThat(statuses("servicenow-gates/diagnostics", "## Connection").subList(0, 4))
                .doesNotContain(200);
        assertThat(statuses("servicenow-gates/diagnostics/text", "## Connection"))
                .doesNotContain(200);
        assertThat(statuses("servicenow-gates/diagnostics/target/", "## Connection")
                        .subList(0, 4))
                .doesNotContain(200);
    }

    @Test
    void theCheckOfTheSetUpNeedsReadAccessToTheConfiguration() throws Exception {
        for (String path : List.of("servicenow-gates/setup/", "servicenow-gates/setup/index")) {
            answer(path, "no agents are reserved", 403, 403, 403, 403, 200, 200);
        }
        for (String below : List.of("report/", "report/sections/", "target/", "checkConnections", "running/")) {
            assertThat(statuses("servicenow-gates/setup/" + below, "no agents are reserved")
                            .subList(0, 4))
                    .as(below)
                    .doesNotContain(200);
        }
    }

    @Test
    void breakGlassReleasesNeedThePermission() throws Exception {
        String path =
                BreakGlass.path(run.getAction(io.jenkins.plugins.servicenowgate.deployment.ChangeRequestsAction.class)
                        .getDeployments()
                        .get(0));
        answer(path, "secret-version", 403, 404, 403, 403, 404, 200);
        for (String below : List.of("gate/", "gate/record/", "since/", "submit?reason=x", "gate/home/")) {
            assertThat(statuses(path + below, "secret-version")).as(below).doesNotContain(200);
        }
        ServiceNowGateConfiguration.get().setBreakGlass(false);
        answer(path, "secret-version", 403, 404, 404, 404, 404, 404);
        answer("servicenow-gates/breakGlass/no-such-id/", "secret-version", 403, 404, 404, 404, 404, 404);
    }

    @Test
    void buildPagesNeedReadAccessToTheJob() throws Exception {
        for (String path : List.of(
                "change-requests/", "change-requests/api/json", "change-requests/api/xml", "change-requests/cards")) {
            answer(run.getUrl() + path, "secret-version", 403, 404, 200, 200, 404, 200);
        }
    }

    /** Attack: other addresses of the same pages, through views, permanent links, and the views of a user. */
    @Test
    void otherWaysToPagesOfBuildsNeedReadAccessToTheJob() throws Exception {
        String job = "job/apps/job/shop/";
        for (String path : List.of(
                job + "lastBuild/change-requests/",
                "view/all/" + job + "1/change-requests/api/json",
                "job/apps/view/all/job/shop/1/change-requests/cards",
                "user/" + DEVELOPER + "/my-views/view/all/" + job + "1/change-requests/api/xml",
                "view/all/" + job + "servicenow-change-control/",
                "job/apps/view/all/servicenow-change-control/")) {
            List<Integer> statuses = statuses(path, "secret-version");
            for (int without : new int[] {0, 1, 4}) {
                assertThat(statuses.get(without))
                        .as(ROLES.get(without) + " " + path)
                        .isGreaterThanOrEqualTo(300);
            }
        }
        assertThat(get(READER, "view/all/" + job + "1/change-requests/api/json").getContentAsString())
                .contains("secret-version");
    }

    /** Attack: ask for more than the pages show, with the parameters of Jenkins' remote API. */
    @Test
    void exportsShowNoMoreThanTheirPages() throws Exception {
        for (String path : List.of(
                "api/json?depth=6",
                "api/json?tree=jobs[jobs[builds[actions[*[*[*]]]]]]",
                "api/xml?depth=6&xpath=//changeRequest&wrapper=x",
                "computer/api/json?depth=3",
                "queue/api/json?depth=3",
                "servicenow-gates/api/json?tree=*[*[*[*]]]",
                "servicenow-gates/api/xml?xpath=//*/version&wrapper=x",
                "servicenow-gates/api/python?depth=3",
                "servicenow-gates/audit/csv?project=apps/shop",
                run.getUrl() + "api/json?depth=3",
                run.getUrl() + "change-requests/api/xml?xpath=//version&wrapper=x")) {
            for (String role : List.of(ANONYMOUS, STRANGER, "auditor")) {
                assertThat(get(role, path).getContentAsString())
                        .as(role + " " + path)
                        .doesNotContain(":\"secret-version", ">secret-version<", "CHG0030001");
            }
        }
        assertThat(get(READER, run.getUrl() + "change-requests/api/xml?xpath=//version&wrapper=x")
                        .getContentAsString())
                .contains("secret-version");
    }

    @Test
    void changeControlPagesNeedReadAccessToTheItem() throws Exception {
        answer(run.getParent().getUrl() + "servicenow-change-control/", "apps/shop", 403, 404, 200, 200, 404, 200);
        answer("job/apps/servicenow-change-control/", "Production", 403, 404, 200, 200, 404, 200);
    }

    /** A user with only Item/Discover is asked to sign in and sees nothing else. */
    @Test
    void usersWhoMayOnlyDiscoverAJobSeeNothingOfIt() throws Exception {
        authorization.grant(Item.DISCOVER).everywhere().to(STRANGER);
        for (String path : List.of(
                run.getUrl() + "change-requests/",
                run.getUrl() + "change-requests/api/json",
                run.getParent().getUrl() + "servicenow-change-control/")) {
            WebResponse answer = get(STRANGER, path);
            assertThat(answer.getStatusCode()).as(path).isEqualTo(403);
            assertThat(answer.getContentAsString()).doesNotContain("secret-version", "CHG");
        }
    }

    /** The format that the administrator's guide documents. */
    @Test
    void theLogOfMarksHasMilliseconds() throws Exception {
        for (int i = 0; i < 3; i++) {
            ServiceNowGateConfiguration.get().setBreakGlass(i == 0);
        }
        List<String> lines = Files.readAllLines(MarkLog.get().files().get(0).toPath());
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\t.*"));
    }
}
