package io.jenkins.plugins.servicenowgate.pages;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The card of a build, and the preview of what approvers will see. */
@Timeout(180)
class EvidencePagesTest extends ControlledJenkinsTestBase {
    private static final String PREVIEW = "servicenow-change-control/preview?environment=Production";

    @BeforeEach
    void declare() {
        Environment production = ControlledJenkins.environment("Production", true);
        EvidenceSettings evidence = new EvidenceSettings();
        evidence.setLinks(Map.of("<i>Wiki</i>", "https://example.com/wiki"));
        evidence.setFiles(List.of("*.txt"));
        production.setEvidence(evidence);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    private int status(String user, Item item, String path) throws Exception {
        return webWithErrors(user).goTo(item.getUrl() + path).getWebResponse().getStatusCode();
    }

    @Test
    void theCardShowsItCollapsed() throws Exception {
        WorkflowRun run = waiting(build("shop", "serviceNowGate environment: 'Production'"));
        HtmlPage page = web(READER).getPage(run);
        DomElement details = page.querySelector("article.servicenow-gate-card details");
        assertThat(details.hasAttribute("open")).isFalse();
        assertThat(details.getTextContent())
                .contains("What approvers are told", "- <i>Wiki</i>: https://example.com/wiki");
        assertThat(page.getWebResponse().getContentAsString()).doesNotContain("<i>Wiki");
        assertThat(web(READER).getPage(run).asNormalizedText()).contains("Not attached: no file matches *.txt.");
    }

    @Test
    void thePreviewIsForThoseWhoMayConfigureTheJob() throws Exception {
        agent("worker", null);
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins, "shop", "node('worker') { writeFile file: 'a.txt', text: 'a'\n archiveArtifacts '*.txt' }");
        assertThat(web(DEVELOPER).goTo(job.getUrl() + PREVIEW).asNormalizedText())
                .contains("Nothing: there is no build");
        jenkins.buildAndAssertSuccess(job);

        HtmlPage overview = web(DEVELOPER).getPage(job, "servicenow-change-control");
        HtmlPage preview = overview.getAnchorByText("What approvers will see of a deployment to Production")
                .click();

        assertThat(preview.asNormalizedText())
                .contains(
                        "Deployment of apps/shop, version 1, to Production.",
                        "- <i>Wiki</i>: https://example.com/wiki",
                        "- a.txt, SHA-256 ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
                        "jenkins-evidence.json",
                        "\"form\" : \"jenkins-evidence\"");
        assertThat(new File(jenkins.jenkins.getRootDir(), "servicenow-gate/evidence").list())
                .as("copies of the preview")
                .isNullOrEmpty();
        assertThat(simulator.requests().count()).isZero();
        assertThat(web(READER).getPage(job, "servicenow-change-control").asNormalizedText())
                .doesNotContain("What approvers will see");
        assertThat(status(READER, job, PREVIEW)).isEqualTo(403);
        assertThat(status(STRANGER, job, PREVIEW)).isEqualTo(404);
        assertThat(web(DEVELOPER)
                        .goTo(job.getUrl() + PREVIEW.replace("Production", "None"))
                        .asNormalizedText())
                .contains("Nothing: ");
    }
}
