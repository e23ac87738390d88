package io.jenkins.plugins.servicenowgate.config;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Result;
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
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings evidence and sameArtifacts: configuration as code, Job DSL, forms, scripts, files, and how they are added. */
@Timeout(180)
class EvidenceSettingsTest extends ControlledJenkinsTestBase {
    private static EvidenceSettings all() {
        EvidenceSettings settings = new EvidenceSettings();
        settings.setChanges(true);
        settings.setTests(true);
        settings.setArtifacts(List.of("a/*.war", "b/*.war"));
        settings.setFiles(List.of("*.pdf"));
        settings.setLinks(Map.of("Dashboard", "https://example.com/?a=b"));
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

    @Test
    void configurationAsCodeReadsAndWritesThem() throws Exception {
        configure("""
                sameArtifacts: true
                evidence:
                  changes: " TRUE"
                  tests: true
                  artifacts: ["a/*.war", "b/*.war"]
                  files: ["*.pdf"]
                  links: {Dashboard: "https://example.com/?a=b"}
                """);
        assertThat(production().getEvidence()).isEqualTo(all());
        assertThat(production().isSameArtifacts()).isTrue();
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(exported);
        assertThat(exported.toString(StandardCharsets.UTF_8))
                .contains("Dashboard: \"https://example.com/?a=b\"", "sameArtifacts: true")
                .containsPattern("evidence:\\s+artifacts:\\s+- \"a/\\*.war\"");
        // After a restart.
        assertThat(new ServiceNowGateConfiguration().getEnvironments().get(0).getEvidence())
                .isEqualTo(all());
        configure("");
        assertThat(production().getEvidence()).isNull();
        assertThat(production().isSameArtifacts()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evidence: {changes: ture} | changes",
                "evidence: {tests: \"${UNSET}\"} | tests",
                "evidence: {change: true} | change",
                "evidence: {links: {It: 'ftp://a.example'}} | is not a valid address of the link It",
                "evidence: {links: {It: 'https://${UNSET}'}} | is not a valid address of the link It",
                "evidence: {links: {It: 'https://user:secret@a.example'}} | is not a valid address of the link It",
                "evidence: {links: {'': 'https://a.example'}} | is not a valid name of a link",
                "sameArtifacts: ture | sameArtifacts",
            })
    void configurationAsCodeIsStrict(String setting, String word) {
        Throwable refusal = catchThrowable(() -> configure(setting));
        assertThat(refusal).as(setting).hasStackTraceContaining(word);
        assertThat(production().getEvidence()).isNull();
        assertThat(ServiceNowGateConfiguration.get().getEnvironments()).hasSize(2);
    }

    @Test
    void formsKeepThem() throws Exception {
        production().setEvidence(all());
        production().setSameArtifacts(true);
        jenkins.submit(web(ADMIN).goTo("configure").getFormByName("config"));
        assertThat(production().getEvidence()).isEqualTo(all());
        assertThat(production().isSameArtifacts()).isTrue();
        // An empty form sets nothing.
        assertThat(ServiceNowGateConfiguration.get().getEnvironments().get(1).getEvidence())
                .isNull();

        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setEvidence(all());
        mark.setChangeControlled(true);
        folder.addProperty(mark);
        jenkins.submit(web(ADMIN).getPage(folder, "configure").getFormByName("config"));
        assertThat(folder.getProperties().get(ChangeControlFolderProperty.class).getEvidence())
                .isEqualTo(all());

        FreeStyleProject job = folder.createProject(FreeStyleProject.class, "shop");
        ChangeControlJobProperty jobMark = new ChangeControlJobProperty();
        jobMark.setEvidence(all());
        job.addProperty(jobMark);
        ServiceNowGateBuilder builder = new ServiceNowGateBuilder("Production");
        EvidenceSettings withVariable = all();
        withVariable.setLinks(Map.of("Build", "https://example.com/${BUILD_NUMBER}"));
        builder.setEvidence(withVariable);
        builder.setSameArtifacts(true);
        job.getBuildersList().add(builder);
        jenkins.submit(web(ADMIN).getPage(job, "configure").getFormByName("config"));
        assertThat(job.getProperty(ChangeControlJobProperty.class).getEvidence())
                .isEqualTo(all());
        ServiceNowGateBuilder saved = job.getBuildersList().get(ServiceNowGateBuilder.class);
        assertThat(saved.getEvidence()).isEqualTo(withVariable);
        assertThat(saved.isSameArtifacts()).isTrue();
    }

    @Test
    void jobDslSetsThem() throws Exception {
        String evidence =
                "evidence { changes(true)\n tests(true)\n artifacts(['a/*.war', 'b/*.war'])\n files(['*.pdf'])\n"
                        + " linkLines('Dashboard=https://example.com/?a=b') }";
        String script = "folder('ops') { properties { changeControl { " + evidence
                + "\nenvironments { serviceNowEnvironment { name('Staging')\nsameArtifacts(true)\n" + evidence
                + " } } } } }";
        run(script);
        ChangeControlFolderProperty mark = jenkins.jenkins
                .getItemByFullName("ops", Folder.class)
                .getProperties()
                .get(ChangeControlFolderProperty.class);
        assertThat(mark.getEvidence()).isEqualTo(all());
        assertThat(mark.getEnvironments().get(0).getEvidence()).isEqualTo(all());
        assertThat(mark.getEnvironments().get(0).isSameArtifacts()).isTrue();
        assertThatThrownBy(() -> run(script.replace("changes(true)", "changes('ture')")))
                .hasStackTraceContaining("changes");
    }

    private static void run(String script) throws Exception {
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script);
    }

