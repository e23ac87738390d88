package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.yaml.YamlSource;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.pipeline.ServiceNowDeploymentStep;
import io.jenkins.plugins.servicenowgate.pipeline.ServiceNowGateStep;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javaposse.jobdsl.dsl.DslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The setting window: configuration as code, Job DSL, forms, scripts, files, and which of several applies. */
@Timeout(180)
class WindowSettingsTest extends ControlledJenkinsTestBase {
    private static final String TEXT = "20:00 2 Europe/Berlin MON,TUE,WED,THU";

    private static WindowSettings window(String start) {
        WindowSettings settings = new WindowSettings();
        settings.setStart(start);
        settings.setHours("2");
        settings.setZone("Europe/Berlin");
        settings.setDays("MON-THU");
        return settings;
    }

    private static void configure(String environment) throws Exception {
        byte[] yaml = ("unclassified:\n  serviceNowGate:\n    environments:\n      - name: Production\n"
                        + "        changeControlled: true\n" + environment.indent(8))
                .getBytes(StandardCharsets.UTF_8);
        ConfigurationAsCode.get().configureWith(YamlSource.of(new ByteArrayInputStream(yaml)));
    }

    private static Environment production() {
        return ServiceNowGateConfiguration.get().getEnvironments().get(0);
    }

