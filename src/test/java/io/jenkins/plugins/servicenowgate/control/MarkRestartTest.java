package io.jenkins.plugins.servicenowgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.Permission;
import java.nio.file.Files;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Marks are watched from the start of Jenkins on, and the log goes on. */
class MarkRestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private static void people(JenkinsRule jenkins) {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE)
                .everywhere()
                .to("owner"));
    }

    @Test
    void whatWasMarkedBeforeStaysMarked() throws Throwable {
        sessions.then(jenkins -> {
            Folder folder = jenkins.createProject(Folder.class, "ops");
            ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
            mark.setChangeControlled(true);
            folder.addProperty(mark);
            jenkins.createProject(FreeStyleProject.class, "shop").addProperty(new ChangeControlJobProperty());
        });
        sessions.then(jenkins -> {
            people(jenkins);
            Folder folder = (Folder) jenkins.jenkins.getItem("ops");
            FreeStyleProject job = (FreeStyleProject) jenkins.jenkins.getItem("shop");
            try (ACLContext ignored = ACL.as2(User.getById("owner", true).impersonate2())) {
                folder.getProperties().remove(ChangeControlFolderProperty.class);
                job.removeProperty(ChangeControlJobProperty.class);
            }
            assertThat(folder.getProperties().get(ChangeControlFolderProperty.class))
                    .isNotNull();
            assertThat(job.getProperty(ChangeControlJobProperty.class)).isNotNull();
            assertThat(MarkLog.get().files()).hasSize(1);
            assertThat(Files.readAllLines(MarkLog.get().files().get(0).toPath()))
                    .extracting(line -> line.split("\t", 2)[1])
                    .containsExactly(
                            "SYSTEM\tADDED\tops\tno mark\tmark(changeControlled: true)",
                            "SYSTEM\tADDED\tshop\tno mark\tmark()",
                            "owner\tREFUSED\tops\tmark(changeControlled: true)\tno mark",
                            "owner\tREFUSED\tshop\tmark()\tno mark");
        });
    }

    @Test
    void thePermissionsAreThereForAStrategyThatIsReadFromAFile() throws Throwable {
        sessions.then(jenkins -> {
            for (Permission own : new Permission[] {Permissions.MARK, Permissions.BREAK_GLASS}) {
                assertThat(Permission.fromId(own.getId())).isSameAs(own);
                assertThat(own.impliedBy).isSameAs(Jenkins.ADMINISTER);
            }
            assertThat(Permissions.MARK.getId())
                    .isEqualTo("io.jenkins.plugins.servicenowgate.control.Permissions.Mark");
        });
    }
}
