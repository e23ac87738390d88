package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller from which the plugin is taken off still reads the jobs and builds that used it. */
class UninstalledTest {
    @RegisterExtension
    private final RealJenkinsExtension controller = ControlledJenkins.withRequiredPlugins();

    @Test
    void jobsAndBuildsStayReadable() throws Throwable {
        controller.startJenkins();
        controller.runRemotely(UninstalledTest::use);
        controller.stopJenkins();
        controller.omitPlugins("servicenow-gate");
        new java.io.File(controller.getHome(), "plugins/servicenow-gate.jpl").delete();
        controller.startJenkins();
        controller.run(new WithoutThePlugin());
        controller.stopJenkins();
    }

    private static void use(JenkinsRule jenkins) throws Exception {
        SecuredJenkins.secureForRestarts(jenkins.jenkins);
        ControlledJenkins.configure("http://127.0.0.1:9");
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins, "shop", "serviceNowGate(environment: 'Dev', version: '1'); echo 'DEPLOYED'");
        jenkins.buildAndAssertSuccess(job);
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setEnvironments(List.of(ControlledJenkins.environment("Staging", true)));
        jenkins.jenkins.getItemByFullName("apps", Folder.class).addProperty(mark);
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        queued.getBuildersList().add(new ServiceNowGateBuilder("Production"));
        queued.save();
    }

    /** A class of its own: where the plugin is missing, one that knows it could not be loaded. */
    private static final class WithoutThePlugin implements RealJenkinsExtension.Step {
        private static final long serialVersionUID = 1L;

        @Override
        public void run(JenkinsRule jenkins) throws Exception {
            assertThat(jenkins.jenkins.getPlugin("servicenow-gate")).isNull();
            WorkflowJob job = jenkins.jenkins.getItemByFullName("apps/shop", WorkflowJob.class);
            WorkflowRun run = job.getBuildByNumber(1);
            assertThat(run.getResult()).isEqualTo(Result.SUCCESS);
            assertThat(run.getLog(1000)).contains("DEPLOYED");
            assertThat(jenkins.jenkins.getItemByFullName("apps/queued", FreeStyleProject.class))
                    .isNotNull();
            for (String page : new String[] {"job/apps/", "job/apps/job/shop/", "job/apps/job/shop/1/", "manage/"}) {
                assertThat(jenkins.createWebClient()
                                .login("admin")
                                .goTo(page)
                                .getWebResponse()
                                .getStatusCode())
                        .isEqualTo(200);
            }
        }
    }
}
