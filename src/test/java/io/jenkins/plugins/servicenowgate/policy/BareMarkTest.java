package io.jenkins.plugins.servicenowgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.RestartTestBase;
import org.junit.jupiter.api.Test;

/** A mark without settings is stored and read again. */
class BareMarkTest extends RestartTestBase {
    @Test
    void survivesARestart() throws Throwable {
        sessions.then(jenkins -> {
            setUp(jenkins);
            FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
            job.addProperty(new ChangeControlJobProperty());
        });
        sessions.then(jenkins -> {
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
            assertThat(FolderPolicies.isControlled(job)).isTrue();
            jenkins.jenkins.reload();
            job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
        });
    }
}
