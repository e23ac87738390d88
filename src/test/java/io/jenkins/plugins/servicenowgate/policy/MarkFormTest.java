package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.TopLevelItem;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Marks in forms: the form of a user without permission is refused if it changes the mark, and accepted otherwise. */
class MarkFormTest extends MarkedJobTestBase {
    @Test
    void anOwnersFormIsRefusedWhenItChangesTheMark() throws Exception {
        HtmlForm ofFolder = form(DEVELOPER, folder);
        assertThat(ofFolder.getElementsByTagName("fieldset")).isNotEmpty();
        assertThat(ofFolder.asNormalizedText()).contains("requires the permission ServiceNow Gate/Mark");
        ofFolder.getInputByName("_.changeControlled").setChecked(false);
        assertThat(jenkins.submit(ofFolder).getWebResponse().getContentAsString())
                .contains("Refused: changing the ServiceNow change control of ops requires the permission")
                .doesNotContain("\tat ");
        HtmlForm ofJob = form(DEVELOPER, job);
        assertThat(ofJob.asNormalizedText()).contains("requires the permission ServiceNow Gate/Mark");
        ofJob.getInputByName("_.environment").setValue("Dev");
        assertThat(jenkins.submit(ofJob).getWebResponse().getContentAsString())
                .contains("Refused: changing the ServiceNow change control of ops/shop requires the permission");
        ofJob = form(DEVELOPER, job);
        ofJob.getInputByName("specified").setChecked(false);
        assertThat(jenkins.submit(ofJob).getWebResponse().getContentAsString()).contains("Refused: changing");

        folder.doReload();
        assertThat(ofFolder().isChangeControlled()).isTrue();
        assertThat(ofJob().getEnvironment()).isEqualTo("Production");
    }

    /** Attack: a crafted request without the mark. */
    @Test
    void aFormWithoutTheMarkIsRefusedToo() throws Exception {
        for (TopLevelItem item : new TopLevelItem[] {folder, job}) {
            JenkinsRule.WebClient web = webWithErrors(DEVELOPER);
            WebRequest request = new WebRequest(web.createCrumbedUrl(item.getUrl() + "configSubmit"), HttpMethod.POST);
            request.setEncodingType(null);
            request.setAdditionalHeader("Content-Type", "application/x-www-form-urlencoded");
            request.setRequestBody("json=" + "%7B%22description%22:%22x%22,%22properties%22:%7B%7D%7D");
            assertThat(web.getPage(request).getWebResponse().getContentAsString())
                    .contains("Refused: changing the ServiceNow change control of " + item.getFullName());
        }
        assertThat(ofFolder().isChangeControlled()).isTrue();
        assertThat(ofJob()).isNotNull();
    }

    @Test
    void anOwnersFormThatKeepsTheMarkIsAccepted() throws Exception {
        ChangeControlFolderProperty before = ofFolder();
        ChangeControlJobProperty jobBefore = ofJob();
        HtmlForm ofFolder = form(DEVELOPER, folder);
        ofFolder.getTextAreaByName("_.description").setText("new");
        jenkins.assertGoodStatus(jenkins.submit(ofFolder));
        HtmlForm ofJob = form(DEVELOPER, job);
        ofJob.getTextAreaByName("description").setText("new");
        jenkins.assertGoodStatus(jenkins.submit(ofJob));

        assertThat(folder.getDescription()).isEqualTo("new");
        assertThat(ofFolder()).isSameAs(before);
        assertThat(job.getDescription()).isEqualTo("new");
        assertThat(ofJob()).isSameAs(jobBefore);
    }

    @Test
    void usersWithPermissionChangeMarksInForms() throws Exception {
        for (String user : List.of(MARKER, ADMIN)) {
            HtmlForm ofFolder = form(user, folder);
            boolean controlled = ofFolder().isChangeControlled();
            ofFolder.getInputByName("_.changeControlled").setChecked(!controlled);
            jenkins.assertGoodStatus(jenkins.submit(ofFolder));
            assertThat(ofFolder().isChangeControlled()).isEqualTo(!controlled);
        }
        HtmlForm ofJob = form(MARKER, job);
        ofJob.getInputByName("specified").setChecked(false);
        jenkins.assertGoodStatus(jenkins.submit(ofJob));
        assertThat(ofJob()).isNull();
    }
}
