package io.jenkins.plugins.servicenowgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.pipeline.ServiceNowGateStep;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** The settings configurationItem and service: which declaration counts, and their way into a new change. */
@Timeout(300)
class ItemSettingsTest extends ControlledJenkinsTestBase {
    private static final String GATE = "serviceNowGate(environment: 'Production', version: '1')";

    @TempDir
    private Path directory;

    private Environment production;
    private String shop;
    private String webShop;

    @BeforeEach
    void declare() {
        shop = simulator.addRow("cmdb_ci", Map.of("name", "shop", "sys_class_name", "cmdb_ci_server"));
        webShop = simulator.addRow("cmdb_ci_service", Map.of("name", "Web shop"));
        production = ControlledJenkins.environment("Production", true);
        ServiceNowGateConfiguration.get().setEnvironments(List.of(production));
    }

    private static void of(Folder folder, Consumer<ChangeControlFolderProperty> settings) throws Exception {
        ChangeControlFolderProperty property = new ChangeControlFolderProperty();
        settings.accept(property);
        folder.getProperties().replace(property);
    }

    private static Map<ItemSetting, String> items(FreeStyleProject job) {
        PolicyDecision decision = ChangeControl.rule(job, "Production", null);
        assertThat(decision).isInstanceOf(PolicyDecision.Required.class);
        return ((PolicyDecision.Required) decision).settings().items();
    }

    @Test
    void theNearestDeclarationCountsEnvironmentsFirst() throws Exception {
        Folder outer = jenkins.createProject(Folder.class, "outer");
        Folder inner = outer.createProject(Folder.class, "inner");
        FreeStyleProject job = inner.createProject(FreeStyleProject.class, "shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setConfigurationItem(" of the job ");
        job.addProperty(mark);
        assertThat(items(job)).isEqualTo(Map.of(ItemSetting.CONFIGURATION_ITEM, "of the job"));

        of(outer, property -> property.setConfigurationItem("outer"));
        assertThat(items(job)).containsEntry(ItemSetting.CONFIGURATION_ITEM, "outer");
        of(inner, property -> {
            property.setConfigurationItem("inner");
            property.setService("Inner");
        });
        assertThat(items(job)).isEqualTo(Map.of(ItemSetting.CONFIGURATION_ITEM, "inner", ItemSetting.SERVICE, "Inner"));
        production.setConfigurationItem("of the environment");
        assertThat(items(job))
                .isEqualTo(Map.of(ItemSetting.CONFIGURATION_ITEM, "of the environment", ItemSetting.SERVICE, "Inner"));
        Environment nearer = ControlledJenkins.environment("Production", true);
        nearer.setConfigurationItem("nearer");
        of(inner, property -> property.setEnvironments(List.of(nearer)));
        assertThat(items(job)).isEqualTo(Map.of(ItemSetting.CONFIGURATION_ITEM, "nearer"));
    }

    @Test
    void anAdministratorsChoiceCanOnlyBeRepeated() throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "outer");
        FreeStyleProject job = folder.createProject(FreeStyleProject.class, "shop");
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setService("Mine");
        job.addProperty(mark);
        production.setApprovalSettings("administrator");
        production.setConfigurationItem("shop");

