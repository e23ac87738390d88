package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.freestyle.ServiceNowGateBuilder;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlFolderProperty;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import io.jenkins.plugins.servicenowgate.policy.PolicyDecision;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.transform.stream.StreamSource;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unreadable values in stored files count as the safe value and not as false. */
class StoredValuesTest extends ControlledJenkinsTestBase {
    private static final String ENVIRONMENT = "io.jenkins.plugins.servicenowgate.config.Environment";

    private static final String CONNECTION = "io.jenkins.plugins.servicenowgate.config.ServiceNowConnection";

    private static final String MODEL = "io.jenkins.plugins.servicenowgate.config.MappedModel";

    private static final String PRODUCTION = "<" + ENVIRONMENT + "><name>Production</name><changeControlled>";

    private static Path file() {
        return jenkins.jenkins
                .getRootDir()
                .toPath()
                .resolve(ServiceNowGateConfiguration.get().getId() + ".xml");
    }

    private static ServiceNowGateConfiguration load(String settings) throws Exception {
        String name = ServiceNowGateConfiguration.class.getName();
        Files.writeString(file(), "<" + name + ">" + settings + "</" + name + ">");
        ServiceNowGateConfiguration.get().load();
        return ServiceNowGateConfiguration.get();
    }

    @AfterEach
    void removeTheFile() throws Exception {
        Files.deleteIfExists(file());
    }

    private static String element(String name, String content) {
        return content.startsWith(" ")
                ? "<" + name + content + "</" + name + ">"
                : "<" + name + ">" + content + "</" + name + ">";
    }

    /** An empty value, a typing error, an attribute, a number, an element, and a type other than text. */
    @ParameterizedTest
    @ValueSource(strings = {"", "ture", " >x", "0", "<x/>", "no", " class='int'>0"})
    void switchesOfTheController(String content) throws Exception {
        ServiceNowGateConfiguration read = load(element("enabled", content)
                + element("workNotesEnabled", content)
                + element("breakGlass", content)
                + "<environments><" + ENVIRONMENT + "><name>Production</name>"
                + element("changeControlled", content)
                + element("allowEmergency", content)
                + element("onlyControlledProjects", content)
                + element("approvalSettings", content)
                + element("separateDuties", content)
                + element("standardChangesPreApproved", content)
                + element("afterDeployment", content)
                + element("changeTasks", content)
                + element("rejected", content)
                + element("abandonedChange", content)
                + element("conflicts", content)
                + "</" + ENVIRONMENT + "></environments>");

        assertThat(read.isEnabled()).isTrue();
        assertThat(read.isWorkNotesEnabled()).isTrue();
        assertThat(read.isBreakGlass()).isFalse();
        assertThat(read.getEnvironments()).singleElement().satisfies(environment -> {
            assertThat(environment.isAllowEmergency()).isFalse();
            assertThat(environment.isStandardChangesPreApproved()).isFalse();
            if (!content.startsWith(" class")) {
                assertThat(environment.isChangeControlled()).isTrue();
                assertThat(environment.getAfterDeployment()).isEmpty();
                assertThat(environment.getChangeTasks()).isEmpty();
                assertThat(environment.getRejected()).isEqualTo("refuse");
                assertThat(environment.getAbandonedChange()).isEqualTo("keep");
                assertThat(environment.getConflicts()).isEqualTo("refuse");
                assertThat(environment.isOnlyControlledProjects()).isTrue();
                assertThat(environment.isDecidedByAdministrators()).isTrue();
                assertThat(environment.isSeparateDuties()).isTrue();
            }
        });
    }