    @Test
    void theSnippetGeneratorWritesAMap() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(asAdministrator());
        ServiceNowGateStep gate = new ServiceNowGateStep("Production");
        snippets.assertRoundTrip(gate, "serviceNowGate 'Production'");
        gate.setEvidence(all());
        gate.setSameArtifacts(true);
        String map = "[artifacts: ['a/*.war', 'b/*.war'], changes: true, files: ['*.pdf'], "
                + "links: [Dashboard: 'https://example.com/?a=b'], tests: true]";
        snippets.assertRoundTrip(
                gate, "serviceNowGate environment: 'Production', evidence: " + map + ", sameArtifacts: true");
        ServiceNowDeploymentStep deployment = new ServiceNowDeploymentStep("Production");
        deployment.setEvidence(all());
        snippets.assertRoundTrip(
                deployment,
                "serviceNowDeployment(environment: 'Production', evidence: " + map + ") {\n    // some block\n}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evidence: [changes: 'ture'] | \"ture\" is not a valid value of changes",
                "evidence: [changes: null] | is not a valid value of changes",
                "evidence: [chages: true] | Refused: chages is not a setting of the evidence. Use artifacts, changes, files, links, tests.",
                "evidence: [artifacts: [1]] | Refused: artifacts in the evidence is not a list of patterns",
                "evidence: [links: 'https://a.example'] | evidence: links",
                "evidence: [links: [It: null]] | is not a valid address of the link It",
                "evidence: [links: [It: 'https://a.example/${X}']] | is not a valid address of the link It",
                "evidence: true | evidence",
                "sameArtifacts: 'yes' | is not a valid value of sameArtifacts",
            })
    void aStepIsStrict(String parameter, String word) throws Exception {
        bothStepsRefuse(parameter, word);
    }

    @Test
    void declarativeTakesThem() throws Exception {
        WorkflowJob job = ControlledJenkins.job(jenkins, "shop", """
                pipeline {
                  agent none
                  options { changeControl(evidence: [links: [Wiki: 'https://example.com/wiki']]) }
                  stages {
                    stage('Deploy') {
                      steps {
                        serviceNowDeployment(environment: 'Production', version: '1',
                            evidence: [tests: true, links: ["Build ${BUILD_NUMBER}": "https://example.com/${BUILD_NUMBER}"]]) {
                          echo 'DEPLOYED'
                        }
                      }
                    }
                  }
                }""");
        WorkflowRun run = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(deployment(run).evidence().description())
                .contains("- Wiki: https://example.com/wiki\n- Build 1: https://example.com/1\n");
    }

    @Test
    void aBuildStepExpandsVariables() throws Exception {
        agent("worker", null);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        job.addProperty(new ChangeControlJobProperty());
        job.setAssignedLabel(null);
        ServiceNowGateBuilder builder = new ServiceNowGateBuilder("Production");
        EvidenceSettings evidence = new EvidenceSettings();
        evidence.setLinks(Map.of("Build", "https://example.com/${BUILD_NUMBER}"));
        builder.setEvidence(evidence);
        job.getBuildersList().add(builder);
        var run = waiting(job.scheduleBuild2(0).waitForStart());
        assertThat(deployment(run).evidence().description()).contains("- Build: https://example.com/1\n");

        run.getExecutor().interrupt();
        jenkins.waitForCompletion(run);
        evidence.setLinks(Map.of("Build", "https://${NONE_SUCH}"));
        builder.setEvidence(evidence);
        jenkins.assertLogContains(
                "is not a valid address of the link Build", jenkins.buildAndAssertStatus(Result.FAILURE, job));
    }

    /** The outermost declaration comes first, and its links stay as they are. */
    @Test
    void declarationsAreAdded() throws Exception {
        EvidenceSettings ofController = new EvidenceSettings();
        ofController.setChanges(true);
        ofController.setLinks(Map.of("A", "https://example.com/controller"));
        production().setEvidence(ofController);
        Folder folder = jenkins.createProject(Folder.class, "ops");
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        EvidenceSettings ofFolder = new EvidenceSettings();
        ofFolder.setTests(true);
        ofFolder.setLinks(Map.of("A", "https://example.com/folder", "B", "https://example.com/b"));
        mark.setEvidence(ofFolder);
        Environment near = ControlledJenkins.environment("Production", true);
        near.setSameArtifacts(true);
        mark.setEnvironments(List.of(near));
        folder.addProperty(mark);
        FreeStyleProject job = folder.createProject(FreeStyleProject.class, "shop");
        ChangeControlJobProperty jobMark = new ChangeControlJobProperty();
        EvidenceSettings ofJob = new EvidenceSettings();
        ofJob.setFiles(List.of("x"));
        jobMark.setEvidence(ofJob);
        job.addProperty(jobMark);

        PolicyDecision.Required required = (PolicyDecision.Required) ChangeControl.rule(job, "Production", null);

        EvidenceSettings merged = required.settings().evidence();
        assertThat(merged.isChanges()).isTrue();
        assertThat(merged.isTests()).isTrue();
        assertThat(merged.getFiles()).containsExactly("x");
        assertThat(merged.getLinks())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("A", "https://example.com/controller", "B", "https://example.com/b"));
        assertThat(required.settings().sameArtifacts()).isTrue();
    }

    private static Environment stored(String settings) {
        String type = Environment.class.getName();
        return (Environment)
                Items.XSTREAM2.fromXML("<" + type + "><name>Production</name>" + settings + "</" + type + ">");
    }

    /** What can't be read asks for nothing, but compares the artifacts. */
    @ParameterizedTest
    @ValueSource(strings = {"ture", "", "1"})
    void unreadableValuesAreSafe(String value) {
        Environment read = stored("<evidence><changes>" + value + "</changes><artifacts><int>1</int><string>a</string>"
                + "</artifacts></evidence><sameArtifacts>" + value + "</sameArtifacts>");
        assertThat(read.getEvidence().isChanges()).isFalse();
        assertThat(read.getEvidence().getArtifacts()).containsExactly("a");
        assertThat(read.isSameArtifacts()).isTrue();
        assertThat(stored("").isSameArtifacts()).isFalse();
    }
}
