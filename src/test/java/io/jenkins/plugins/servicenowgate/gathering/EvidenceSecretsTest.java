package io.jenkins.plugins.servicenowgate.gathering;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import java.util.Map;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Secrets of a build in the texts of commits and links. */
@Timeout(180)
class EvidenceSecretsTest extends EvidenceTestBase {
    private static final String SECRET = "s3cr3t/va lue";

    /** Of the credentials that a Pipeline binds to a variable, as they are, in Base64, and as part of an address. */
    @Test
    void boundCredentialsAreMaskedInCommitsAndLinks() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "deploy-token", "", Secret.fromString(SECRET)));
        WorkflowRun first = goes(build("shop", make() + GATE));
        WorkflowJob job = first.getParent();
        repository.commit("Ann", "Log in with s3cr3t/va lue", "b.txt", "2");
        repository.commit("Ann", "Or czNjcjN0L3ZhIGx1ZQ in Base64", "c.txt", "3");
        job.setDefinition(ControlledJenkins.script(make() + """
                withCredentials([string(credentialsId: 'deploy-token', variable: 'TOKEN')]) {
                  def encoded = java.net.URLEncoder.encode(TOKEN, 'UTF-8')
                  serviceNowGate environment: 'Production', evidence: [links: [
                      Status: "https://status.example/?token=$encoded",
                      Board: "https://board.example/${encoded.replace('+', '%20')}"]]
                }"""));
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());

        ChangeEvidence evidence = evidence(run);
        assertThat(evidence.description())
                .contains("Log in with **** (ann)", "Or **** in Base64 (ann)")
                .contains("- Status: https://status.example/?token=****", "- Board: https://board.example/****");
        assertThat(evidence.json()).contains("https://board.example/****", "Log in with ****");
        for (RecordedRequest request : simulator.requests().all()) {
            assertThat(request.body()).doesNotContain("s3cr3t", "czNjcjN0");
        }
        assertThat(run.getRootDir().toPath().resolve("build.xml"))
                .content()
                .contains("https://board.example/****")
                .doesNotContain("s3cr3t", "czNjcjN0");
        assertThat(web(READER)
                        .goTo(run.getUrl() + "change-requests/api/json?depth=3", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .contains("Log in with ****")
                .doesNotContain("s3cr3t", "czNjcjN0");
    }

    /** A parameter of some plugin that can't tell its value: nothing is shown that might be secret. */
    @Test
    void nothingIsToldWhereSecretsCannotBeRead() throws Exception {
        production.getEvidence().setLinks(Map.of("Status", "https://status.example/"));
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", GATE);
        WorkflowRun run = waiting(job.scheduleBuild2(0, new ParametersAction(new BrokenParameter()))
                .waitForStart());
        jenkins.assertLogContains("[ServiceNow] Not gathered: build: ****", run);
        assertThat(evidence(run).description())
                .contains("Not gathered: build: ****")
                .doesNotContain("status.example", "the plugin is broken");
        goes(run);
    }

    /** A sensitive parameter whose value can't be read. */
    public static final class BrokenParameter extends ParameterValue {
        private static final long serialVersionUID = 1L;

        public BrokenParameter() {
            super("BROKEN");
        }

        @Override
        public boolean isSensitive() {
            return true;
        }

        @Override
        public Object getValue() {
            throw new IllegalStateException("the plugin is broken");
        }
    }
}