    private static String text(WindowSettings settings) {
        return WindowSettings.text(settings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "window: {start: '20:00', hours: 2, zone: 'Europe/Berlin', days: 'MON-THU'}",
                "window: {start: \"${UNSET:-20:00}\", hours: \"2\", zone: Europe/Berlin, days: \"mon - thu\"}",
            })
    void configurationAsCodeReadsAndWritesIt(String setting) throws Exception {
        configure(setting);
        assertThat(text(production().getWindow())).isEqualTo(TEXT);
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);
        assertThat(exported.toString(StandardCharsets.UTF_8)).containsPattern("window:\\s+days: ");
        // After a restart.
        assertThat(text(new ServiceNowGateConfiguration()
                        .getEnvironments()
                        .get(0)
                        .getWindow()))
                .isEqualTo(TEXT);
        configure("");
        assertThat(production().getWindow()).isNull();
    }

    @Test
    void withoutDaysEveryDayCounts() throws Exception {
        configure("window: {start: '20:00', hours: 2, zone: UTC}");
        assertThat(text(production().getWindow())).isEqualTo("20:00 2 UTC MON,TUE,WED,THU,FRI,SAT,SUN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "window: {start: '25:00', hours: 2, zone: UTC} | \"25:00\" is not a valid value of start",
                "window: {start: '20:00', hours: 0, zone: UTC} | \"0\" is not a valid value of hours",
                "window: {start: '20:00', hours: two, zone: UTC} | \"two\" is not a valid value of hours",
                "window: {start: '20:00', hours: 2, zone: Berlin} | \"Berlin\" is not a valid value of zone",
                "window: {start: '20:00', hours: 2, zone: UTC, days: MO} | \"MO\" is not a valid value of days",
                "window: {start: '20:00', hours: 2, zone: UTC, days: \"${UNSET}\"} | \"\" is not a valid value of days",
                "window: {start: \"${UNSET}\", hours: 2, zone: UTC} | the window has no value for start",
                "window: {hours: 2, zone: UTC} | the window has no value for start",
                "window: {start: '20:00', zone: UTC} | the window has no value for hours",
                "window: {start: '20:00', hours: 2} | the window has no value for zone",
                "window: {} | the window has no value for start",
                "window: | window has no value",
                "window: '' | window",
                "window: {start: '20:00', hours: 2, zone: UTC, days: } | days has no value",
                "window: {start: '20:00', hours: , zone: UTC} | hours has no value",
                "window: {start: '20:00', hour: 2, zone: UTC} | hour",
            })
    void configurationAsCodeIsStrict(String setting, String word) throws Exception {
        File yaml = new File(jenkins.jenkins.getRootDir(), "window.yaml");
        java.nio.file.Files.writeString(
                yaml.toPath(),
                "unclassified:\n  serviceNowGate:\n    titlePrefix: Other\n    environments:\n      - name: Production\n        "
                        + setting + "\n");
        Throwable refusal = catchThrowable(() -> ConfigurationAsCode.get().configure(yaml.getPath()));
        assertThat(refusal).as(setting).hasStackTraceContaining(word);
        assertThat(production().getWindow()).isNull();
        assertThat(ServiceNowGateConfiguration.get().getEnvironments()).hasSize(2);
        assertThat(ServiceNowGateConfiguration.get().getTitlePrefix()).isEqualTo("Jenkins");
    }

    @Test
    void formsKeepIt() throws Exception {
        production().setWindow(window("20:00"));
        jenkins.submit(web(ADMIN).goTo("configure").getFormByName("config"));
        assertThat(text(production().getWindow())).isEqualTo(TEXT);
        // An empty form sets nothing.
        assertThat(ServiceNowGateConfiguration.get().getEnvironments().get(1).getWindow())
                .isNull();

        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setWindow(window("21:00"));
        job.addProperty(mark);
        ServiceNowGateBuilder builder = new ServiceNowGateBuilder("Production");
        builder.setWindow(window("${START}"));
        job.getBuildersList().add(builder);
        jenkins.submit(web(ADMIN).getPage(job, "configure").getFormByName("config"));
        assertThat(text(job.getProperty(ChangeControlJobProperty.class).getWindow()))
                .isEqualTo(TEXT.replace("20", "21"));
        ServiceNowGateBuilder saved = job.getBuildersList().get(ServiceNowGateBuilder.class);
        assertThat(saved.getWindow()).isEqualTo(window("${START}"));

        job.removeProperty(ChangeControlJobProperty.class);
        job.addProperty(new ChangeControlJobProperty());
        saved.setWindow(window("20:00"));
        jenkins.submit(web(ADMIN).getPage(job, "configure").getFormByName("config"));
        assertThat(job.getProperty(ChangeControlJobProperty.class).getWindow()).isNull();
        assertThat(text(job.getBuildersList().get(ServiceNowGateBuilder.class).getWindow()))
                .isEqualTo(TEXT);
    }

    private static void run(String script) throws Exception {
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script);
    }

    @Test
    void jobDslSetsIt() throws Exception {
        String window = "window { start('20:00')\n hours('2')\n zone('Europe/Berlin')\n days('MON-THU') }";
        String script = "folder('ops') { properties { changeControl { environments { serviceNowEnvironment {"
                + " name('Staging')\n" + window + " } } } } }\n"
                + "job('ops/shop') { properties { changeControl { " + window + " } }\n"
                + "steps { serviceNowGateStep { environment('Staging')\n" + window + " } } }";
        run(script);
        Folder folder = jenkins.jenkins.getItemByFullName("ops", Folder.class);
        assertThat(text(folder.getProperties()
                        .get(ChangeControlFolderProperty.class)
                        .getEnvironments()
                        .get(0)
                        .getWindow()))
                .isEqualTo(TEXT);
        FreeStyleProject job = jenkins.jenkins.getItemByFullName("ops/shop", FreeStyleProject.class);
        assertThat(text(job.getProperty(ChangeControlJobProperty.class).getWindow()))
                .isEqualTo(TEXT);
        assertThat(text(job.getBuildersList().get(ServiceNowGateBuilder.class).getWindow()))
                .isEqualTo(TEXT);
        assertThatThrownBy(() -> run(script.replace("hours('2')", "hours('0')")))
                .hasStackTraceContaining("hours");
        assertThatThrownBy(() -> run(script.replace("days('MON-THU')", "days('')")))
                .hasStackTraceContaining("days");
        assertThatThrownBy(() -> run(script.replace("hours('2')\n", ""))).hasStackTraceContaining("no value for hours");
    }

    @Test
    void theSnippetGeneratorWritesAMap() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(asAdministrator());
        ServiceNowGateStep gate = new ServiceNowGateStep("Production");
        snippets.assertRoundTrip(gate, "serviceNowGate 'Production'");
        gate.setWindow(window("20:00"));
        String map = "[days: 'MON-THU', hours: 2, start: '20:00', zone: 'Europe/Berlin']";
        snippets.assertRoundTrip(gate, "serviceNowGate environment: 'Production', window: " + map);
        ServiceNowDeploymentStep deployment = new ServiceNowDeploymentStep("Production");
        deployment.setWindow(window("20:00"));
        snippets.assertRoundTrip(
                deployment,
                "serviceNowDeployment(environment: 'Production', window: " + map + ") {\n    // some block\n}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "window: [start: '8 pm', hours: 2, zone: 'UTC'] | Refused: \"8 pm\" is not a valid value of start in the window",
                "window: [start: '20:00', hours: 1.5, zone: 'UTC'] | Refused: \"1.5\" is not a valid value of hours",
                "window: [start: '20:00', hours: null, zone: 'UTC'] | Refused: \"null\" is not a valid value of hours",
                "window: [start: '20:00', hours: 2, zone: ''] | Refused: the window has no value for zone",
                "window: [start: '20:00', hours: 2, zone: 'UTC', days: ''] | Refused: \"\" is not a valid value of days",
                "window: [start: '20:00', hours: 2, zone: 'UTC', day: 'MON'] | Refused: day is not a setting of the window. Use start, hours, zone, days.",
                "window: [start: '20:00', hours: [2], zone: 'UTC'] | Refused: the parameter window: hours of the step is not a text",
                "window: [:] | Refused: the window has no value for start",
                "window: null | Refused: window has no value",
                "window: '20:00' | Refused: the parameter window of the step is not a map",
                "window: [start: '${START}', hours: 2, zone: 'UTC'] | is not a valid value of start",
            })
    void aStepIsStrict(String parameter, String word) throws Exception {
        bothStepsRefuse(parameter, word);
    }

    // ---- files

    private static Environment stored(String settings) {
        String type = Environment.class.getName();
        return (Environment) Items.XSTREAM2.fromXML("<" + type + "><name>Production</name>"
                + "<changeControlled>true</changeControlled>" + settings + "</" + type + ">");
    }

    /** What can't be read refuses, and says what. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<window><start>20:00</start><hours>x</hours><zone>UTC</zone></window> | \"x\" is not a valid value of hours",
                "<window><start>20:00</start><hours>2</hours><zone>Mars</zone></window> | \"Mars\" is not a valid value of zone",
                "<window><start>20:00</start><hours>2</hours><zone>UTC</zone><days></days></window> | \"\" is not a valid value of days",
                "<window/> | no value for start",
                "<window>20:00</window> | no value for start",
            })
    void anUnreadableWindowRefuses(String settings, String word) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        job.addProperty(new ChangeControlJobProperty());
        ServiceNowGateConfiguration.get().setEnvironments(List.of(stored(settings)));
        assertThat(ChangeControl.rule(job, "Production", null))
                .isInstanceOfSatisfying(
                        PolicyDecision.Misconfigured.class,
                        wrong -> assertThat(wrong.why()).contains(word));
    }

    // ---- which of several

    private static String effective(FreeStyleProject job) {
        PolicyDecision decision = ChangeControl.rule(job, "Production", null);
        assertThat(decision).isInstanceOf(PolicyDecision.Required.class);
        var window = ((PolicyDecision.Required) decision).settings().window();
        return window == null ? null : window.text().substring(0, 5);
    }

    @Test
    void theNearestEnvironmentPrecedesTheJob() throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "ops");
        FreeStyleProject job = folder.createProject(FreeStyleProject.class, "shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        job.addProperty(mark);
        assertThat(effective(job)).isNull();
        mark.setWindow(window("21:00"));
        job.removeProperty(ChangeControlJobProperty.class);
        job.addProperty(mark);
        assertThat(effective(job)).isEqualTo("21:00");
        production().setWindow(window("22:00"));
        assertThat(effective(job)).isEqualTo("22:00");

        Environment near = ControlledJenkins.environment("Production", true);
        near.setWindow(window("23:00"));
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        property.setEnvironments(List.of(near));
        folder.addProperty(property);
        assertThat(effective(job)).isEqualTo("23:00");
        assertThat(web(ADMIN).getPage(job, "servicenow-change-control").asNormalizedText())
                .contains("Planned window", "23:00 2 Europe/Berlin MON,TUE,WED,THU");
    }

    @Test
    void whereAdministratorsDecideAJobMayOnlyRepeatIt() throws Exception {
        production().setApprovalSettings("administrator");
        production().setConnection("corp");
        FreeStyleProject job = jenkins.createFreeStyleProject("shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setWindow(window("20:00"));
        job.addProperty(mark);
        assertThat(((PolicyDecision.Misconfigured) ChangeControl.rule(job, "Production", null)).why())
                .startsWith("Refused: the job or step sets window to \"" + TEXT + "\"")
                .contains("administrators decide this setting: none");
        WindowSettings same = window("20:00");
        same.setDays("MON,TUE,WED,THU");
        production().setWindow(same);
        assertThat(effective(job)).isEqualTo("20:00");
    }
}
