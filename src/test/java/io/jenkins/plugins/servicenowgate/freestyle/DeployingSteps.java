package io.jenkins.plugins.servicenowgate.freestyle;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Environment;
import hudson.model.FreeStyleProject;
import hudson.model.JobProperty;
import hudson.model.JobPropertyDescriptor;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.ArtifactArchiver;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.BuildStepMonitor;
import hudson.tasks.BuildWrapper;
import hudson.tasks.Builder;
import hudson.tasks.Notifier;
import hudson.tasks.Publisher;
import hudson.tasks.Recorder;
import java.io.File;
import org.jvnet.hudson.test.ExtractResourceSCM;

/** Parts of a build that report on the console when Jenkins runs them. */
final class DeployingSteps {
    private DeployingSteps() {}

    private static final class Descriptor extends BuildStepDescriptor<Publisher> {
        Descriptor(Class<? extends Publisher> type) {
            super(type);
        }

        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }
    }

    /** The console line of a deployment. */
    private static boolean deploy(BuildListener listener, String by) {
        listener.getLogger().println("DEPLOYED by " + by);
        return true;
    }

    /** Deploys after the build, with any result. */
    static class DeployingRecorder extends Recorder {
        @Override
        public BuildStepDescriptor<Publisher> getDescriptor() {
            return new Descriptor(getClass());
        }

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
            return deploy(listener, "a recorder");
        }

        @Override
        public BuildStepMonitor getRequiredMonitorService() {
            return BuildStepMonitor.NONE;
        }
    }

    /** The same as a notifier, which runs last. */
    static final class DeployingNotifier extends Notifier {
        @Override
        public BuildStepDescriptor<Publisher> getDescriptor() {
            return new Descriptor(DeployingNotifier.class);
        }

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
            return deploy(listener, "a notifier");
        }

        @Override
        public boolean needsToRunAfterFinalized() {
            return true;
        }

        @Override
        public BuildStepMonitor getRequiredMonitorService() {
            return BuildStepMonitor.NONE;
        }
    }

    /** Runs another step and ignores its failure, as steps of other plugins do. */
    static final class CatchingBuilder extends Builder {
        private final Builder inner;

        CatchingBuilder(Builder inner) {
            this.inner = inner;
        }

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                throws InterruptedException {
            try {
                inner.perform(build, launcher, listener);
            } catch (java.io.IOException e) {
                listener.getLogger().println("CAUGHT " + e.getMessage());
            }
            return true;
        }
    }

    static final class DeployingBuilder extends Builder {
        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
            return deploy(listener, "a builder");
        }
    }

    /** A subclass of an allowed publisher. */
    static final class DeployingArchiver extends ArtifactArchiver {
        @Override
        public BuildStepDescriptor<Publisher> getDescriptor() {
            return new Descriptor(DeployingArchiver.class);
        }

        DeployingArchiver() {
            super("a.txt");
        }

        @Override
        public void perform(
                Run<?, ?> build, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener) {
            listener.getLogger().println("DEPLOYED by an archiver");
        }
    }

    /** A job property that is a build step; Jenkins runs it after the post-build actions. */
    public static final class DeployingProperty extends JobProperty<FreeStyleProject> {
        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
            return deploy(listener, "a property");
        }

        @Override
        public JobPropertyDescriptor getDescriptor() {
            return new JobPropertyDescriptor(DeployingProperty.class) {};
        }
    }

    /** Everything else that Jenkins calls for a step, whether or not the build was refused. */
    static final class Prepared extends DeployingRecorder {
        @Override
        public boolean prebuild(AbstractBuild<?, ?> build, BuildListener listener) {
            listener.getLogger().println("PREPARED by a publisher");
            return true;
        }
    }

    /** A build wrapper, which is torn down after all build steps. */
    static final class Wrapper extends BuildWrapper {
        @Override
        @SuppressWarnings("rawtypes")
        public Launcher decorateLauncher(AbstractBuild build, Launcher launcher, BuildListener listener) {
            listener.getLogger().println("LAUNCHER decorated");
            return launcher;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public void preCheckout(AbstractBuild build, Launcher launcher, BuildListener listener) {
            listener.getLogger().println("WRAPPED before the checkout");
        }

        @Override
        @SuppressWarnings("rawtypes")
        public Environment setUp(AbstractBuild build, Launcher launcher, BuildListener listener) {
            listener.getLogger().println("WRAPPED");
            return new Environment() {
                @Override
                public boolean tearDown(AbstractBuild build, BuildListener listener) {
                    listener.getLogger().println("UNWRAPPED");
                    return true;
                }
            };
        }

        @Override
        public hudson.model.Descriptor<BuildWrapper> getDescriptor() {
            return new hudson.model.Descriptor<>(Wrapper.class) {};
        }
    }

    /** Sources that can't be missed on the console. */
    static final class Sources extends ExtractResourceSCM {
        Sources() {
            super(DeployingSteps.class.getResource("DeployingSteps.class"));
        }

        @Override
        public boolean checkout(
                AbstractBuild<?, ?> build,
                Launcher launcher,
                FilePath workspace,
                BuildListener listener,
                File changelog) {
            listener.getLogger().println("CHECKED out");
            return true;
        }
    }
}
