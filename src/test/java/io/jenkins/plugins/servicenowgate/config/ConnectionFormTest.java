package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import hudson.ProxyConfiguration;
import hudson.model.Descriptor;
import hudson.model.FreeStyleProject;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.pipeline.ServiceNowDeploymentStep;
import io.jenkins.plugins.servicenowgate.pipeline.ServiceNowGateStep;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.PasswordProxy;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Test Connection, form validation, and the permissions that they need. */
class ConnectionFormTest extends ControlledJenkinsTestBase {
    private static final String CONNECTION = "descriptorByName/" + ServiceNowConnection.class.getName() + "/";
    private static final String ENVIRONMENT = "descriptorByName/" + Environment.class.getName() + "/";
    private static final String FIELD = "descriptorByName/" + ChangeField.class.getName() + "/";
    private static final String GLOBAL = "descriptorByName/" + ServiceNowGateConfiguration.class.getName() + "/";

    private FormValidation test() throws Exception {
        return ConnectionTest.run(ControlledJenkins.connection("corp", simulator));
    }

    @Test
    void testConnectionNamesTheStepThatFailed() throws Exception {
        assertThat(test().kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(test().getMessage())
                .contains(
                        "<strong>OK:</strong> Signed in as jenkins.integration.",
                        "<strong>OK:</strong> Grant: password. Scope of the token: useraccount. It expires in 1",
                        "<strong>OK:</strong> The requests run as the user jenkins.integration, who is a machine user.",
                        "<strong>OK:</strong> The user jenkins.integration has no administrator role",
                        "<strong>Check:</strong> No change is visible");
        simulator.addChange(Map.of("short_description", "x"));
        assertThat(test().kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(test().getMessage())
                .contains(
                        "OK:</strong> May read changes.",
                        "Not tested:</strong> Write access",
                        "Not tested:</strong> No Standard change template is visible",
                        "OK:</strong> The ServiceNow clock and the Jenkins clock agree");
        simulator.faults().on(Endpoint.LIST).once(Fault.forbidden());
        assertThat(test().getMessage()).contains("Failed:</strong> Reading a change failed", "sn_change_read");
        assertThat(test().kind).isEqualTo(FormValidation.Kind.OK);
        simulator.faults().on(Endpoint.TEMPLATES).once(Fault.forbidden());
        FormValidation withoutTemplates = test();
        assertThat(withoutTemplates.kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(withoutTemplates.getMessage()).contains("Check:</strong> Reading Standard change templates failed");
        simulator.rejectUser(true);
        assertThat(test().kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(test().getMessage()).contains("Signing in failed", "check the OAuth client id");
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        assertThat(test().getMessage()).contains("The settings can&#039;t be used", "servicenow-client");
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void usesTheJenkinsProxyWithAuthentication() throws Exception {
        simulator.addChange(Map.of("short_description", "x"));
        try (PasswordProxy proxy = new PasswordProxy()) {
            jenkins.jenkins.setProxy(new ProxyConfiguration("127.0.0.1", proxy.port(), "corp", PasswordProxy.PASSWORD));
            assertThat(test().kind).isEqualTo(FormValidation.Kind.OK);
            await().untilAsserted(() -> assertThat(proxy.answered())
                    .containsExactly(
                            "200 /oauth_token.do",
                            "200 /api/sn_chg_rest/change",
                            "200 /api/now/table/sys_user",
                            "200 /api/now/table/sys_user_has_role",
                            "200 /api/sn_chg_rest/change/standard/template"));
            jenkins.jenkins.setProxy(new ProxyConfiguration("127.0.0.1", proxy.port(), "corp", "wrong"));
            assertThat(test().kind).isEqualTo(FormValidation.Kind.ERROR);
        }
    }

    @Test
    void usesOnlyCredentialsOfTheController() throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        Folder folder = jenkins.createProject(Folder.class, "ops");
        folder.addProperty(new FolderCredentialsProperty(new DomainCredentials[] {
            new DomainCredentials(
                    Domain.global(),
                    List.of(new StringCredentialsImpl(
                            CredentialsScope.GLOBAL,
                            "servicenow-client",
                            "",
                            Secret.fromString(ServiceNowSimulator.CLIENT_SECRET))))
        }));

        assertThatThrownBy(() -> Credentials.signIn(ControlledJenkins.connection("corp", simulator)))
                .isInstanceOfSatisfying(
                        ServiceNowException.class, e -> assertThat(e.problem()).isEqualTo(FailureKind.CONFIGURATION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://corp.service-now.com", "https://u:p4ss@corp", "https://corp/?x=p4ss", "corp", ""})
    void refusesInvalidUrls(String address) {
        assertThatThrownBy(() -> new ServiceNowConnection("corp", address, "id", "secret", ""))
                .isInstanceOf(Descriptor.FormException.class)
                .hasMessageNotContaining("p4ss");
    }

    @Test
    void refusesNamesThatAreNotUnique() throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        ServiceNowConnection connection = ControlledJenkins.connection("corp", simulator);

        assertThatThrownBy(() -> configuration.setConnections(List.of(connection, connection)))
                .hasMessageContaining("two connections with the name \"corp\"");
        assertThatThrownBy(() -> configuration.setEnvironments(List.of(new Environment("a"), new Environment("a "))))
                .hasMessageContaining("two environments with the name \"a\"");
        for (int seconds : new int[] {9, 3601, 0, -1}) {
            assertThatThrownBy(() -> configuration.setPollIntervalSeconds(seconds))
                    .hasMessageContaining("between 10 and 3600");
        }
        assertThatThrownBy(() -> configuration.setTitlePrefix("a\nb")).hasMessageContaining("line breaks");
        assertThat(configuration.getConnections()).hasSize(1);
    }

    /** Every web method accepts only POST, and returns nothing to users without permission to configure. */
    @Test
    void webMethodsWantPostAndThePermission() throws Exception {
        JenkinsRule.WebClient administrator = webWithErrors(ADMIN);
        JenkinsRule.WebClient reader = webWithErrors(READER);
        String url = "?baseUrl=http://corp.example&name=x&clientId=x&clientSecretId=secret-of-mine&userCredentialsId=u"
                + "&value=&connection=kept";
        ControlledJenkins.create(jenkins, FreeStyleProject.class, "job");
        String folder = "job/apps/descriptorByName/";
        String job = "job/apps/job/job/descriptorByName/";
        for (String method : List.of(
                job + ChangeControlJobProperty.class.getName() + "/fillConnectionItems",
                folder + ChangeControlFolderProperty.class.getName() + "/fillConnectionItems",
                job + ServiceNowGateStep.class.getName() + "/checkEnvironment",
                job + ServiceNowDeploymentStep.class.getName() + "/checkEnvironment",
                job + ServiceNowGateBuilder.class.getName() + "/checkEnvironment",
                job + ServiceNowGateStep.class.getName() + "/fillEnvironmentItems",
                job + ServiceNowDeploymentStep.class.getName() + "/fillEnvironmentItems",
                job + ServiceNowGateBuilder.class.getName() + "/fillEnvironmentItems",
                job + Environment.class.getName() + "/fillConnectionItems",
                job + Environment.class.getName() + "/fillAutomaticTransitionItems",
                job + ChangeField.class.getName() + "/checkName",
                job + ChangeControlJobProperty.class.getName() + "/checkVersion",
                job + ServiceNowGateStep.class.getName() + "/checkVersion",
                job + ServiceNowDeploymentStep.class.getName() + "/checkVersion",
                job + ServiceNowGateBuilder.class.getName() + "/checkVersion",
                job + ServiceNowGateStep.class.getName() + "/checkFields",
                job + ServiceNowDeploymentStep.class.getName() + "/checkFields",
                folder + ChangeControlFolderProperty.class.getName() + "/fillAutomaticTransitionItems",
                ENVIRONMENT + "fillAutomaticTransitionItems",
                FIELD + "checkName",
                CONNECTION + "testConnection",
                CONNECTION + "fillClientSecretIdItems",
                CONNECTION + "fillUserCredentialsIdItems",
                CONNECTION + "fillAuthenticationItems",
                CONNECTION + "fillCertificateCredentialsIdItems",
                CONNECTION + "fillApiKeyCredentialsIdItems",
                CONNECTION + "fillClientCertificateIdItems",
                CONNECTION + "checkUserCredentialsId",
                CONNECTION + "checkCertificateCredentialsId",
                CONNECTION + "checkKeyId",
                CONNECTION + "checkSubject",
                CONNECTION + "checkApiKeyCredentialsId",
                CONNECTION + "checkScope",
                CONNECTION + "checkClientCertificateId",
                CONNECTION + "checkName",
                CONNECTION + "checkBaseUrl",
                CONNECTION + "checkClientId",
                CONNECTION + "checkClientSecretId",
                ENVIRONMENT + "checkName",
                ENVIRONMENT + "fillConnectionItems",
                GLOBAL + "checkTitlePrefix",
                GLOBAL + "checkPollIntervalSeconds")) {
            assertThat(call(HttpMethod.GET, method + url, administrator).getStatusCode())
                    .as("GET " + method)
                    .isIn(404, 405);
            assertThat(call(HttpMethod.POST, method + url, administrator).getStatusCode())
                    .as("POST " + method)
                    .isEqualTo(200);
            String told = call(HttpMethod.POST, method + url, reader).getContentAsString();
            assertThat(told)
                    .as("POST " + method)
                    .doesNotContain(
                            "servicenow-client",
                            "servicenow-user",
                            ">corp<",
                            "must start with",
                            "Enter",
                            "Select the",
                            "Production")
                    .doesNotContain("Refused", "close after Review");
        }
        assertThat(call(HttpMethod.POST, CONNECTION + "testConnection" + url, reader)
                        .getStatusCode())
                .isEqualTo(403);
        assertThat(call(HttpMethod.POST, CONNECTION + "fillClientSecretIdItems" + url, administrator)
                        .getContentAsString())
                .contains("servicenow-client");
        assertThat(call(HttpMethod.POST, CONNECTION + "checkBaseUrl?value=http://x.example", administrator)
                        .getContentAsString())
                .contains("https");
        assertThat(call(
                                HttpMethod.POST,
                                job + ServiceNowGateBuilder.class.getName() + "/fillEnvironmentItems" + url,
                                administrator)
                        .getContentAsString())
                .contains("Production");
        for (String told : List.of(FIELD, job + ChangeField.class.getName() + "/")) {
            assertThat(call(HttpMethod.POST, told + "checkName?value=state", administrator)
                            .getContentAsString())
                    .contains("can&#039;t be set from Jenkins");
        }
        assertThat(call(
                                HttpMethod.POST,
                                job + ServiceNowGateStep.class.getName() + "/checkFields?value=nonsense",
                                administrator)
                        .getContentAsString())
                .contains("is not a field");
        assertThat(call(HttpMethod.POST, ENVIRONMENT + "fillAutomaticTransitionItems", administrator)
                        .getContentAsString())
                .contains("close after Review");
        assertThat(call(HttpMethod.POST, ENVIRONMENT + "fillAutomaticTransitionItems?automaticTransition=close", reader)
                        .getContentAsString())
                .contains("close")
                .doesNotContain("true");
        assertThat(simulator.requests().all()).isEmpty();
    }

    private static WebResponse call(HttpMethod method, String path, JenkinsRule.WebClient web) throws Exception {
        return web.getPage(new WebRequest(new URL(jenkins.getURL() + path), method))
                .getWebResponse();
    }
}
