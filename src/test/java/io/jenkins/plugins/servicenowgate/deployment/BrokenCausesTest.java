package io.jenkins.plugins.servicenowgate.deployment;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.pages.BreakGlass;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Code of other plugins that takes part in a deployment and fails: it ends as it should, and is never silent. */
class BrokenCausesTest extends ProductionPipelineTestBase {
    /** How it fails. */
    enum Failure {
        EXCEPTION {
            @Override
            String description() {
                throw new IllegalStateException("broken cause");
            }
        },
        ERROR {
            @Override
            String description() {
                throw new NoClassDefFoundError("gone/Plugin");
            }
        },
        ENDLESS {
            @Override
            String description() {
                return description() + description();
            }
        },
        NULL {
            @Override
            String description() {
                return null;
            }
        };

        abstract String description();
    }

    /** Jenkins itself asks it when the build starts, and fails then too: it answers once. */
    static final class BrokenCause extends Cause {
        private final Failure failure;

        BrokenCause(Failure failure) {
            this.failure = failure;
        }

        @Override
        public void print(hudson.model.TaskListener listener) {
            listener.getLogger().println("Started by something");
        }

        @Override
        public String getShortDescription() {
            for (StackTraceElement caller : new Throwable().getStackTrace()) {
                if (caller.getClassName().startsWith("io.jenkins.plugins.servicenowgate")
                        && !caller.getClassName().contains("BrokenCausesTest")) {
                    return failure.description();
                }
            }
            return "something";
        }
    }

    private WorkflowRun started(Failure failure) throws Exception {
        return waiting(job(DEPLOY)
                .scheduleBuild2(0, new CauseAction(new BrokenCause(failure), new Cause.RemoteCause("host", "nightly")))
                .waitForStart());
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void isReleased(Failure failure) throws Exception {
        WorkflowRun run = started(failure);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        assertThat(theChange().workNotes()).hasSize(3);
        assertThat(theChange().workNotes().get(1)).as("the other cause is told").contains("nightly");
        assertThat(web(READER)
                        .goTo("servicenow-gates/audit/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .contains("nightly", "PROCEED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isRefused(boolean notes) throws Exception {
        ServiceNowGateConfiguration.get().setWorkNotesEnabled(notes);
        WorkflowRun run = started(Failure.EXCEPTION);
        simulator.people().reject(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("was rejected", run);
        assertThat(deployment(run).getOutcome()).isEqualTo(GateOutcome.REFUSE);
    }

    @Test
    void isReleasedWithoutNotes() throws Exception {
        ServiceNowGateConfiguration.get().setWorkNotesEnabled(false);
        WorkflowRun run = started(Failure.EXCEPTION);
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void isAborted() throws Exception {
        WorkflowRun run = started(Failure.EXCEPTION);
        run.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        settled();
        assertThat(theChange().workNotes()).last().asString().contains("did not take place");
    }

    @Test
    void isReleasedByAPerson() throws Exception {
        ServiceNowGateConfiguration.get().setBreakGlass(true);
        WorkflowRun run = started(Failure.EXCEPTION);
        HtmlForm form = web(ADMIN).goTo(BreakGlass.path(deployment(run))).getFormByName("break-glass");
        form.getTextAreaByName("reason").setText("fire");
        jenkins.submit(form);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("WITHOUT an approved change", run);
    }

    @Test
    void isReleasedWhenChangeControlIsSwitchedOff() throws Exception {
        WorkflowRun run = started(Failure.EXCEPTION);
        ServiceNowGateConfiguration.get().setEnabled(false);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void isRefusedBeforeItIsAsked() throws Exception {
        WorkflowRun run = jenkins.assertBuildStatus(
                Result.FAILURE,
                job(DEPLOY.replace("'Production'", "'Produktion'"))
                        .scheduleBuild2(0, new CauseAction(new BrokenCause(Failure.EXCEPTION))));
        jenkins.assertLogContains("is not declared", run);
    }

    @Test
    void inTheQueue() throws Exception {
        agent("worker", null);
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        var future = queued.scheduleBuild2(0, new BrokenCause(Failure.EXCEPTION));
        await().until(() -> simulator.changes().size() == 1);
        simulator.people().approve(theChange().number());
        FreeStyleBuild build = jenkins.assertBuildStatusSuccess(future);
        settled();
        assertThat(build.getAction(ChangeRequestsAction.class).getDeployments())
                .extracting(DeploymentRecord::getOutcome)
                .containsExactly(GateOutcome.PROCEED);
    }
}
