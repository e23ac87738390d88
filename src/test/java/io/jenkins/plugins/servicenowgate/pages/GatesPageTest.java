package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentRegistry;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** The list of waiting deployments: content, visibility and order, and the status of the connections. */
class GatesPageTest extends ControlledJenkinsTestBase {

    private JenkinsRule.WebClient reader;

    @BeforeEach
    void signIn() {
        reader = web(READER);
    }

    private WorkflowRun waiting(String job, String version) throws Exception {
        return waiting(build(job, "serviceNowGate environment: 'Production', version: '" + version + "'"));
    }

    private JSONObject json(JenkinsRule.WebClient web, String parameters) throws Exception {
        return JSONObject.fromObject(web.getPage(new URL(jenkins.getURL() + "servicenow-gates/api/json" + parameters))
                .getWebResponse()
                .getContentAsString());
    }

    private static List<String> versions(JSONObject json) {
        JSONArray rows = json.getJSONArray("deployments");
        return rows.stream().map(row -> ((JSONObject) row).getString("version")).toList();
    }

    @Test
    void listsWaitingDeployments() throws Exception {
        WorkflowRun run = waiting("shop", "<i>1.0</i>");
        String number = simulator.changes().get(0).number();
        HtmlPage page = reader.goTo("servicenow-gates/");
        String html = page.getWebResponse().getContentAsString();

        assertThat(page.asNormalizedText())
                .contains("Waiting deployments: 1", "Reason for waiting", "Production", "<i>1.0</i>", "New");
        assertThat(html)
                .doesNotContain("<i>1.0</i>")
                .doesNotContain("style=\"", "onclick")
                .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
        assertThat(page.getAnchorByText(number).getHrefAttribute()).startsWith(simulator.baseUrl());
        assertThat(page.getAnchorByText(run.getFullDisplayName()).getHrefAttribute())
                .isEqualTo("/jenkins/" + run.getUrl());
        await().untilAsserted(() -> {
            JSONObject row = json(reader, "").getJSONArray("deployments").getJSONObject(0);
            assertThat(row.getString("number")).isEqualTo(number);
            assertThat(row.getString("reason")).contains("the deployment is released when the change is in Implement");
            assertThat(row.getString("since")).isNotEmpty();
            assertThat(row.getString("nextPoll")).isNotEqualTo("null");
        });

        simulator.people().approve(number);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertThat(reader.goTo("servicenow-gates/").asNormalizedText())
                .contains("No deployment is waiting for a change.");
    }

    /** From the first query of ServiceNow until the planned start, the list says what is missing. */
    @Test
    void showsWhatADeploymentWaitsFor() throws Exception {
        simulator.faults().on(Endpoint.LIST).always(Fault.badGateway());
        WorkflowRun run = build("shop", "serviceNowGate environment: 'Production', version: '1'");
        jenkins.waitForMessage("[ServiceNow] ServiceNow is unavailable: ", run);
        awaitReason("Waiting for a valid response from ServiceNow: ", " answered 502");

        simulator.faults().clear();
        String number = theChange().number();
        awaitReason("Waiting: " + number + " is in New (approval: ", "Last error (resolved): ", " answered 502");

        simulator.people().hold(number, "vendor <b>asks</b>");
        awaitReason("Waiting: " + number + " is on hold: vendor <b>asks</b>");

        simulator.people().window(number, Instant.parse("2030-01-02T10:00:00Z"), null);
        simulator.people().resume(number).approve(number);
        awaitReason("Waiting: " + number + " is in Implement; its planned start is 2030-01-02 10:00:00 UTC");
    }

