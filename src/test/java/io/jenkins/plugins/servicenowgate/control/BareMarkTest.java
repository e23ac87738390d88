package io.jenkins.plugins.servicenowgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.Restarting;
import org.junit.jupiter.api.Test;

/** A mark that says nothing but that the job is controlled is read again. */
class BareMarkTest extends Restarting {
    @Test
    void isThereAfterARestart() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
            job.addProperty(new ChangeControlJobProperty());
        });
        sessions.then(jenkins -> {
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
            assertThat(Levels.isControlled(job)).isTrue();
            jenkins.jenkins.reload();
            job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
        });
    }
}
