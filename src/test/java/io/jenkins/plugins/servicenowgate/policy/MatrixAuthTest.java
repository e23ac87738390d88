package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.AuthorizationMatrixProperty;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.ProjectMatrixAuthorizationStrategy;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.yaml.YamlSource;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Granting the permissions in a matrix: in configuration as code, in the form, and for a single folder. */
class MatrixAuthTest extends ControlledJenkinsTestBase {
    private Folder folder;

    @BeforeEach
    void configureAsTheGuideSays() throws Exception {
        JenkinsRule.DummySecurityRealm people = jenkins.createDummySecurityRealm();
        people.addGroups(ADMIN, "jenkins-administrators");
        people.addGroups("owner", "developers");
        people.addGroups("marker", "change-managers");
        people.addGroups("duty", "duty-managers");
        jenkins.jenkins.setSecurityRealm(people);
        String guide = Files.readString(Path.of("docs", "administrator-guide.md"));
        Matcher example = Pattern.compile("(?ms)^```yaml\\n(jenkins:\\n  authorizationStrategy:.*?)^```$")
                .matcher(guide);
        assertThat(example.find()).isTrue();
        configure(example.group(1).getBytes(StandardCharsets.UTF_8));

        folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        folder.addProperty(mark);
    }

    private static void configure(byte[] yaml) throws Exception {
        ConfigurationAsCode.get().configureWith(YamlSource.of(new ByteArrayInputStream(yaml)));
    }

    private static ACLContext as(String user) {
        return ACL.as2(User.getById(user, true).impersonate2());
    }

    private boolean mayTakeTheMarkOff(String user) throws Exception {
        try (ACLContext ignored = as(user)) {
            folder.getProperties().remove(ChangeControlFolderProperty.class);
        }
        return folder.getProperties().get(ChangeControlFolderProperty.class) == null;
    }

    private void assertGrants() {
        assertThat(may(ADMIN)).isEqualTo("Mark BreakGlass");
        assertThat(may("owner")).isEmpty();
        assertThat(may("marker")).isEqualTo("Mark");
        assertThat(may("duty")).isEqualTo("BreakGlass");
    }

    private String may(String user) {
        try (ACLContext ignored = as(user)) {
            return ((folder.hasPermission(Permissions.MARK) ? "Mark " : "")
                            + (folder.hasPermission(Permissions.BREAK_GLASS) ? "BreakGlass" : ""))
                    .strip();
        }
    }

    @Test
    void asCodeAndBack() throws Exception {
        assertGrants();
        assertThat(mayTakeTheMarkOff("owner")).isFalse();
        assertThat(mayTakeTheMarkOff("duty")).isFalse();
        assertThat(mayTakeTheMarkOff("marker")).isTrue();

        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8))
                .contains("ServiceNow Gate/Mark", "ServiceNow Gate/BreakGlass");
        jenkins.jenkins.setAuthorizationStrategy(new ProjectMatrixAuthorizationStrategy());
        assertThat(may("marker")).isEmpty();
        configure(export.toByteArray());
        assertGrants();
    }

    @Test
    void inTheForm() throws Exception {
        HtmlPage page = jenkins.createWebClient().login(ADMIN).goTo("manage/configureSecurity");
        assertThat(page.asNormalizedText()).contains("ServiceNow Gate");
        for (String permission : List.of("Mark", "BreakGlass")) {
            assertThat(page.querySelectorAll("input[name='[" + Permissions.class.getName() + "." + permission + "]']"))
                    .as(permission)
                    .isNotEmpty();
        }
    }

    @Test
    void forAFolderAlone() throws Exception {
        Folder other = jenkins.createProject(Folder.class, "other");
        AuthorizationMatrixProperty ofFolder = new AuthorizationMatrixProperty(Map.of());
        ofFolder.add(Permissions.MARK, PermissionEntry.user("owner"));
        folder.addProperty(ofFolder);
        assertThat(may("owner")).isEqualTo("Mark");
        try (ACLContext ignored = as("owner")) {
            assertThat(other.hasPermission(Permissions.MARK)).isFalse();
            assertThat(other.hasPermission(Item.CONFIGURE)).isTrue();
            assertThat(Jenkins.get().hasPermission(Permissions.MARK)).isFalse();
        }
        assertThat(mayTakeTheMarkOff("owner")).isTrue();
    }
}
