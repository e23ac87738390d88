package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import hudson.security.ACL;
import hudson.util.FormValidation;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.TestKeys;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlSelect;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.LogRecorder;

/** How a connection signs in: settings, credentials, Test Connection, and a deployment. */
class AuthenticationTest extends ControlledJenkinsTestBase {
    @TempDir
    private static Path directory;

    private static Path key;

    @BeforeAll
    static void makeAKey() throws Exception {
        key = TestKeys.keyStore(directory, "jenkins", "-keyalg", "EC", "-groupname", "secp256r1");
    }

    private ServiceNowConnection connection(String authentication) throws Exception {
        ServiceNowConnection connection = new ServiceNowConnection(
                "corp", simulator.baseUrl(), ServiceNowSimulator.CLIENT_ID, "servicenow-client", "servicenow-user");
        connection.setAuthentication(authentication);
        connection.setCertificateCredentialsId("servicenow-certificate");
        connection.setKeyId("key-1");
        connection.setSubject(ServiceNowSimulator.USER_NAME);
        connection.setApiKeyCredentialsId("servicenow-api-key");
        TestCredentials.certificate("servicenow-certificate", key);
        TestCredentials.text("servicenow-api-key", ServiceNowSimulator.API_KEY);
        simulator.verifyJwts("key-1", TestKeys.certificate(key).getPublicKey());
        return connection;
    }

    private static ServiceNowException refused(ServiceNowConnection connection) {
        return catchThrowableOfType(ServiceNowException.class, () -> Credentials.signIn(connection));
    }

    /** Configuration of earlier versions has no such setting. */
    @Test
    void withoutTheSettingTheUserDecidesAsBefore() throws Exception {
        String url = "https://corp.service-now.com";
        ServiceNowConnection user = new ServiceNowConnection("corp", url, "id", "secret", "user");
        ServiceNowConnection client = new ServiceNowConnection("corp", url, "id", "secret", " ");

        assertThat(user.getAuthentication()).isEqualTo("password");
        assertThat(client.getAuthentication()).isEqualTo("clientCredentials");
        assertThat(Jenkins.XSTREAM2.toXML(user)).doesNotContain("authentication", "scope");
        ServiceNowConnection explicit = new ServiceNowConnection("corp", url, "id", "secret", "user");
        explicit.setAuthentication("password");
        assertThat(explicit).isEqualTo(user);
        explicit.setAuthentication("clientCredentials");
        assertThat(explicit).isNotEqualTo(user);
        assertThat(Credentials.signIn(ControlledJenkins.connection("corp", simulator)))
                .isInstanceOf(SignIn.Password.class);
        assertThat(Credentials.signIn(new ServiceNowConnection("corp", url, "id", "servicenow-client", null)))
                .isInstanceOf(SignIn.ClientCredentials.class);
    }

