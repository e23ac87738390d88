package io.jenkins.plugins.servicenowgate.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The forms for a user who may configure an item but not change its mark. */
class BrowserPermissionsTest extends BrowserTestBase {
    @Test
    void anOwnerSeesTheMarksAndCanNotChangeThem() throws Throwable {
        jenkins.runRemotely((RealJenkinsExtension.Step) rule -> {
            Folder folder = rule.createProject(Folder.class, "ops");
            ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
            mark.setChangeControlled(true);
            Environment environment = ControlledJenkins.environment("Staging", true);
            environment.setAgentLabel("staging");
            mark.setEnvironments(List.of(environment));
            folder.addProperty(mark);
            FreeStyleProject job = folder.createProject(FreeStyleProject.class, "shop");
            job.addProperty(new ChangeControlJobProperty());
        });
        Page page = browser.page();
        page.context().clearCookies();
        browser.signIn(SecuredJenkins.DEVELOPER);

        browser.open("job/ops/configure");
        Locator section = page.locator(
                        "section.jenkins-section", new Page.LocatorOptions().setHasText("ServiceNow change control"))
                .last();
        assertThat(section.getByText("ServiceNow Gate/Mark")).isVisible();
        assertThat(section.locator("[name='_.changeControlled']").first()).isDisabled();
        assertThat(section.locator("[name='_.connection']").first()).isDisabled();
        assertThat(section.locator("[name='environments'] [name='_.name']")).isDisabled();
        assertThat(section.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Add environment")))
                .isDisabled();
        browser.picture("locked-mark", section, 1900);
        browser.fitsANarrowWindow("fieldset.jenkins-fieldset, fieldset.jenkins-fieldset *");
        page.locator("[name='_.description']").fill("of the operators");
        save();

        browser.open("job/ops/job/shop/configure");
        assertThat(page.getByText("ServiceNow Gate/Mark").first()).isVisible();
        assertThat(page.locator("fieldset input[name='specified']")).isDisabled();
        save();
        browser.consoleIsSilent();

        // Attack: the owner unlocks the form in the browser.
        browser.open("job/ops/configure");
        page.evaluate("document.querySelectorAll('fieldset').forEach(fieldset => fieldset.disabled = false)");
        page.getByText("All jobs in this folder are change controlled").click();
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Save").setExact(true))
                .click();
        assertThat(page.getByText("Refused: changing the ServiceNow change control of ops requires the permission"))
                .isVisible();

        assertThat(jenkins.runRemotely((RealJenkinsExtension.Step2<String>) rule -> {
                    Folder folder = rule.jenkins.getItemByFullName("ops", Folder.class);
                    return folder.getDescription() + ", "
                            + folder.getProperties()
                                    .get(ChangeControlFolderProperty.class)
                                    .isChangeControlled() + ", "
                            + (rule.jenkins
                                            .getItemByFullName("ops/shop", FreeStyleProject.class)
                                            .getProperty(ChangeControlJobProperty.class)
                                    != null);
                }))
                .isEqualTo("of the operators, true, true");
    }
}
