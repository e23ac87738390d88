package io.jenkins.plugins.servicenowgate.policy;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import org.junit.jupiter.api.BeforeEach;

/** The folder ops with the job shop, both configurable by their owner, the developer. */
abstract class OwnedJobTestBase extends ControlledJenkinsTestBase {
    Folder folder;
    FreeStyleProject job;

    @BeforeEach
    final void createFolderAndJob() throws Exception {
        folder = jenkins.createProject(Folder.class, "ops");
        job = folder.createProject(FreeStyleProject.class, "shop");
    }

    static ACLContext as(String user) {
        return ACL.as2(User.getById(user, true).impersonate2());
    }
}