    @Test
    void configurationAsCodeHasEachKind() throws Exception {
        ConfigurationAsCode.get()
                .configure(AuthenticationTest.class
                        .getResource("authentication.yaml")
                        .toString());
        List<ServiceNowConnection> read = ServiceNowGateConfiguration.get().getConnections();
        assertThat(read)
                .extracting(ServiceNowConnection::getAuthentication)
                .containsExactly("password", "clientCredentials", "jwtBearer", "apiKey");
        assertSettings(read);

        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8))
                .contains(
                        "authentication: \"jwtBearer\"",
                        "certificateCredentialsId: \"servicenow-certificate\"",
                        "keyId: \"jenkins-2026\"",
                        "subject: \"jenkins@example.com\"",
                        "authentication: \"apiKey\"",
                        "apiKeyCredentialsId: \"servicenow-api-key\"",
                        "scope: \"change_api other\"",
                        "clientCertificateId: \"servicenow-tls\"");
        Path exported = directory.resolve("exported.yaml");
        String yaml = export.toString(StandardCharsets.UTF_8);
        Files.writeString(
                exported,
                "unclassified:\n"
                        + yaml.substring(yaml.indexOf("  serviceNowGate:")).split("\n(?! {4})")[0] + "\n");
        ServiceNowGateConfiguration.get().setConnections(List.of());
        ConfigurationAsCode.get().configure(exported.toString());
        assertThat(ServiceNowGateConfiguration.get().getConnections()).isEqualTo(read);

        asAdministrator().configRoundtrip();
        assertThat(ServiceNowGateConfiguration.get().getConnections()).isEqualTo(read);
        assertSettings(new ServiceNowGateConfiguration().getConnections());
    }

    private static void assertSettings(List<ServiceNowConnection> connections) {
        ServiceNowConnection jwt = connections.get(2);
        assertThat(jwt.getCertificateCredentialsId()).isEqualTo("servicenow-certificate");
        assertThat(jwt.getKeyId()).isEqualTo("jenkins-2026");
        assertThat(jwt.getSubject()).isEqualTo("jenkins@example.com");
        assertThat(jwt.getScope()).isEqualTo("change_api other");
        assertThat(jwt.getClientCertificateId()).isEqualTo("servicenow-tls");
        assertThat(connections.get(3).getApiKeyCredentialsId()).isEqualTo("servicenow-api-key");
        assertThat(connections.get(3).getClientId()).isEmpty();
    }

    /** Bound in the same way as by Job DSL and pipelines. */
    @ParameterizedTest
    @ValueSource(strings = {"passwort", "", "Password", "null"})
    void scriptsAcceptNoOtherValue(String value) {
        Map<String, Object> settings = Map.of(
                "name",
                "o",
                "baseUrl",
                "https://a.example",
                "clientId",
                "a",
                "clientSecretId",
                "b",
                "authentication",
                value);

        assertThatThrownBy(() -> DescribableModel.of(ServiceNowConnection.class).instantiate(settings, null))
                .hasStackTraceContaining(
                        "\"" + value + "\" is not a valid value of authentication. Use one of: password,"
                                + " clientCredentials, jwtBearer, apiKey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"passwort", "", "Password"})
    void anUnreadableStoredValueIsRefused(String stored) throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        Path file = jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
        String saved = Files.readString(file);
        Files.writeString(
                file,
                saved.replace(
                        "</userCredentialsId>", "</userCredentialsId><authentication>" + stored + "</authentication>"));
        configuration.load();
        ServiceNowConnection read = configuration.connection("corp");

        assertThat(read.authentication()).isNull();
        ServiceNowException e = refused(read);
        assertThat(e.problem()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(e.getMessage()).contains("the unknown authentication \"" + stored + "\"");
        assertThat(simulator.requests().all()).isEmpty();
        if (!stored.isEmpty()) {
            HtmlForm form = webWithErrors(ADMIN).goTo("configure").getFormByName("config");
            assertThat(jenkins.submit(form).getWebResponse().getContentAsString())
                    .contains("is not a valid value of authentication")
                    .doesNotContain("\tat ");
            assertThat(Files.readString(file)).contains("<authentication>" + stored + "</authentication>");
        }
    }

    /** A crafted form, and one in which a setting is missing. */
    @Test
    void aFormIsRefusedAsAWhole() throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        for (String[] craft : new String[][] {
            {"passwort", "is not a valid value of authentication"},
            {"apiKey", "needs a value for apiKeyCredentialsId"}
        }) {
            HtmlForm form = webWithErrors(ADMIN).goTo("configure").getFormByName("config");
            HtmlSelect select = filled(form);
            select.getOption(0).setValueAttribute(craft[0]);
            select.setSelectedAttribute(select.getOption(0), true);
            form.getInputByName("_.titlePrefix").setValue("Changed");
            assertThat(jenkins.submit(form).getWebResponse().getContentAsString())
                    .contains(craft[1])
                    .doesNotContain("\tat ");
        }
        assertThat(configuration.getTitlePrefix()).isEqualTo("Jenkins");
        assertThat(configuration.connection("corp").getAuthentication()).isEqualTo("password");
    }

    /** The fields of the other kinds are hidden, not removed, so that switching back loses nothing. */
    @Test
    void theFormShowsWhatTheAuthenticationNeeds() throws Exception {
        HtmlForm form = web(ADMIN).goTo("configure").getFormByName("config");
        HtmlSelect select = filled(form);
        assertThat(select.getOptions())
                .extracting(option -> option.getValueAttribute())
                .containsExactly("password", "clientCredentials", "jwtBearer", "apiKey");
        assertThat(shown(form)).containsExactly("clientId", "clientSecretId", "userCredentialsId");
        select.setSelectedAttribute("clientCredentials", true);
        assertThat(shown(form)).containsExactly("clientId", "clientSecretId");
        select.setSelectedAttribute("jwtBearer", true);
        assertThat(shown(form))
                .containsExactly("clientId", "clientSecretId", "certificateCredentialsId", "keyId", "subject");
        select.setSelectedAttribute("apiKey", true);
        assertThat(shown(form)).containsExactly("apiKeyCredentialsId");
    }

    /** Jenkins' script requests the options when the page is loaded, and replaces those that are there by then. */
    private static HtmlSelect filled(HtmlForm form) {
        HtmlSelect select = form.getSelectByName("_.authentication");
        form.getPage().getWebClient().waitForBackgroundJavaScriptStartingBefore(1000);
        await().until(() -> select.getOptionSize() == 4);
        return select;
    }

    private static List<String> shown(HtmlForm form) {
        return Stream.of(
                        "clientId",
                        "clientSecretId",
                        "userCredentialsId",
                        "certificateCredentialsId",
                        "keyId",
                        "subject",
                        "apiKeyCredentialsId")
                .filter(field -> !form.getFirstByXPath(".//*[@name='_." + field
                                + "']/ancestor::*[contains(@class, 'jenkins-form-item')][1]/@class")
                        .toString()
                        .contains("jenkins-hidden"))
                .toList();
    }

    private FormValidation test(ServiceNowConnection connection) {
        simulator.addChange(Map.of("short_description", "x"));
        return ConnectionTest.run(connection);
    }

    @Test
    void testConnectionNamesGrantUserScopeAndExpiry() throws Exception {
        FormValidation jwt = test(connection("jwtBearer"));
        assertThat(jwt.kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(jwt.getMessage())
                .contains(
                        "Signed in as jenkins.integration.",
                        "Grant: urn:ietf:params:oauth:grant-type:jwt-bearer. Scope of the token: useraccount. It expires in 1",
                        "The requests run as the user jenkins.integration, who is a machine user.");
        simulator.behaviour().scopes("change_api");
        ServiceNowConnection narrowed = connection("clientCredentials");
        assertThat(test(narrowed).getMessage())
                .contains("Signed in as the client jenkins.", "Scope of the token: none.", "Failed API level ACL");
        narrowed.setScope("change_api");
        assertThat(test(narrowed).kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(test(narrowed).getMessage()).contains("Grant: client_credentials. Scope of the token: change_api.");
        simulator.behaviour().scopes();
        int tokens = simulator.requests().count(Endpoint.TOKEN);
        FormValidation apiKey = test(connection("apiKey"));
        assertThat(apiKey.kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(apiKey.getMessage())
                .contains(
                        "Not tested:</strong> Scope and expiry of the API key",
                        "May read changes.",
                        "The requests run as the user jenkins.integration");
        assertThat(simulator.requests().count(Endpoint.TOKEN)).isEqualTo(tokens);
        simulator.behaviour().apiKeys(false);
        assertThat(test(connection("apiKey")).getMessage())
                .contains("Failed:</strong> Reading a change failed", "rejected the API key");
    }

    @Test
    void testConnectionWarnsOfPeopleAndAdministrators() throws Exception {
        ServiceNowConnection connection = connection("password");
        simulator.behaviour().machineUser(false).userRoles("admin", "itil", "security_admin");
        FormValidation told = test(connection);
        assertThat(told.kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(told.getMessage())
                .contains("Check:</strong> The requests run as the user jenkins.integration, who is not a machine user")
                .contains("Check:</strong> The user jenkins.integration is an administrator of ServiceNow (roles:")
                .contains("security_admin")
                .doesNotContain("itil");
        simulator
                .behaviour()
                .hideTableColumns("identity_type", "web_service_access_only")
                .userRoles();
        told = test(connection);
        assertThat(told.kind).as("what it can't see is no warning").isEqualTo(FormValidation.Kind.OK);
        assertThat(told.getMessage())
                .contains("Not tested:</strong> Whether the user jenkins.integration, as whom")
                .contains("Not tested:</strong> Whether the user jenkins.integration is an administrator");
        simulator.behaviour().emptyTables("sys_user", "sys_user_has_role");
        assertThat(test(connection).getMessage()).contains("Not tested:</strong> As which user the requests run");
        simulator.faults().on(Endpoint.TABLE).always(io.jenkins.plugins.servicenowgate.simulator.Fault.forbidden());
        told = test(connection);
        assertThat(told.kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(told.getMessage()).contains("because the user could not be read");
    }

    @Test
    void credentialsThatDoNotFitAreNamed() throws Exception {
        ServiceNowConnection jwt = connection("jwtBearer");
        TestCredentials.certificate(
                "servicenow-certificate", TestKeys.keyStore(directory, "short", "-keyalg", "RSA", "-keysize", "1024"));
        assertThat(refused(jwt).getMessage()).contains("servicenow-certificate", "at least 2048 bits", "P-256");
        TestCredentials.certificate(
                "servicenow-certificate", TestKeys.trustStore(directory, "no-key", TestKeys.certificate(key)));
        assertThat(refused(jwt).getMessage()).contains("servicenow-certificate", "exactly one private key");
        jwt.setCertificateCredentialsId("servicenow-client");
        assertThat(refused(jwt).getMessage())
                .contains("\"servicenow-client\"", "no Certificate credentials with that id");
        ServiceNowConnection apiKey = connection("apiKey");
        TestCredentials.text("servicenow-api-key", "k3y with blanks");
        assertThat(refused(apiKey).getMessage())
                .contains("servicenow-api-key", "no API key")
                .doesNotContain("k3y");
        apiKey.setApiKeyCredentialsId("unknown");
        assertThat(refused(apiKey).getMessage()).contains("\"unknown\"", "no Secret text credentials");
        assertThat(simulator.requests().all()).isEmpty();
    }

    /** The token cache must not outlive the key that got the token. */
    @Test
    void anotherKeyIsUsedAtOnce() throws Exception {
        ServiceNowGateConfiguration.get().setConnections(List.of(connection("jwtBearer")));
        Clients clients = new Clients();
        clients.get("corp").canReadAnyChange();
        TestCredentials.certificate(
                "servicenow-certificate",
                TestKeys.keyStore(directory, "other", "-keyalg", "EC", "-groupname", "secp256r1"));

        assertThat(catchThrowableOfType(
                                ServiceNowException.class,
                                () -> clients.get("corp").canReadAnyChange())
                        .problem())
                .isEqualTo(FailureKind.SIGN_IN_REFUSED);
    }

    @Test
    void anotherClientCertificateMakesAnotherClient() throws Exception {
        ServiceNowConnection connection = connection("password");
        connection.setClientCertificateId("servicenow-certificate");
        ServiceNowGateConfiguration.get().setConnections(List.of(connection));
        Clients clients = new Clients();
        assertThat(clients.get("corp")).isSameAs(clients.get("corp"));
        Object before = clients.get("corp");
        TestCredentials.certificate(
                "servicenow-certificate",
                TestKeys.keyStore(directory, "third", "-keyalg", "EC", "-groupname", "secp256r1"));
        assertThat(clients.get("corp")).isNotSameAs(before);
        connection.setClientCertificateId("unknown");
        assertThat(catchThrowableOfType(ServiceNowException.class, () -> clients.get("corp"))
                        .getMessage())
                .contains("\"unknown\"");
    }

    /** A deployment with a signed token; no log, console or file shows a key or a token. */
    @ParameterizedTest
    @ValueSource(strings = {"jwtBearer", "apiKey"})
    void aDeploymentIsReleasedAndNoSecretIsWritten(String authentication) throws Exception {
        ServiceNowGateConfiguration.get().setConnections(List.of(connection(authentication)));
        List<String> secrets = new ArrayList<>(List.of(ServiceNowSimulator.API_KEY, ServiceNowSimulator.CLIENT_SECRET));
        try (LogRecorder log = new LogRecorder()
                .record("io.jenkins.plugins.servicenowgate", Level.ALL)
                .record("okhttp3", Level.ALL)
                .capture(100_000)) {
            WorkflowRun build = waiting(
                    build("shop", "serviceNowDeployment(environment: 'Production', version: '1') { echo 'DEPLOYED' }"));
            SimulatedChange change = theChange();
            simulator.people().approve(change.number());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
            settled();
            simulator
                    .requests()
                    .to(Endpoint.TOKEN)
                    .forEach(request -> secrets.add(request.form().get("assertion")));
            simulator.requests().all().stream()
                    .map(request -> request.header("Authorization"))
                    .filter(header -> header != null)
                    .forEach(header -> secrets.add(header.substring("Bearer ".length())));
            assertThat(secrets).hasSizeGreaterThanOrEqualTo(2).doesNotContainNull();
            String logged = String.join("\n", log.getMessages());
            String console = jenkins.getLog(build);
            String stored;
            try (Stream<Path> files = Files.walk(build.getRootDir().toPath())) {
                stored = files.filter(Files::isRegularFile)
                        .map(AuthenticationTest::content)
                        .reduce("", String::concat);
            }
            assertThat(secrets)
                    .noneMatch(logged::contains)
                    .noneMatch(console::contains)
                    .noneMatch(stored::contains);
            assertThat(simulator.requests().all())
                    .allSatisfy(request -> assertThat(secrets)
                            .noneMatch(secret -> request.rawQuery().contains(secret)));
            if (authentication.equals("jwtBearer")) {
                StandardCertificateCredentials used = CredentialsMatchers.firstOrNull(
                        CredentialsProvider.lookupCredentialsInItemGroup(
                                StandardCertificateCredentials.class, jenkins.jenkins, ACL.SYSTEM2),
                        CredentialsMatchers.withId("servicenow-certificate"));
                assertThat(CredentialsProvider.getFingerprintOf(used).getJobs()).contains("apps/shop");
            }
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
