package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.pages.BreakGlass;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.util.List;
import java.util.regex.Pattern;
import jenkins.model.CauseOfInterruption;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text of others in the journal of a change: ServiceNow renders {@code [code]} as HTML, so none of it is sent. */
class MarkupInNotesTest extends ProductionPipelineTestBase {
    private static final Pattern MARKUP = Pattern.compile("(?i)\\[\\s*/?\\s*code\\s*]");

    /** What was sent as a journal, and as close notes. */
    private List<String> journals() {
        return simulator.requests().all().stream()
                .filter(request -> request.endpoint() != Endpoint.TOKEN && request.json() != null)
                .flatMap(request -> List.of("work_notes", "comments", "close_notes").stream()
                        .filter(column -> request.json().has(column))
                        .map(column -> request.json().get(column).asString()))
                .toList();
    }

    private void escapeFormula(String... words) {
        assertThat(journals())
                .isNotEmpty()
                .noneMatch(text -> MARKUP.matcher(text).find());
        for (String word : words) {
            assertThat(journals()).anyMatch(text -> text.contains(word));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[code]<a href='x'>CAB approved</a>[/code]", "[CODE]<b>x</b>[/Code]", "[ code ]<i>x</i>[/ code ]"
            })
    void inVersionProjectAndCause(String markup) throws Exception {
        standard("close");
        String script = "serviceNowDeployment(environment: 'Production', version: '''1 " + markup
                + "''', project: '''p " + markup + "''') { echo 'DEPLOYED' }";
        WorkflowRun run = job(script)
                .scheduleBuild2(0, new CauseAction(new Cause.RemoteCause("host", "nightly " + markup)))
                .waitForStart();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();

        assertThat(theChange().state()).contains(SimulatedState.CLOSED);
        assertThat(theChange().get("short_description"))
                .as("a title is no journal")
                .contains(markup);
        escapeFormula("(code)", "nightly");
        assertThat(theChange().get("close_notes")).contains("(code)");
        assertThat(MARKUP.matcher(theChange().get("close_notes")).find()).isFalse();
    }

    @Test
    void inColumnsThatAStepSets() throws Exception {
        WorkflowRun run = waiting(job(DEPLOY.replace(
                        "version: '1'",
                        "version: '1', fields: [work_notes: '[code]<b>x</b>[/code]', comments: '[code]<b>y</b>[/code]']"))
                .scheduleBuild2(0)
                .waitForStart());
        escapeFormula("(code)<b>x</b>(/code)", "(code)<b>y</b>(/code)");
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    /** An instance may make any column a journal. */
    @Test
    void inOtherColumnsOfStepAndEnvironment() throws Exception {
        Environment production = ControlledJenkins.environment("Production", true);
        production.setFields(List.of(new ChangeField("u_release_journal", "[code]<b>x</b>[/code]")));
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
        WorkflowRun run = waiting(
                job(DEPLOY.replace("version: '1'", "version: '1', fields: [approval_history: '[code]<b>y</b>[/code]']"))
                        .scheduleBuild2(0)
                        .waitForStart());
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().get("u_release_journal").asString())
                            .isEqualTo("(code)<b>x</b>(/code)");
                    assertThat(request.json().get("approval_history").asString())
                            .isEqualTo("(code)<b>y</b>(/code)");
                });
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void inTheReasonOfBreakingTheGlass() throws Exception {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        HtmlPage page = web(ADMIN).goTo(BreakGlass.path(deployment(run)));
        HtmlForm form = page.getFormByName("break-glass");
        form.getTextAreaByName("reason").setText("fire [code]<a href='https://evil.example'>approved</a>[/code]");
        jenkins.submit(form);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        escapeFormula("fire (code)<a href='https://evil.example'>approved</a>(/code)");
    }

    /** Attack: the name of a link in the evidence, which a note tells the approvers of a Standard change. */
    @Test
    void inTheEvidence() throws Exception {
        standard("close");
        jenkins.assertBuildStatusSuccess(job(DEPLOY.replace(
                        "version: '1'",
                        "version: '1', evidence: [links: ['[code]<b>CAB approved</b>[/code]': 'https://ci.example/1']]"))
                .scheduleBuild2(0));
        settled();
        escapeFormula("(code)<b>CAB approved</b>(/code)");
    }

    /** Of another plugin. */
    static final class NamedInterruption extends CauseOfInterruption {
        private static final long serialVersionUID = 1L;

        @Override
        public String getShortDescription() {
            return "[code]<b>the CAB</b>[/code]";
        }
    }

    /** Whoever ends the wait, by whatever name. */
    @Test
    void inTheReasonOfAnAbort() throws Exception {
        WorkflowRun run = waiting(job(DEPLOY).scheduleBuild2(0).waitForStart());
        run.getExecutor().interrupt(Result.ABORTED, new NamedInterruption());
        jenkins.waitForCompletion(run);
        settled();
        escapeFormula("(code)<b>the CAB</b>(/code)");
    }

    @Test
    void ofAJobThatIsNoPipeline() throws Exception {
        agent("worker", null);
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1 [code]<b>x</b>[/code]");
        var future = queued.scheduleBuild2(0, new Cause.RemoteCause("host", "[code]<b>y</b>[/code]"));
        simulator.people().approve(theChange().number());
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(future);
        settled();
        assertThat(build.getNumber()).isEqualTo(1);
        escapeFormula("(code)<b>x</b>(/code)", "(code)<b>y</b>(/code)");
        List<RecordedRequest> updates = simulator.requests().to(Endpoint.UPDATE);
        assertThat(updates).hasSize(3);
    }
}
