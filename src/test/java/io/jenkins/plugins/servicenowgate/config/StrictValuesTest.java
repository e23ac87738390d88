package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.casc.Attribute;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configuration as code applies a block completely or not at all: one invalid value rejects all of it. */
class StrictValuesTest extends ControlledJenkinsTestBase {
    @TempDir
    private Path directory;

    private ServiceNowGateConfiguration configuration;
    private String stored;

    @BeforeEach
    void rememberWhatIsInForce() throws Exception {
        configuration = ServiceNowGateConfiguration.get();
        stored = Files.readString(file());
        assertThat(stored).contains("<name>Production</name>");
    }

    private Path file() {
        return jenkins.jenkins.getRootDir().toPath().resolve(configuration.getId() + ".xml");
    }

    private void configure(String block) throws Exception {
        Path yaml = directory.resolve("jenkins.yaml");
        Files.writeString(yaml, "unclassified:\n  serviceNowGate:\n" + block.indent(4));
        ConfigurationAsCode.get().configure(yaml.toString());
    }

    private void refused(String block, String... words) throws Exception {
        Throwable refusal = catchThrowable(() -> configure(block));

        assertThat(refusal).as(block).isNotNull();
        assertThat(refusal).hasStackTraceContaining(words[0]);
        for (String word : words) {
            assertThat(refusal).hasStackTraceContaining(word);
        }
        staysInForce();
    }

