package io.jenkins.plugins.servicenowgate.pipeline;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.awaitility.Awaitility.await;

import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import org.jenkinsci.plugins.pipeline.modeldefinition.actions.RestartDeclarativePipelineAction;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;

/** Declarative Pipelines that a developer restarts from a stage. */
abstract class RestartedStageTestBase extends ControlledJenkinsTestBase {
    /** The first run of the script, released and completed; its change is closed. */
    final WorkflowRun released(String script) throws Exception {
        WorkflowRun run = waiting(ControlledJenkins.controlledJob(jenkins, "shop", script)
                .scheduleBuild2(0)
                .waitForStart());
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        settled();
        simulator.people().close(theChange().number());
        return run;
    }

    static WorkflowRun restart(WorkflowRun run, String stage) throws Exception {
        WorkflowJob job = run.getParent();
        int next = job.getNextBuildNumber();
        try (ACLContext developer = ACL.as2(User.getById(DEVELOPER, true).impersonate2())) {
            run.getAction(RestartDeclarativePipelineAction.class).run(stage);
        }
        await().until(() -> job.getBuildByNumber(next) != null);
        return job.getBuildByNumber(next);
    }
}