    private void awaitReason(String... texts) throws Exception {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            HtmlPage page = reader.goTo("servicenow-gates/");
            assertThat(page.querySelectorAll("td .servicenow-gate-why"))
                    .singleElement()
                    .extracting(DomNode::asNormalizedText, as(InstanceOfAssertFactories.STRING))
                    .contains(texts);
            assertThat(page.getWebResponse().getContentAsString()).doesNotContain("<b>asks");
        });
    }

    @Test
    void showsRelativeTimesWithTheAbsoluteTime() throws Exception {
        waiting("shop", "1");
        reader.getOptions().setJavaScriptEnabled(false);
        DomElement since = reader.goTo("servicenow-gates/").querySelector("td > time");
        assertThat(since.asNormalizedText()).matches(".* (ms|sec) ago");
        assertThat(Duration.between(Instant.parse(since.getAttribute("datetime")), Instant.now()))
                .isLessThan(Duration.ofMinutes(5));
        assertThat(since.getAttribute("title"))
                .isEqualTo(since.getAttribute("datetime").substring(0, 19).replace('T', ' ') + " UTC");
    }

    @Test
    void filtersSortsAndPages() throws Exception {
        waiting("shop", "2");
        waiting("bank", "3");
        waiting("mail", "1");
        assertThat(versions(json(reader, ""))).containsExactly("2", "3", "1");
        assertThat(versions(json(reader, "?sort=version"))).containsExactly("1", "2", "3");
        assertThat(versions(json(reader, "?sort=project&dir=desc"))).containsExactly("2", "1", "3");
        assertThat(versions(json(reader, "?q=BANK"))).containsExactly("3");
        assertThat(versions(json(reader, "?q=nothing"))).isEmpty();
        JSONObject second = json(reader, "?sort=version&size=2&page=2");
        assertThat(versions(second)).containsExactly("3");
        assertThat(second.getInt("total")).isEqualTo(3);
        assertThat(second.getInt("pages")).isEqualTo(2);
        assertThat(json(reader, "?size=2&page=99").getInt("page")).isEqualTo(2);
        HtmlPage page = reader.goTo("servicenow-gates/?sort=version&size=2");
        assertThat(page.asNormalizedText()).contains("1 to 2 of 3", "Next page").doesNotContain("Previous page");
        HtmlPage next = page.getAnchorByText("Next page").click();
        assertThat(next.asNormalizedText()).contains("3 to 3 of 3", "Previous page", "bank");
        String filtered = reader.goTo("servicenow-gates/?q=%22%3E%3Cb%3Ex")
                .getWebResponse()
                .getContentAsString();
        assertThat(filtered).contains("No waiting deployment matches").doesNotContain("<b>x");
    }

    @Test
    void showsOnlyWhatTheViewerMayRead() throws Exception {
        WorkflowRun shop = waiting("shop", "1");
        waiting("secret", "2");
        authorization
                .grant(Jenkins.READ, Jenkins.MANAGE)
                .everywhere()
                .to("manager")
                .grant(Jenkins.READ)
                .everywhere()
                .to("teammate")
                .grant(Item.READ)
                .onItems((Item) shop.getParent().getParent(), shop.getParent())
                .to("teammate");
        JenkinsRule.WebClient teammate = web("teammate");

        assertThat(versions(json(teammate, ""))).containsExactly("1");
        assertThat(json(teammate, "").getInt("total")).isEqualTo(1);
        assertThat(versions(json(teammate, "?q=secret"))).isEmpty();
        assertThat(json(teammate, "").get("connections").toString()).isEqualTo("null");
        assertThat(teammate.goTo("servicenow-gates/").asNormalizedText())
                .contains("shop")
                .doesNotContain("secret", "Connections", "corp");
        JenkinsRule.WebClient manager = web("manager");
        assertThat(versions(json(manager, ""))).isEmpty();
        assertThat(json(manager, "")
                        .getJSONArray("connections")
                        .getJSONObject(0)
                        .getInt("gates"))
                .isEqualTo(2);
        assertThat(versions(json(web(ADMIN), ""))).containsExactly("1", "2");
        JenkinsRule.WebClient nobody = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        assertThat(nobody.goTo("servicenow-gates/").getUrl().getPath()).endsWith("/login");
    }

    @Test
    void showsTheStatusOfTheConnections() throws Exception {
        JenkinsRule.WebClient administrator = web(ADMIN);
        assertThat(connection(administrator).getString("condition")).isEqualTo("UNUSED");
        waiting("shop", "1");
        assertThat(connection(administrator).getString("condition")).isEqualTo("ANSWERS");
        assertThat(administrator.goTo("servicenow-gates/").asNormalizedText())
                .contains("Reachable", "Poll interval: normal");
        assertThat(connection(administrator).getString("lastSuccess")).isNotEqualTo("null");

        simulator.faults().on(Endpoint.LIST).always(Fault.rateLimited(Duration.ofSeconds(30)));
        await().untilAsserted(() -> {
            JSONObject connection = connection(administrator);
            assertThat(connection.getString("condition")).isEqualTo("FAILS");
            assertThat(connection.getString("lastError")).contains("answered 429");
            assertThat(connection.getInt("rateLimitedResponses")).isEqualTo(1);
            assertThat(connection.getString("pausedUntil")).isNotEqualTo("null");
            assertThat(connection.getString("intervalFactor")).isEqualTo("2.0");
        });
        await().untilAsserted(() -> assertThat(json(administrator, "")
                        .getJSONArray("deployments")
                        .getJSONObject(0)
                        .getString("lastError"))
                .contains("answered 429"));
        assertThat(administrator.goTo("servicenow-gates/").asNormalizedText())
                .contains("Failing since", "Rate-limited responses: 1", "Requests paused until")
                .contains("Poll interval: 2.0 times normal");
    }

    private JSONObject connection(JenkinsRule.WebClient administrator) throws Exception {
        return json(administrator, "").getJSONArray("connections").getJSONObject(0);
    }

    @Test
    void showsThatChangeControlIsOff() throws Exception {
        assertThat(DeploymentRegistry.get().waiting()).isEmpty();
        ServiceNowGateConfiguration.get().setEnabled(false);
        assertThat(reader.goTo("servicenow-gates/").asNormalizedText())
                .contains("ServiceNow change control is switched off");
    }
}