    /** Asserts the previous configuration in memory and on disk. */
    private void staysInForce() throws Exception {
        assertThat(configuration.isEnabled()).isTrue();
        assertThat(configuration.isWorkNotesEnabled()).isTrue();
        assertThat(configuration.isBreakGlass()).isFalse();
        assertThat(configuration.getTitlePrefix()).isEqualTo("Jenkins");
        assertThat(configuration.getPollIntervalSeconds()).isEqualTo(60);
        assertThat(configuration.getReservedAgents().running()).isEqualTo(ReservedAgents.Running.CONTINUE);
        assertThat(configuration.getConnections())
                .extracting(ServiceNowConnection::getName)
                .containsExactly("corp");
        assertThat(configuration.getEnvironments())
                .extracting(Environment::getName, Environment::isChangeControlled)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Production", true),
                        org.assertj.core.groups.Tuple.tuple("Dev", false));
        assertThat(Files.readString(file())).isEqualTo(stored);
    }

    static Stream<Arguments> booleans() {
        List<String> values =
                List.of("ture", "\"${UNSET}\"", "\"\"", "0", "\"no\"", "off", "n", "[false]", "{a: false}");
        return Stream.of("enabled", "workNotesEnabled", "breakGlass")
                .flatMap(setting -> values.stream().map(value -> Arguments.of(setting, value)));
    }

    /** The other settings before and after the invalid one would switch everything off. */
    @ParameterizedTest
    @MethodSource("booleans")
    void aBooleanOfTheControllerMustBeTrueOrFalse(String setting, String value) throws Exception {
        refused(
                setting + ": " + value + "\nenvironments: []\nconnections: []\ntitlePrefix: \"Other\"\n"
                        + "pollIntervalSeconds: 77\n",
                setting);
    }

    /** The deployment after a block that was refused: what was in force before decides. */
    @Test
    void aDeploymentStillNeedsItsChange() throws Exception {
        refused("enabled: \"${UNSET}\"\nenvironments: [{name: Production, changeControlled: ture}]\n", "enabled");
        WorkflowRun run = waiting(build("shop", "serviceNowGate(environment: 'Production', version: '1')"));
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    static Stream<Arguments> ofEnvironments() {
        List<String> values = List.of("ture", "\"${UNSET}\"", "\"\"", "1", "\"yes\"");
        return Stream.of(
                        "changeControlled",
                        "allowEmergency",
                        "onlyControlledProjects",
                        "separateDuties",
                        "standardChangesPreApproved",
                        "changecontrolled")
                .flatMap(setting -> values.stream().map(value -> Arguments.of(setting, value)));
    }

    @ParameterizedTest
    @MethodSource("ofEnvironments")
    void aBooleanOfAnEnvironmentMustBeTrueOrFalse(String setting, String value) throws Exception {
        refused(
                "enabled: false\nenvironments:\n  - name: \"Other\"\n  - name: \"Production\"\n    " + setting + ": "
                        + value + "\n",
                setting.equals("changecontrolled") ? "changeControlled" : setting,
                "\"" + value.replace("\"", "").replace("${UNSET}", "") + "\" is not a valid value of ",
                "Use true or false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "environments: [{name: Production, approvalSettings: administrators}]",
                "environments: [{name: Production, approvalSettings: \"${UNSET}\"}]",
                "environments: [{name: Production, approvalSettings: Administrator}]",
                "environments: [{name: Production, afterDeployment: reviewed}]",
                "environments: [{name: Production, changeTasks: keep}]",
                "environments: [{name: Production, rejected: Wait}]",
                "environments: [{name: Production, rejected: \"${UNSET}\"}]",
                "environments: [{name: Production, conflicts: Refuse}]",
                "environments: [{name: Production, conflicts: \"${UNSET}\"}]",
                "environments: [{name: Production, abandonedChange: close}]",
                "environments: [{name: Production, abandonedChange: \"${UNSET}\"}]",
                "environments: [{name: Production, automaticTransition: ture}]",
                "environments: [{name: Production, automaticTransition: \"yes\"}]",
                "reservedAgents: {gateOpenUntil: stage}",
                "reservedAgents: {gateOpenUntil: \"${UNSET}\"}",
                "reservedAgents: {runningWork: kill}",
                "reservedAgents: {runningWork: \"${UNSET}\"}",
            })
    void anEnumerationHasTheValuesOfTheContract(String line) throws Exception {
        String setting = line.replaceAll(".*[,{] ?(\\w+): [^:]*$", "$1");
        assertThat(setting)
                .isIn(
                        "approvalSettings",
                        "automaticTransition",
                        "gateOpenUntil",
                        "runningWork",
                        "afterDeployment",
                        "changeTasks",
                        "rejected",
                        "conflicts",
                        "abandonedChange");
        refused("enabled: false\nworkNotesEnabled: false\n" + line + "\nbreakGlass: true\n", setting);
    }

    /** Keys whose value was forgotten; before and after them, settings that would switch everything off. */
    static Stream<Arguments> forgotten() {
        Stream<String> settings = Stream.of(
                "%s: {name}",
                "environments:\n  - name: Production\n    %s: {environment}",
                "environments: [{name: Other}, {name: Production, %s: {environment}}]",
                "environments:\n  - &other\n    name: Other\n    %s: {environment}\n  - <<: *other\n    name: Production",
                "reservedAgents:\n  %s: {agents}");
        return settings.flatMap(block -> names(block)
                .flatMap(name -> Stream.of("", "~", "null", "!!null ''", ".nan")
                        .map(value -> Arguments.of(
                                name, block.formatted(name).replaceAll("\\{(name|environment|agents)}", value)))));
    }

    private static Stream<String> names(String block) {
        return block.contains("{name}")
                ? Stream.of("enabled", "workNotesEnabled", "breakGlass")
                : block.contains("{agents}")
                        ? Stream.of("gateOpenUntil", "runningWork")
                        : Stream.of(
                                "changeControlled",
                                "allowEmergency",
                                "onlyControlledProjects",
                                "separateDuties",
                                "standardChangesPreApproved",
                                "approvalSettings",
                                "rejected",
                                "conflicts",
                                "abandonedChange",
                                "changecontrolled");
    }

    @ParameterizedTest
    @MethodSource("forgotten")
    void aForgottenValueIsAnError(String setting, String block) throws Exception {
        refused("titlePrefix: Other\nconnections: []\n" + block + "\n", setting + " has no value (\"");
    }

    /** Of several files, one has only the setting without a value. */
    @Test
    void aForgottenValueInAnotherFileIsAnError() throws Exception {
        Files.writeString(directory.resolve("a.yaml"), "unclassified:\n  serviceNowGate:\n    titlePrefix: Other\n");
        Files.writeString(directory.resolve("b.yml"), "unclassified:\n  serviceNowGate:\n    enabled:\n");
        Throwable refusal = catchThrowable(() -> ConfigurationAsCode.get().configure(directory.toString()));
        assertThat(refusal).hasStackTraceContaining("enabled has no value (\"\")");
        staysInForce();
    }

    /** Configuration as code alone would take the last one. */
    @Test
    void aSettingThatOccursTwiceIsAnError() throws Exception {
        refused("enabled: true\nenabled: false\n", "enabled occurs twice in one block");
        refused(
                "environments:\n  - name: Production\n    changeControlled: true\n    changecontrolled: false\n",
                "changecontrolled occurs twice in one block");
        refused(
                "environments: [{name: Production, changeControlled: true}]\nenvironments: []\n",
                "environments occurs twice in one block");
        refused(
                "environments:\n  - name: Production\n    changeControlled: true\n    name: Other\n",
                "name occurs twice in one block");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unclassified:\n  serviceNowGate:\n    enabled: true\n  serviceNowGate:\n    enabled:\n",
                "unclassified:\n  serviceNowGate:\n    enabled: true\n  servicenowgate:\n    enabled: false\n",
                "unclassified:\n  serviceNowGate:\n    titlePrefix: x\nunclassified:\n  serviceNowGate:\n    enabled: ~\n",
            })
    void aBlockThatOccursTwiceIsAnError(String file) throws Exception {
        Path yaml = directory.resolve("jenkins.yaml");
        Files.writeString(yaml, file);
        Throwable refusal = catchThrowable(() -> ConfigurationAsCode.get().configure(yaml.toString()));
        assertThat(refusal).as(file).isNotNull();
        staysInForce();
    }

    /** An entry that repeats the settings of another one, and sets one of them anew. */
    @Test
    void aSettingMayBeRepeatedFromAnotherEntry() throws Exception {
        configure(
                "environments:\n  - &p\n    name: Production\n    changeControlled: true\n  - <<: *p\n    name: Test\n");
        assertThat(configuration.getEnvironments())
                .extracting(Environment::getName, Environment::isChangeControlled)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Production", true),
                        org.assertj.core.groups.Tuple.tuple("Test", true));
    }

    /** A text may be left empty: it has an empty value. */
    @Test
    void aTextWithoutAValueIsEmpty() throws Exception {
        configure("environments:\n  - name: Production\n    changeControlled: true\n    connection:\n"
                + "    automaticTransition: ~\n");
        assertThat(configuration.getEnvironments()).singleElement().satisfies(environment -> {
            assertThat(environment.getConnection()).isEmpty();
            assertThat(environment.isChangeControlled()).isTrue();
        });
    }

    /** A new boolean is strict, too. */
    @Test
    void everyBooleanIsStrict() {
        assertThat(Stream.of(
                                new StrictConfigurator.OfConfiguration().describe().stream(),
                                new StrictConfigurator.OfEnvironments().describe().stream(),
                                new StrictConfigurator.OfEvidence().describe().stream())
                        .flatMap(attributes -> attributes)
                        .filter(attribute -> attribute.getType() == boolean.class)
                        .map(Attribute::getName))
                .hasSize(11)
                .isSubsetOf(ForgottenValues.STRICT);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("pollIntervalSeconds: 1", "poll interval must be between"),
                Arguments.of("pollIntervalSeconds: many", "pollIntervalSeconds"),
                Arguments.of("titlePrefix: \"a\\tb\"", "titlePrefix"),
                Arguments.of("enabeld: false", "enabeld"),
                Arguments.of("environments: [{name: A}, {name: A}]", "two environments with the name"),
                Arguments.of("environments: [{name: \"\"}]", "Enter a name for the environment"),
                Arguments.of("environments: [{name: A, agentLabel: \"a &&\"}]", "is not a valid label expression"),
                Arguments.of(
                        "environments: [{name: A, fields: [{name: approval, value: x}]}]", "the field approval can't"),
                Arguments.of("environments: [{name: A, changeControled: false}]", "changeControled"),
                Arguments.of(
                        "connections: [{name: o, baseUrl: \"http://a.example\", clientId: a, clientSecretId: b}]",
                        "http"),
                authentication("authentication: passwort", "\"passwort\" is not a valid value of authentication"),
                authentication("authentication: \"${UNSET}\"", "\"\" is not a valid value of authentication"),
                authentication("authentication: ", "authentication has no value"),
                authentication("authentication: password, authentication: apiKey", "authentication occurs twice"),
                authentication("authentication: password", "needs a value for userCredentialsId"),
                authentication(
                        "authentication: jwtBearer, keyId: k, subject: s",
                        "needs a value for certificateCredentialsId"),
                authentication(
                        "authentication: jwtBearer, certificateCredentialsId: c, subject: s",
                        "needs a value for keyId"),
                authentication(
                        "authentication: jwtBearer, certificateCredentialsId: c, keyId: k",
                        "needs a value for subject"),
                authentication("authentication: apiKey", "needs a value for apiKeyCredentialsId"),
                authentication("scope: \"a  b\"", "\"a  b\" is not a valid scope"),
                authentication("scope: \"a\\\"b\"", "is not a valid scope"),
                Arguments.of("reservedAgents: {endWithoutGateMinutes: 0}", "between 1 and 1440"));
    }

    private static Arguments authentication(String settings, String word) {
        return Arguments.of(
                "connections: [{name: o, baseUrl: \"https://a.example\", clientId: a, clientSecretId: b, " + settings
                        + "}]",
                word);
    }

    /** The block switches change control off, and another setting in it is invalid. */
    @ParameterizedTest
    @MethodSource("others")
    void anInvalidSettingRejectsTheWholeBlock(String line, String word) throws Exception {
        refused("enabled: false\nbreakGlass: true\n" + line + "\nworkNotesEnabled: false\n", word);
    }

    @Test
    void validValuesAreAcceptedInAnyNotation() throws Exception {
        configure("""
                enabled: " True "
                workNotesEnabled: FALSE
                environments:
                  - name: "Production"
                    changeControlled: "true"
                    onlyControlledProjects: "${UNSET:-TRUE}"
                    automaticTransition: "${UNSET}"
                reservedAgents:
                  runningWork: abort
                """);
        assertThat(configuration.isEnabled()).isTrue();
        assertThat(configuration.isWorkNotesEnabled()).isFalse();
        assertThat(configuration.getEnvironments()).singleElement().satisfies(environment -> {
            assertThat(environment.isChangeControlled()).isTrue();
            assertThat(environment.isOnlyControlledProjects()).isTrue();
            assertThat(environment.getAutomaticTransition()).isEmpty();
        });
        assertThat(new ServiceNowGateConfiguration().isWorkNotesEnabled()).isFalse();
        assertThat(new ServiceNowGateConfiguration().getReservedAgents().running())
                .isEqualTo(ReservedAgents.Running.ABORT);
    }
}
