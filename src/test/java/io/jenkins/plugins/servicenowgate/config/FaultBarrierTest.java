package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.ExtensionList;
import hudson.Launcher;
import hudson.matrix.Axis;
import hudson.matrix.AxisList;
import hudson.matrix.MatrixConfiguration;
import hudson.matrix.MatrixProject;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Descriptor;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.PeriodicWork;
import hudson.model.Result;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.BuildWrapper;
import hudson.tasks.BuildWrapperDescriptor;
import hudson.tasks.Publisher;
import hudson.tasks.Recorder;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.RefusedBuildStepListener;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.pages.ChangeRequestDetails;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exceptions in this plugin do not affect anything outside this plugin. */
class FaultBarrierTest extends ControlledJenkinsTestBase {
    private final Set<String> asked = new ConcurrentSkipListSet<>();

    @AfterEach
    void repair() {
        FaultBarrier.setProbeForTests(extension -> {});
    }

    private void breakEverything() {
        FaultBarrier.setProbeForTests(extension -> {
            asked.add(extension.getName());
            throw new IllegalStateException("broken for the test");
        });
    }

    /** The class names of extensions that Jenkins calls; without descriptors and extension points of this plugin. */
    private static Set<String> calledByOthers() {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : new Class<?>[] {
            hudson.model.queue.QueueTaskDispatcher.class,
            hudson.model.queue.QueueListener.class,
            hudson.model.listeners.RunListener.class,
            hudson.model.listeners.ItemListener.class,
            hudson.model.listeners.SaveableListener.class,
            hudson.model.AdministrativeMonitor.class,
            hudson.model.BuildStepListener.class,
            hudson.model.PeriodicWork.class,
            hudson.model.RootAction.class,
            jenkins.model.TransientActionFactory.class,
            jenkins.model.details.DetailFactory.class,
            org.jenkinsci.plugins.workflow.flow.GraphListener.class
        }) {
            for (Object extension : Jenkins.get().getExtensionList(type)) {
                if (extension.getClass().getName().startsWith("io.jenkins.plugins.servicenowgate.")) {
                    names.add(extension.getClass().getName());
                }
            }
        }
        return names;
    }

    @Test
    void otherBuildsPagesAndSavesStillWork() throws Exception {
        agent("worker", null);
        WorkflowJob pipeline = jenkins.createProject(WorkflowJob.class, "pipeline");
        pipeline.setDefinition(ControlledJenkins.script("node { echo 'RAN' }"));
        FreeStyleProject freestyle = jenkins.createFreeStyleProject("freestyle");
        freestyle.getPublishersList().add(new hudson.tasks.Fingerprinter("none"));
        breakEverything();

        jenkins.assertLogContains("RAN", jenkins.buildAndAssertSuccess(pipeline));
        FreeStyleBuild build = freestyle.scheduleBuild2(0).get();
        jenkins.assertBuildStatusSuccess(build);
        Folder folder = jenkins.createProject(Folder.class, "folder");
        FreeStyleProject inner = folder.createProject(FreeStyleProject.class, "inner");
        inner.setDescription("changed");
        inner.renameTo("renamed");
        jenkins.jenkins.getQueue().cancel(inner);
        inner.scheduleBuild2(3600);
        jenkins.jenkins.getQueue().cancel(inner);
        jenkins.jenkins.setSystemMessage("saved");
        jenkins.jenkins.save();
        build.delete();
        ExtensionList.lookup(PeriodicWork.class).stream()
                .filter(work -> work.getClass().getName().startsWith("io.jenkins.plugins.servicenowgate."))
                .forEach(Runnable::run);
        Jenkins.get()
                .getExtensionList(hudson.model.listeners.ItemListener.class)
                .forEach(listener -> {
                    if (listener.getClass().getName().startsWith("io.jenkins.plugins.servicenowgate.")) {
                        listener.onLoaded();
                    }
                });
        for (String page : new String[] {
            "",
            "manage/",
            "manage/configure",
            "job/pipeline/",
            "job/pipeline/1/",
            "job/freestyle/",
            "job/folder/",
            "job/folder/configure",
            "job/freestyle/configure",
            "servicenow-gates/"
        }) {
            assertThat(((HtmlPage) web("admin").goTo(page)).getWebResponse().getStatusCode())
                    .as(page)
                    .isEqualTo(200);
        }
        inner.delete();
        // The new build page, which is not the default yet.
        ExtensionList.lookupSingleton(ChangeRequestDetails.class).createFor(pipeline.getLastBuild());

        Set<String> never = calledByOthers();
        never.removeAll(asked);
        assertThat(never).as("extensions that were not seen to fail").isEmpty();
    }

    /** A gate stays closed after a failure. */
    @Test
    void nothingIsReleased() throws Exception {
        agent("worker", null);
        FreeStyleProject queued = ControlledJenkins.queuedJob(jenkins, "queued", "1");
        breakEverything();
        queued.scheduleBuild2(0);
        await().until(() -> queued.getQueueItem() != null
                && String.valueOf(queued.getQueueItem().getWhy()).contains("the ServiceNow Gate plugin failed"));
        assertThat(queued.getLastBuild()).isNull();

        repair();
        jenkins.jenkins.getQueue().scheduleMaintenance();
        await().until(() -> !simulator.changes().isEmpty());
        simulator.people().approve(theChange().number());
        await().until(() -> queued.getLastBuild() != null);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(queued.getLastBuild()));
    }

    /** Breaks the plugin when the build steps are over. */
    private static final class Breaking extends BuildWrapper {
        private static Runnable breaks;

        @Override
        @SuppressWarnings("rawtypes") // As declared by BuildWrapper.
        public Environment setUp(AbstractBuild build, Launcher launcher, BuildListener listener) {
            return new Environment() {
                @Override
                @SuppressWarnings("rawtypes")
                public boolean tearDown(AbstractBuild ended, BuildListener log) {
                    breaks.run();
                    return true;
                }
            };
        }

        @Override
        public Descriptor<BuildWrapper> getDescriptor() {
            return new BuildWrapperDescriptor(Breaking.class) {
                @Override
                public boolean isApplicable(AbstractProject<?, ?> item) {
                    return true;
                }
            };
        }
    }

    private static final class Deploying extends Recorder {
        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
            listener.getLogger().println("DEPLOYED");
            return true;
        }

        @Override
        public BuildStepDescriptor<Publisher> getDescriptor() {
            return new BuildStepDescriptor<>(Deploying.class) {
                @Override
                @SuppressWarnings("rawtypes") // As declared by BuildStepDescriptor.
                public boolean isApplicable(Class<? extends AbstractProject> type) {
                    return true;
                }
            };
        }
    }

    @Test
    void whatRunsAfterARefusalIsStillSkipped() throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.setAssignedLabel(null);
        job.addProperty(new ChangeControlJobProperty());
        job.getBuildersList().add(new ServiceNowGateBuilder("Produktion"));
        Breaking.breaks = this::breakEverything;
        job.getBuildWrappersList().add(new Breaking());
        job.getPublishersList().add(new Deploying());
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogNotContains("DEPLOYED", build);
        assertThat(asked).contains(RefusedBuildStepListener.class.getName());
    }

    /** A matrix configuration has no mark of its own. */
    @Test
    void noMatrixBuildIsReleased() throws Exception {
        agent("worker", null);
        MatrixProject matrix = ControlledJenkins.create(jenkins, MatrixProject.class, "matrix");
        matrix.setAxes(new AxisList(new Axis("os", "a")));
        matrix.addProperty(ControlledJenkins.queuedMark("1"));
        MatrixConfiguration configuration = matrix.getItem("os=a");
        breakEverything();
        configuration.scheduleBuild2(0);

        await().until(() -> configuration.getQueueItem() != null
                && String.valueOf(configuration.getQueueItem().getWhy()).contains("the ServiceNow Gate plugin failed"));
        assertThat(configuration.getLastBuild()).isNull();
    }

    @Test
    void aGateOfAPipelineStaysClosedOrWorks() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(
                jenkins, "shop", "serviceNowGate(environment: 'Production', version: '1'); echo 'DEPLOYED'");
        breakEverything();
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());
        jenkins.assertLogNotContains("DEPLOYED", run);
        simulator.people().cancel(theChange().number());
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
    }
}
