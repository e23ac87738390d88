package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import java.nio.file.Files;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Marks are protected from the start of Jenkins, and the log is continued. */
class MarkRestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void markedItemsStayMarked() throws Throwable {
        sessions.then(jenkins -> {
            SecuredJenkins.secureForRestarts(jenkins.jenkins);
            Folder folder = jenkins.createProject(Folder.class, "ops");
            ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
            mark.setChangeControlled(true);
            folder.addProperty(mark);
            ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop")
                    .addProperty(new ChangeControlJobProperty());
        });
        sessions.then(jenkins -> {
            Folder folder = (Folder) jenkins.jenkins.getItem("ops");
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
            try (ACLContext ignored = ACL.as2(User.getById(DEVELOPER, false).impersonate2())) {
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
                            "SYSTEM\tADDED\tapps/shop\tno mark\tmark()",
                            "developer\tREFUSED\tops\tmark(changeControlled: true)\tno mark",
                            "developer\tREFUSED\tapps/shop\tmark()\tno mark");
        });
    }

    private static WorkflowJob build(JenkinsRule jenkins, String name, String script) throws Exception {
        WorkflowJob job = jenkins.jenkins.getItemByFullName("apps/" + name, WorkflowJob.class);
        WorkflowJob built = job == null ? ControlledJenkins.create(jenkins, WorkflowJob.class, name) : job;
        built.setDefinition(ControlledJenkins.script(script));
        jenkins.buildAndAssertSuccess(built);
        return built;
    }

    /** Who has set a mark is stored; if the stored mark is another one by now, nobody knows. */
    @Test
    void aMarkOfAJenkinsfileIsItsOwnUnlessItsFileWasChanged() throws Throwable {
        sessions.then(jenkins -> {
            SecuredJenkins.secureForRestarts(jenkins.jenkins);
            build(jenkins, "own", "properties([changeControl(project: 'A')])");
            WorkflowJob edited = build(jenkins, "edited", "properties([changeControl(project: 'A')])");
            Files.writeString(
                    edited.getConfigFile().getFile().toPath(),
                    edited.getConfigFile().asString().replace("<project>A<", "<project>B<"));
        });
        sessions.then(jenkins -> {
            assertThat(build(jenkins, "own", "properties([])").getProperty(ChangeControlJobProperty.class))
                    .isNull();
            assertThat(build(jenkins, "edited", "properties([])")
                            .getProperty(ChangeControlJobProperty.class)
                            .getProject())
                    .isEqualTo("B");
        });
    }
}
