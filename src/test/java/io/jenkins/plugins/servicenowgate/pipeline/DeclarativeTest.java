package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** Declarative pipelines, and the Jenkinsfiles of the README, unchanged. */
class DeclarativeTest extends ControlledJenkinsTestBase {

    /** The Groovy code blocks of a page that contain a gate. */
    private static List<String> jenkinsfiles(String page) throws Exception {
        List<String> found = new ArrayList<>();
        Matcher blocks =
                Pattern.compile("```groovy\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of(page)));
        while (blocks.find()) {
            if (blocks.group(1).contains("serviceNow")) {
                found.add(blocks.group(1));
            }
        }
        return found;
    }

    @Test
    void theExamplesOfTheReadmeWaitAndAreReleased() throws Exception {
        List<String> examples = jenkinsfiles("README.md");
        assertThat(examples).hasSize(2);
        agent("worker", null);
        Folder ops = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        ops.addProperty(mark);
        for (String example : examples) {
            WorkflowJob job = ops.createProject(WorkflowJob.class, "shop" + examples.indexOf(example));
            job.setDefinition(new CpsFlowDefinition(example.replace("sh './deploy.sh'", "echo 'DEPLOYED'"), true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
            jenkins.assertLogNotContains("DEPLOYED", run);
            SimulatedChange change = simulator.changes().get(simulator.changes().size() - 1);
            simulator.people().approve(change.number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("DEPLOYED", run);
        }
    }

    @Test
    void theMarkWorksAmongTheOptions() throws Exception {
        WorkflowJob job = ControlledJenkins.job(
                jenkins,
                "marked",
                "pipeline {\n  agent none\n  options { changeControl(connection: 'corp', project: 'Shop') }\n"
                        + "  stages { stage('Deploy') { steps { serviceNowGate(environment: 'Production') } } }\n}");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        assertThat(job.getProperty(ChangeControlJobProperty.class).getProject()).isEqualTo("Shop");
        assertThat(simulator.changes().get(0).get("short_description"))
                .isEqualTo("Jenkins: Deploy \"Shop\" version 1 to \"Production\"");
        simulator.people().cancel(simulator.changes().get(0).number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
    }
}
