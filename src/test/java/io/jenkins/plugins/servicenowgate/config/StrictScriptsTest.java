package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javaposse.jobdsl.dsl.DslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Booleans and enumerations in Job DSL and Jenkinsfiles: an invalid value changes nothing and releases nothing. */
class StrictScriptsTest extends ControlledJenkinsTestBase {
    private static ChangeControlFolderProperty mark(Folder folder) {
        return folder.getProperties().get(ChangeControlFolderProperty.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "changeControlled('ture')",
                "changeControlled('')",
                "changeControlled(null)",
                "changeControlled(1)",
                "changeControlled(\"${System.getenv('NOT_SET_ANYWHERE')}\")",
                "automaticTransition('ture')",
                "automaticTransition(1)",
                "environments { serviceNowEnvironment { name('Staging')\nchangeControlled('ture') } }",
                "environments { serviceNowEnvironment { name('Staging')\napprovalSettings('admin') } }",
                "environments { serviceNowEnvironment { name('Staging')\napprovalSettings('') } }",
                "environments { serviceNowEnvironment { name('Staging')\napprovalSettings(null) } }",
                "environments { serviceNowEnvironment { name('Staging')\nrejected('') } }",
                "environments { serviceNowEnvironment { name('Staging')\nconflicts('') } }",
                "environments { serviceNowEnvironment { name('Staging')\nconflicts('ignore') } }",
                "environments { serviceNowEnvironment { name('Staging')\nafterDeployment('open') } }",
                "changeTasks('keep')",
                "abandonedChange('')",
                "environments { serviceNowEnvironment { name('Staging')\nchangeControlled(null) } }",
                "environments { serviceNowEnvironment { name('Staging')\nonlyControlledProjects('no') } }",
                "environments { serviceNowEnvironment { name('Staging')\nseparateDuties('no') } }",
                "environments { serviceNowEnvironment { name('Staging')\nstandardChangesPreApproved('ja') } }",
            })
    void jobDslAcceptsNoOtherValue(String setting) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty before = new ChangeControlFolderProperty();
        before.setChangeControlled(true);
        before.setEnvironments(List.of(ControlledJenkins.environment("Staging", true)));
        folder.addProperty(before);
        String script = "folder('ops') { properties { changeControl { " + setting + " } } }";

        Throwable refusal = catchThrowable(() ->
                new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script));

        assertThat(refusal).as(setting).isNotNull();
        String name = Stream.of(
                        "approvalSettings",
                        "onlyControlledProjects",
                        "separateDuties",
                        "standardChangesPreApproved",
                        "automaticTransition",
                        "afterDeployment",
                        "changeTasks",
                        "rejected",
                        "conflicts",
                        "abandonedChange")
                .filter(setting::contains)
                .findFirst()
                .orElse("changeControlled");
        assertThat(refusal).hasStackTraceContaining(name);
        assertThat(mark(folder).isChangeControlled()).isTrue();
        assertThat(mark(folder).getEnvironments().get(0).isChangeControlled()).isTrue();
        assertThat(folder.getConfigFile().asString()).contains("<changeControlled>true</changeControlled>");
    }

    private WorkflowRun fails(WorkflowJob job) throws Exception {
        WorkflowRun run = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        jenkins.assertLogNotContains("DEPLOYED", run);
        assertThat(simulator.requests().all()).isEmpty();
        return run;
    }

    @ParameterizedTest
    @ValueSource(strings = {"'ture'", "1", "[]", "\"${env.NOT_SET}\""})
    void aMarkOfAJenkinsfileAcceptsNoOtherValue(String value) throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins,
                "shop",
                "properties([changeControl(standardChangeTemplate: 'Deploy', automaticTransition: " + value + ")])\n"
                        + "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }");
        WorkflowRun run = fails(job);
        jenkins.assertLogContains("automaticTransition", run);
        ChangeControlJobProperty mark = job.getProperty(ChangeControlJobProperty.class);
        assertThat(mark).as("as it was").isNotNull();
        assertThat(mark.getStandardChangeTemplate()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'ture'", "''", "\"${env.NOT_SET}\"", "1", "[:]", "null"})
    void aStepAcceptsNoOtherValue(String value) throws Exception {
        ServiceNowGateConfiguration.get().getEnvironments().get(0).setAllowEmergency(true);
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins,
                "shop",
                "serviceNowDeployment(environment: 'Production', version: '1', emergency: " + value
                        + ") { echo 'DEPLOYED' }");
        WorkflowRun run = fails(job);
        jenkins.assertLogContains("emergency", run);
        jenkins.assertLogNotContains("\tat ", run);
    }
}
