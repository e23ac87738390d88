package io.jenkins.plugins.servicenowgate.pipeline;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;

/** The pipeline job shop, which waits at its gate for Production. */
abstract class WaitingPipelineTestBase extends ControlledJenkinsTestBase {
    static final String GATE = "def c = serviceNowGate(environment: 'Production', version: '1.0.1')\n"
            + "echo \"released by ${c.number} required=${c.required} state=${c.state} id=${c.sysId} at ${c.url}\"";
    static final String TITLE = ControlledJenkins.title("apps/shop", "1.0.1");

    final WorkflowRun build(String script) throws Exception {
        return build("shop", script);
    }

    final SimulatedChange waitingChange(WorkflowRun run) throws Exception {
        waiting(run);
        return simulator.changes().get(0);
    }

    final void refused(WorkflowRun run, String line) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("\tat ", run);
        jenkins.assertLogNotContains("released by", run);
        jenkins.assertLogNotContains("in the body", run);
    }
}
