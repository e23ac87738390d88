package io.jenkins.plugins.servicenowgate.agents;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import org.jvnet.hudson.test.TestBuilder;

/** Jobs that an attacker uses, in a Jenkins with a reserved agent. */
abstract class AttackTestBase extends ReservedAgentTestBase {
    static ServiceNowGateBuilder gate(String version) {
        ServiceNowGateBuilder gate = new ServiceNowGateBuilder("Production");
        gate.setVersion(version);
        return gate;
    }

    static String title(SimulatedChange change) {
        return change.get("short_description");
    }

    static <R extends Run<?, ?>> R refused(R run) throws Exception {
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("DEPLOYED", run);
        return run;
    }

    static final class Deploying extends TestBuilder {
        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
            listener.getLogger().println("DEPLOYED");
            return true;
        }
    }

    static FreeStyleProject buildsElsewhere(String name) throws Exception {
        agent("builds-1", "builds");
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, name);
        job.setAssignedLabel(Label.get("builds"));
        job.addProperty(new ChangeControlJobProperty());
        return job;
    }
}