    /** Attack: empty elements in the stored file, and a deployment after the next start. */
    @ParameterizedTest
    @ValueSource(strings = {"/>", ">ture</"})
    void aDeploymentStillNeedsItsChange(String damaged) throws Exception {
        String saved = Files.readString(file());
        for (String setting : List.of("enabled", "changeControlled")) {
            String element = "<" + setting + (damaged.equals("/>") ? damaged : damaged + setting + ">");
            saved = saved.replaceAll("<" + setting + ">.*?</" + setting + ">", "");
            saved = setting.equals("enabled")
                    ? saved.replace("<environments", element + "<environments")
                    : saved.replace("<name>Production</name>", "<name>Production</name>" + element);
            assertThat(saved).contains(element);
        }
        Files.writeString(file(), saved);
        ServiceNowGateConfiguration.get().load();

        WorkflowRun run = waiting(build("shop", "serviceNowGate(environment: 'Production', version: '1')"));

        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", "1"));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "<a/>"})
    void numbersAndEnumerationsOfTheController(String content) throws Exception {
        ServiceNowGateConfiguration read = load(element("pollIntervalSeconds", content)
                + element("shortestPollIntervalSeconds", content)
                + element("longestPollIntervalSeconds", content)
                + "<reservedAgents>"
                + element("endWithoutGateMinutes", content)
                + element("gateOpenUntil", content)
                + element("runningWork", content)
                + "</reservedAgents>");

        assertThat(read.getFault()).isNull();
        assertThat(read.getPollIntervalSeconds()).isEqualTo(60);
        assertThat(read.getShortestPollIntervalSeconds()).isEqualTo(15);
        assertThat(read.getLongestPollIntervalSeconds()).isEqualTo(300);
        assertThat(read.getReservedAgents().getEndWithoutGateMinutes()).isEqualTo(10);
        assertThat(read.getReservedAgents().until()).isEqualTo(ReservedAgents.Until.BUILD);
        assertThat(read.getReservedAgents().running()).isEqualTo(ReservedAgents.Running.CONTINUE);
    }

    /** Missing values have their defaults; false is false. */
    @Test
    void readableValuesApply() throws Exception {
        ServiceNowGateConfiguration read = load("<enabled> FALSE </enabled><environments><" + ENVIRONMENT
                + "><name>Production</name><changeControlled>false</changeControlled></" + ENVIRONMENT
                + "></environments>");
        assertThat(read.isEnabled()).isFalse();
        assertThat(read.getEnvironments().get(0).isChangeControlled()).isFalse();
        assertThat(read.getEnvironments().get(0).isDecidedByAdministrators()).isFalse();
        assertThat(read.getFault()).isNull();
    }

    /** Of a later version. */
    @Test
    void unknownSettingsDoNotCount() throws Exception {
        ServiceNowGateConfiguration read = load("<later><list><entry/></list></later><environments>" + PRODUCTION
                + "true</changeControlled><later>x</later><fields/><jobFields><string>x</string></jobFields></"
                + ENVIRONMENT + "></environments><connections/>");
        assertThat(read.getFault()).isNull();
        assertThat(read.getEnvironments()).singleElement().satisfies(environment -> {
            assertThat(environment.isChangeControlled()).isTrue();
            assertThat(environment.getJobFields()).containsExactly("x");
        });
    }

    /** All settings, as they are stored. */
    @Test
    void whatIsStoredIsReadAgain() throws Exception {
        ControlledJenkins.configure(simulator);
        Environment all = ControlledJenkins.environment("Production", true);
        all.setFields(List.of(new ChangeField("category", "Software"), new ChangeField("priority", "4")));
        all.setAllowedTemplates(List.of("a", "b"));
        all.setJobFields(List.of("risk"));
        all.setProjects(List.of(new MappedProject("apps/shop", "Shop")));
        all.setApprovalSettings("administrator");
        ServiceNowGateConfiguration.get()
                .setEnvironments(List.of(all, ControlledJenkins.environment("Dev", false), new Environment("Test")));
        ServiceNowGateConfiguration read = new ServiceNowGateConfiguration();
        assertThat(read.getFault()).isNull();
        assertThat(read.getConnections()).hasSize(1);
        assertThat(read.getEnvironments()).hasSize(3);
        assertThat(read.getEnvironments().get(0).getFields()).hasSize(2);
    }

    /** Blanks that forms remove. */
    @Test
    void aNameWithBlanksIsTheSameName() throws Exception {
        ServiceNowGateConfiguration read = load("<environments>" + PRODUCTION.replace("Production", " Production\n")
                + "true</changeControlled></" + ENVIRONMENT + "></environments>");
        assertThat(read.getFault()).isNull();
        assertThat(read.getEnvironments()).extracting(Environment::getName).containsExactly("Production");
    }

    private static PolicyDecision decision() throws Exception {
        FreeStyleProject job = jenkins.jenkins.getItemByFullName("apps/shop", FreeStyleProject.class);
        if (job == null) {
            job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
            job.addProperty(new ChangeControlJobProperty());
        }
        return ChangeControl.rule(job, "Production", null);
    }

    /** If a setting that affects the approval is unreadable, the gate refuses. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<automaticTransition>ture</automaticTransition>",
                "<standardChangeTemplate>x</standardChangeTemplate><automaticTransition>yes</automaticTransition>",
                "<fields><null/></fields>",
                "<fields><string>x</string></fields>",
                "<fields><io.jenkins.plugins.servicenowgate.config.ChangeFeld><name>category</name>"
                        + "<value>x</value></io.jenkins.plugins.servicenowgate.config.ChangeFeld></fields>",
                "<fields><feild><name>category</name><value>x</value></feild></fields>",
                "<connection><x/></connection>",
                "<connection>corp<x/></connection>",
                "<window class='windw'><start>20:00</start><hours>2</hours><zone>UTC</zone></window>",
                "<window>20:00<start>20:00</start><hours>2</hours><zone>UTC</zone></window>",
                "<evidence class='evdence'><artifacts><string>*.jar</string></artifacts></evidence>",
                "<evidence><artifacts><text>*.jar</text></artifacts></evidence>",
            })
    void settingsOfAnEnvironmentThatDecideWhoApproves(String setting) throws Exception {
        ControlledJenkins.configure(simulator);
        String saved = Files.readString(file());
        String before = "<name>Production</name>";
        assertThat(saved).contains(before);
        Files.writeString(file(), saved.replace(before, before + setting));
        ServiceNowGateConfiguration.get().load();

        assertThat(decision()).as(setting).isInstanceOf(PolicyDecision.Misconfigured.class);
    }

    /** A skipped declaration could be the one that is change controlled. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<environments><null/></environments>",
                "<environments><io.jenkins.plugins.servicenowgate.config.Enviroment><name>Production</name>"
                        + "<changeControlled>true</changeControlled>"
                        + "</io.jenkins.plugins.servicenowgate.config.Enviroment></environments>",
                "<environments class='no.such.List'><a/></environments>",
                "<connections><no.such.Connection/></connections>",
                // Which of two declarations would hold?
                "<environments>" + PRODUCTION + "false</changeControlled></" + ENVIRONMENT + ">" + PRODUCTION
                        + "true</changeControlled></" + ENVIRONMENT + "></environments>",
                "<environments>" + PRODUCTION + "false</changeControlled><changeControlled>true</changeControlled></"
                        + ENVIRONMENT + "></environments>",
                // Jenkins does not report the rest as unreadable.
                "<environments><environmnt><name>Production</name><changeControlled>true</changeControlled>"
                        + "</environmnt></environments>",
                "<environments>" + PRODUCTION + "false</changeControlled></" + ENVIRONMENT
                        + "><environment/></environments>",
                "<environments class='java.util.ImmutableCollections$List12' resolves-to='java.util.CollSer'"
                        + " serialization='custom'><java.util.CollSer><default><tag>1</tag></default><int>1</int>"
                        + "<environmnt/></java.util.CollSer></environments>",
                "<environments>Production</environments>",
                "<environments class='string'>Production</environments>",
                "<connections><connection><name>corp</name></connection></connections>",
                "<connections><" + CONNECTION + "><name>corp</name><states><" + MODEL
                        + "><model>Low risk</model><goes><int>7</int></goes></" + MODEL + "></states></" + CONNECTION
                        + "></connections>",
                "<enabled>false<x/></enabled>",
                "<environments>" + PRODUCTION + "false<x/></changeControlled></" + ENVIRONMENT + "></environments>",
                "<environments>" + "<" + ENVIRONMENT
                        + "><name>Production<x/></name><changeControlled>false</changeControlled></" + ENVIRONMENT
                        + "></environments>",
                "<environments>" + PRODUCTION + "false</changeControlled><allowedTemplates><text>x</text>"
                        + "</allowedTemplates></" + ENVIRONMENT + "></environments>",
                "<environments>" + PRODUCTION + "false</changeControlled><projects><project/></projects></"
                        + ENVIRONMENT + "></environments>",
                "<environments>" + "<" + ENVIRONMENT
                        + ">x<name>Production</name><changeControlled>false</changeControlled></" + ENVIRONMENT
                        + "></environments>",
            })
    void listsOfTheController(String list) throws Exception {
        ServiceNowGateConfiguration read = load(list);
        Folder folder = jenkins.createProject(Folder.class, "apps");
        ChangeControlFolderProperty again = new ChangeControlFolderProperty();
        again.setEnvironments(List.of(ControlledJenkins.environment("Production", false)));
        folder.addProperty(again);

        assertThat(read.getFault()).as(list).isNotNull();
        assertThat(decision()).as(list).isInstanceOf(PolicyDecision.Misconfigured.class);
    }

    private static void post(Folder folder, String property) throws Exception {
        String xml = folder.getConfigFile().asString();
        String name = ChangeControlFolderProperty.class.getName();
        folder.updateByXml(new StreamSource(new ByteArrayInputStream(
                xml.replaceAll("(?s)<" + name + ".*</" + name + ">|<" + name + "[^>]*/>", property)
                        .getBytes(StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ture", "<x/>", "0", "f\u0430lse"})
    void theMarkOfAFolder(String content) throws Exception {
        ControlledJenkins.configure(simulator);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        Folder folder = (Folder) job.getParent();
        folder.addProperty(new ChangeControlFolderProperty());
        String name = ChangeControlFolderProperty.class.getName();
        post(folder, "<" + name + ">" + element("changeControlled", content) + "</" + name + ">");

        assertThat(ChangeControl.rule(job, "Production", null)).isInstanceOf(PolicyDecision.Required.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<environments><io.jenkins.plugins.servicenowgate.config.Enviroment><name>Production</name>"
                        + "</io.jenkins.plugins.servicenowgate.config.Enviroment></environments>",
                "<fields><no.such.Field/></fields>",
                "<environments class='no.such.List'><a/></environments>",
                "<environments>" + PRODUCTION + "false</changeControlled></" + ENVIRONMENT + ">" + PRODUCTION
                        + "true</changeControlled></" + ENVIRONMENT + "></environments>",
                "<environments><environmnt><name>Production</name></environmnt></environments>",
                "<environments>" + PRODUCTION + "false<x/></changeControlled></" + ENVIRONMENT + "></environments>",
                "<fields><feild><name>category</name><value>x</value></feild></fields>",
                "<connection>corp<x/></connection>",
                // Which of two values would hold?
                "<changeControlled>false</changeControlled>",
                "<connection reference='..'/>",
            })
    void theListsOfAFolder(String list) throws Exception {
        ControlledJenkins.configure(simulator);
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        Folder folder = (Folder) job.getParent();
        folder.addProperty(new ChangeControlFolderProperty());
        String name = ChangeControlFolderProperty.class.getName();
        post(folder, "<" + name + "><changeControlled>true</changeControlled>" + list + "</" + name + ">");

        assertThat(ChangeControl.rule(job, "Production", null))
                .as(list)
                .isInstanceOf(PolicyDecision.Misconfigured.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ture", "<x/>"})
    void theBuildStep(String content) throws Exception {
        FreeStyleProject job = ControlledJenkins.create(jenkins, FreeStyleProject.class, "shop");
        ServiceNowGateBuilder step = new ServiceNowGateBuilder("Production");
        step.setEmergency(true);
        job.getBuildersList().add(step);
        String xml = job.getConfigFile().asString();
        assertThat(xml).contains("<emergency>true</emergency>");
        job.updateByXml((javax.xml.transform.Source) new StreamSource(
                new ByteArrayInputStream(xml.replace("<emergency>true</emergency>", element("emergency", content))
                        .getBytes(StandardCharsets.UTF_8))));

        assertThat(job.getBuildersList().get(ServiceNowGateBuilder.class).isEmergency())
                .isFalse();
    }
}
