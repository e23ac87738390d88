package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.UserCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.ExtensionList;
import hudson.model.Action;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.kohsuke.stapler.interceptor.RequirePOST;
import org.kohsuke.stapler.verb.GET;
import org.kohsuke.stapler.verb.POST;

/** Access to the configuration and its secrets. */
class AccessTest extends ControlledJenkinsTestBase {

    /** Attack: an administrator follows a link on another site that calls a web method of the plugin. */
    @Test
    void everyWebMethodWantsPost() {
        List<String> open = new ArrayList<>();
        int seen = 0;
        for (Object extension : pluginObjects()) {
            for (Method method : extension.getClass().getMethods()) {
                if (method.getName().matches("do[A-Z].*")
                        && method.getDeclaringClass().getName().startsWith("io.jenkins.plugins.servicenowgate")) {
                    seen++;
                    boolean decided = method.isAnnotationPresent(POST.class)
                            || method.isAnnotationPresent(RequirePOST.class)
                            || method.isAnnotationPresent(GET.class);
                    if (!decided || (method.isAnnotationPresent(GET.class) && extension instanceof Descriptor)) {
                        open.add(method.toString());
                    }
                }
            }
        }
        assertThat(open).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    private static List<Object> pluginObjects() {
        List<Object> pluginObjects = new ArrayList<>();
        ExtensionList.lookup(Descriptor.class).forEach(pluginObjects::add);
        ExtensionList.lookup(Action.class).forEach(pluginObjects::add);
        ExtensionList.lookup(Describable.class).forEach(pluginObjects::add);
        return pluginObjects;
    }

    /** Attack: a user's own credentials have the id that the connection names. */
    @Test
    void credentialsOfAPersonNeverReachAConnection() throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        User person = User.getById("mallory", true);
        try (ACLContext ignored = ACL.as2(person.impersonate2())) {
            assertThat(new UserCredentialsProvider()
                            .getStore(person)
                            .addCredentials(
                                    Domain.global(),
                                    new StringCredentialsImpl(
                                            CredentialsScope.USER,
                                            "servicenow-client",
                                            "",
                                            Secret.fromString(ServiceNowSimulator.CLIENT_SECRET))))
                    .isTrue();
            assertThatThrownBy(() -> Credentials.signIn(ControlledJenkins.connection("corp", simulator)))
                    .isInstanceOfSatisfying(
                            ServiceNowException.class,
                            e -> assertThat(e.problem()).isEqualTo(FailureKind.CONFIGURATION));
        }
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** Users with Overall/SystemRead see the configuration without secrets, and can't change or test anything. */
    @Test
    void systemReadShowsTheConfigurationReadOnly() throws Exception {
        boolean enabled = Jenkins.SYSTEM_READ.getEnabled();
        Jenkins.SYSTEM_READ.setEnabled(true);
        try {
            authorization.grant(Jenkins.READ, Jenkins.SYSTEM_READ).everywhere().to("auditor");
            JenkinsRule.WebClient web = webWithErrors("auditor");
            HtmlPage page = web.goTo("manage/configure");
            String html = page.getWebResponse().getContentAsString();

            assertThat(html)
                    .contains(simulator.baseUrl(), "Production")
                    .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
            assertThat(page.getWebResponse().getStatusCode()).isEqualTo(200);
            for (String path : List.of(
                    "manage/configSubmit",
                    "descriptorByName/" + ServiceNowConnection.class.getName() + "/testConnection?name=corp")) {
                assertThat(web.getPage(new WebRequest(new URL(jenkins.getURL() + path), HttpMethod.POST))
                                .getWebResponse()
                                .getStatusCode())
                        .as(path)
                        .isEqualTo(403);
            }
            assertThat(simulator.requests().all()).isEmpty();
        } finally {
            Jenkins.SYSTEM_READ.setEnabled(enabled);
        }
    }

    /** The exported configuration contains ids of credentials, but no secrets. */
    @Test
    void theExportHasNoSecrets() throws Exception {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8))
                .contains("serviceNowGate:", "clientSecretId: \"servicenow-client\"")
                .doesNotContain(ServiceNowSimulator.CLIENT_SECRET, ServiceNowSimulator.PASSWORD);
    }
}
