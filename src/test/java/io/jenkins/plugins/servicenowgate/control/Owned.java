package io.jenkins.plugins.servicenowgate.control;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.UnderControl;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.BeforeEach;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The folder ops and the job shop in it, which their owner may configure, and an administrator. */
abstract class Owned extends UnderControl {
    Folder folder;
    FreeStyleProject job;
    MockAuthorizationStrategy authorization;

    @BeforeEach
    final void letPeopleIn() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        authorization = new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE)
                .everywhere()
                .to("owner");
        jenkins.jenkins.setAuthorizationStrategy(authorization);
        folder = jenkins.createProject(Folder.class, "ops");
        job = folder.createProject(FreeStyleProject.class, "shop");
    }

    static ACLContext as(String user) {
        return ACL.as2(User.getById(user, true).impersonate2());
    }
}
