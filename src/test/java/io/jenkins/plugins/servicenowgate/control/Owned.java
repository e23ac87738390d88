package io.jenkins.plugins.servicenowgate.control;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.UnderControl;
import org.junit.jupiter.api.BeforeEach;

/** The folder ops and the job shop in it, which their owner, the developer, may configure. */
abstract class Owned extends UnderControl {
    Folder folder;
    FreeStyleProject job;

    @BeforeEach
    final void createThem() throws Exception {
        folder = jenkins.createProject(Folder.class, "ops");
        job = folder.createProject(FreeStyleProject.class, "shop");
    }

    static ACLContext as(String user) {
        return ACL.as2(User.getById(user, true).impersonate2());
    }
}