        assertThat(ChangeControl.rule(job, "Production", null))
                .isInstanceOfSatisfying(
                        PolicyDecision.Misconfigured.class,
                        wrong -> assertThat(wrong.why())
                                .startsWith("Refused: the job or step sets service to \"Mine\"")
                                .contains("administrators decide this setting: none"));
        job.removeProperty(ChangeControlJobProperty.class);
        job.addProperty(new ChangeControlJobProperty());
        of(folder, property -> property.setConfigurationItem("other"));
        assertThat(ChangeControl.rule(job, "Production", null))
                .isInstanceOfSatisfying(
                        PolicyDecision.Misconfigured.class,
                        wrong -> assertThat(wrong.why())
                                .startsWith("Refused: the folder outer sets configurationItem to \"other\""));
        of(folder, property -> property.setConfigurationItem("shop"));
        assertThat(items(job)).isEqualTo(Map.of(ItemSetting.CONFIGURATION_ITEM, "shop"));
    }

    @Test
    void theirRowsAreSetInTheCreatingRequest() throws Exception {
        production.setConfigurationItem("shop");
        production.setService("Web shop");
        waiting(build("shop", GATE));

        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().path("cmdb_ci").asString()).isEqualTo(shop);
                    assertThat(request.json().path("business_service").asString())
                            .isEqualTo(webShop);
                });
    }

    @Test
    void aStepComesFirst() throws Exception {
        production.setConfigurationItem("none of this name");
        waiting(build("shop", GATE.replace(")", ", configurationItem: '" + shop + "')")));
        assertThat(theChange().get("cmdb_ci")).isEqualTo(shop);
    }

    @Test
    void aStepMayOnlyRepeatWhatAdministratorsDecide() throws Exception {
        production.setApprovalSettings("administrator");
        production.setConnection("corp");
        production.setConfigurationItem("shop");
        WorkflowRun other = jenkins.waitForCompletion(build("other", GATE.replace(")", ", service: 'Web shop')")));
        jenkins.assertBuildStatus(Result.FAILURE, other);
        jenkins.assertLogContains(
                "Refused: service can't be set by a job or step for the environment Production", other);
        assertThat(simulator.requests().count()).isZero();

        waiting(build("same", GATE.replace(")", ", configurationItem: 'shop')")));
        assertThat(theChange().get("cmdb_ci")).isEqualTo(shop);
    }

    @Test
    void aColumnIsNotSetTwice() throws Exception {
        production.setFields(List.of(new ChangeField("cmdb_ci", "other")));
        production.setConfigurationItem("shop");
        WorkflowRun run = jenkins.waitForCompletion(build("shop", GATE));
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains(
                "Refused: the column cmdb_ci of the new change is set by the fields and by configurationItem", run);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void oneThatDoesNotExistIsOneLine() throws Exception {
        production.setService("Shop");
        WorkflowRun run = jenkins.waitForCompletion(build("shop", GATE));
        jenkins.assertBuildStatus(Result.FAILURE, run);
        jenkins.assertLogContains(
                "has no row in cmdb_ci_service with exactly the name or sys_id \"Shop\" (service)", run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void theBuildStepExpandsVariables() throws Exception {
        agent("worker", "");
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setConfigurationItem("${JOB_BASE_NAME}");
        step.setService("Web shop");
        job.getBuildersList().add(step);
        FreeStyleBuild build = waiting(job.scheduleBuild2(0).waitForStart());
        SimulatedChange change = theChange();

        assertThat(change.get("cmdb_ci")).isEqualTo(shop);
        assertThat(change.get("business_service")).isEqualTo(webShop);
        simulator.people().approve(change.number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
    }

    @Test
    void areSetAsCode() throws Exception {
        Path yaml = directory.resolve("jenkins.yaml");
        Files.writeString(yaml, """
                unclassified:
                  serviceNowGate:
                    environments:
                      - name: "Production"
                        changeControlled: true
                        configurationItem: "shop"
                        service: "${UNSET}"
                """);
        ConfigurationAsCode.get().configure(yaml.toString());
        assertThat(ServiceNowGateConfiguration.get().getEnvironments())
                .singleElement()
                .satisfies(environment -> {
                    assertThat(environment.getConfigurationItem()).isEqualTo("shop");
                    assertThat(environment.getService())
                            .as("of an unset variable: inherited")
                            .isEmpty();
                });
    }

    @Test
    void formsAndGeneratorsKeepThem() throws Exception {
        JenkinsRule forms = asAdministrator();
        Folder folder = jenkins.createProject(Folder.class, "outer");
        production.setConfigurationItem("in production");
        of(folder, property -> {
            property.setConfigurationItem("shop");
            property.setService("Web shop");
            property.setEnvironments(List.of(production));
        });
        forms.configRoundtrip(folder);
        ChangeControlFolderProperty stored = folder.getProperties().get(ChangeControlFolderProperty.class);
        assertThat(stored.getConfigurationItem()).isEqualTo("shop");
        assertThat(stored.getService()).isEqualTo("Web shop");
        assertThat(stored.getEnvironments().get(0).getConfigurationItem()).isEqualTo("in production");

        ServiceNowGateStep step = new ServiceNowGateStep("Production");
        step.setConfigurationItem("shop");
        step.setService("Web shop");
        new SnippetizerTester(forms)
                .assertRoundTrip(
                        step,
                        "serviceNowGate configurationItem: 'shop', environment: 'Production', service: 'Web shop'");
    }
}
