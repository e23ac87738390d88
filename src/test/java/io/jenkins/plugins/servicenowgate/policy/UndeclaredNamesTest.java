package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import java.util.List;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;

/** Warnings about undeclared names, found in configurations or by a refusal. */
class UndeclaredNamesTest extends ControlledJenkinsTestBase {
    private final UndeclaredNames names = UndeclaredNames.get();

    private List<String> found() {
        names.search();
        return names.getFindings().stream()
                .map(finding ->
                        finding.where() + (finding.environment() ? " environment " : " connection ") + finding.name())
                .toList();
    }

    @Test
    void findsThemInAllConfigurations() throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setConnection("gone");
        Environment test = new Environment("Test");
        test.setConnection("lost");
        mark.setEnvironments(List.of(test));
        folder.addProperty(mark);
        FreeStyleProject job = folder.createProject(FreeStyleProject.class, "shop");
        for (String environment : List.of("Produktion", "Production", "Test", "${TARGET}")) {
            job.getBuildersList().add(new ServiceNowGateBuilder(environment));
        }
        ChangeControlJobProperty own = new ChangeControlJobProperty();
        own.setConnection("corp");
        own.setEnvironment("<b>Live</b>");
        job.addProperty(own);
        assertThat(names.isActivated()).isFalse();

        assertThat(found())
                .containsExactly(
                        "ops connection gone",
                        "ops connection lost",
                        "ops/shop environment <b>Live</b>",
                        "ops/shop environment Produktion");

        assertThat(names.isActivated()).isTrue();
        HtmlPage page = web(ADMIN).goTo("manage");
        assertThat(page.asNormalizedText())
                .contains("ops: ServiceNow connection \"gone\"", "ops/shop: environment \"<b>Live</b>\"");

        mark.setConnection("");
        test.setConnection("corp");
        job.getBuildersList().clear();
        job.removeProperty(ChangeControlJobProperty.class);
        assertThat(found()).isEmpty();
        assertThat(names.isActivated()).isFalse();
    }

    @Test
    void listsRefusedNamesUntilTheyAreDeclared() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", "serviceNowGate environment: 'Produktion'");
        jenkins.buildAndAssertStatus(Result.FAILURE, job);
        assertThat(found()).containsExactly("apps/shop environment Produktion");
        assertThat(names.isActivated()).isTrue();

        ServiceNowGateConfiguration.get().setEnvironments(List.of(ControlledJenkins.environment("Produktion", true)));

        assertThat(names.isActivated()).isFalse();
        assertThat(found()).isEmpty();
    }

    @Test
    void removesDeletedJobs() throws Exception {
        WorkflowJob job = ControlledJenkins.controlledJob(jenkins, "shop", "serviceNowGate environment: 'Produktion'");
        jenkins.buildAndAssertStatus(Result.FAILURE, job);
        job.delete();
        assertThat(names.isActivated()).isFalse();
    }
}
