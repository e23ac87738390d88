package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.ADMIN;
import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import java.io.File;
import java.io.StringReader;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import javaposse.jobdsl.dsl.DslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import javax.xml.transform.stream.StreamSource;
import org.junit.jupiter.api.Test;

/** Each change of a mark is logged in one line: user, event, before, after. */
class MarkLogTest extends OwnedJobTestBase {
    private static final String CONTROLLED = "mark(changeControlled: true)";

    private static ChangeControlFolderProperty mark(boolean controlled) {
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(controlled);
        return mark;
    }

    /** The lines of items, without times. */
    private static List<String> lines() throws Exception {
        List<String> lines = new ArrayList<>();
        for (File file : MarkLog.get().files()) {
            for (String line : Files.readAllLines(file.toPath())) {
                String[] parts = line.split("\t");
                assertThat(parts).as(line).hasSize(6);
                assertThat(Instant.parse(parts[0]))
                        .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now());
                if (!parts[3].equals("(controller)")) {
                    lines.add(String.join(" | ", Arrays.asList(parts).subList(1, 6)));
                }
            }
        }
        return lines;
    }

    @Test
    void logsWhoChangedWhat() throws Exception {
        try (ACLContext ignored = as(ADMIN)) {
            folder.addProperty(mark(true));
            ChangeControlFolderProperty other = mark(true);
            other.setConnection("corp");
            other.setEnvironments(List.of(ControlledJenkins.environment("Staging", true)));
            folder.getProperties().replace(other);
            folder.setDescription("no change of the mark");
        }
        String with = "mark(changeControlled: true, connection: \"corp\", environments: [(changeControlled: true, "
                + "name: \"Staging\")])";
        try (ACLContext ignored = as(DEVELOPER)) {
            folder.updateByXml(new StreamSource(new StringReader(
                    folder.getConfigFile().asString().replace("<changeControlled>true<", "<changeControlled>false<"))));
            job.addProperty(new ChangeControlJobProperty());
            job.removeProperty(ChangeControlJobProperty.class);
        }
        job.removeProperty(ChangeControlJobProperty.class);
        job.save();

        assertThat(lines())
                .containsExactly(
                        "admin | ADDED | ops | no mark | " + CONTROLLED,
                        "admin | CHANGED | ops | " + CONTROLLED + " | " + with,
                        "developer | REFUSED | ops | " + with + " | mark(connection: \"corp\", environments: [(name:"
                                + " \"Staging\")])",
                        "developer | ADDED | ops/shop | no mark | mark()",
                        "developer | REFUSED | ops/shop | mark() | no mark",
                        "SYSTEM | REMOVED | ops/shop | mark() | no mark");
    }

    @Test
    void logsMovesCopiesRenamesAndDeletions() throws Exception {
        folder.addProperty(mark(true));
        Folder open = jenkins.createProject(Folder.class, "open");
        try (ACLContext ignored = as(ADMIN)) {
            Items.move(job, open);
            jenkins.jenkins.copy(folder, "copy");
            folder.renameTo("control");
            Folder inner = folder.createProject(Folder.class, "inner");
            inner.createProject(FreeStyleProject.class, "deep");
            Items.move(inner, open);
            folder.delete();
        }

        assertThat(lines())
                .containsExactly(
                        "SYSTEM | ADDED | ops | no mark | " + CONTROLLED,
                        "admin | MOVED | open/shop | ops/shop, above: ops " + CONTROLLED
                                + " | open/shop, above: no mark",
                        "admin | ADDED | copy | no mark | " + CONTROLLED,
                        "admin | MOVED | control | ops, above: no mark | control, above: no mark",
                        "admin | MOVED | open/inner | control/inner, above: control " + CONTROLLED
                                + " | open/inner, above: no mark",
                        "admin | DELETED | control | " + CONTROLLED + " | deleted");
        try (ACLContext ignored = as(DEVELOPER)) {
            Folder copy = (Folder) jenkins.jenkins.getItem("copy");
            copy.getProperties().remove(ChangeControlFolderProperty.class);
            assertThat(copy.getProperties()).as("still watched").hasSize(1);
        }
    }

    @Test
    void aMarkIsProtectedAfterARename() throws Exception {
        folder.addProperty(mark(true));
        folder.renameTo("control");
        try (ACLContext ignored = as(DEVELOPER)) {
            folder.getProperties().remove(ChangeControlFolderProperty.class);
        }
        assertThat(FolderPolicies.isControlled(job)).isTrue();
        assertThat(lines()).last().isEqualTo("developer | REFUSED | control | " + CONTROLLED + " | no mark");
    }

    @Test
    void logsChangesByScriptsAndOfTheController() throws Exception {
        String script = "folder('made') { properties { changeControl { changeControlled(true) } } }";
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script);
        new DslScriptLoader(new JenkinsJobManagement(System.out, Map.of(), new File("."))).runScript(script);
        assertThat(lines()).containsExactly("SYSTEM | ADDED | made | no mark | " + CONTROLLED);

        try (ACLContext ignored = as(ADMIN)) {
            ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
            configuration.setEnvironments(List.of(ControlledJenkins.environment("Production", false)));
            configuration.setTitlePrefix("Other");
            configuration.setEnabled(false);
            configuration.setBreakGlass(true);
        }
        String all = Files.readString(MarkLog.get().files().get(0).toPath());
        assertThat(all)
                .contains(
                        "\tadmin\tCHANGED\t(controller)\tenvironments: [(changeControlled: true, name: \"Production\"),"
                                + " (name: \"Dev\")]\tenvironments: [(name: \"Production\")]")
                .contains("\tadmin\tCHANGED\t(controller)\tenabled: true\tenabled: false")
                .contains("\tadmin\tCHANGED\t(controller)\tbreakGlass: false\tbreakGlass: true");
        assertThat(all.lines().filter(line -> line.contains("\tadmin\t")))
                .as("and nothing else")
                .hasSize(3);
    }

    /** Attack: a name that contains a line of the log. */
    @Test
    void aNameCanNotAddALineToTheLog() throws Exception {
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        mark.setProject("x\"\n2020-01-01T00:00:00Z\tadmin\tREMOVED\u202e");
        job.addProperty(mark);
        assertThat(lines())
                .containsExactly(
                        "SYSTEM | ADDED | ops/shop | no mark | mark(project: \"x\\\" 2020-01-01T00:00:00Z admin"
                                + " REMOVED \")");
    }

    /** A change of a file on disk is not attributed to the user who saves the item next. */
    @Test
    void logsMarksReadFromDisk() throws Exception {
        folder.addProperty(mark(true));
        File file = folder.getConfigFile().getFile();
        Files.writeString(
                file.toPath(),
                Files.readString(file.toPath()).replace("<changeControlled>true<", "<changeControlled>false<"));
        FreeStyleProject plain = folder.createProject(FreeStyleProject.class, "plain");
        Files.writeString(
                plain.getConfigFile().getFile().toPath(),
                plain.getConfigFile()
                        .asString()
                        .replaceFirst(
                                "<properties/>",
                                "<properties><" + ChangeControlJobProperty.class.getName() + "/></properties>"));
        jenkins.jenkins.reload();
        // A reload of a folder does not reload its jobs.
        jenkins.jenkins.getItemByFullName("ops/plain", FreeStyleProject.class).doReload();
        job = jenkins.jenkins.getItemByFullName("ops/shop", FreeStyleProject.class);
        assertThat(FolderPolicies.above(job))
                .noneMatch(level -> level.property().isChangeControlled());
        MarkEnforcer.get().recordFromDisk();
        try (ACLContext ignored = as(DEVELOPER)) {
            folder = (Folder) jenkins.jenkins.getItem("ops");
            folder.setDescription("new");
            jenkins.jenkins
                    .getItemByFullName("ops/plain", FreeStyleProject.class)
                    .removeProperty(ChangeControlJobProperty.class);
        }
        assertThat(lines())
                .containsExactly(
                        "SYSTEM | ADDED | ops | no mark | " + CONTROLLED,
                        "(disk) | RELOADED | ops | " + CONTROLLED + " | no mark",
                        "(disk) | RELOADED | ops/plain | no mark | mark()",
                        "developer | REFUSED | ops/plain | mark() | no mark");
    }

    /** At most ten files; the first contains the newest lines. */
    @Test
    void filesAreRotatedAndTheOldestIsDeleted() throws Exception {
        Logger ofMarks = Logger.getLogger(MarkLog.class.getName());
        String padding = "x".repeat(4000);
        int lines = 11 * 1024 * 1024 / (2 * padding.length());
        ofMarks.setLevel(Level.OFF);
        try {
            for (int line = 0; line < lines; line++) {
                MarkLog.get().write(MarkLog.MarkEvent.CHANGED, "item " + line, padding, padding);
            }
        } finally {
            ofMarks.setLevel(null);
        }

        List<File> files = MarkLog.get().files();
        assertThat(files).extracting(File::getName).hasSize(10).startsWith("marks.0.log", "marks.1.log");
        assertThat(files).allSatisfy(file -> assertThat(file.length()).isLessThan(1024 * 1024 + 9000));
        List<Integer> kept = new ArrayList<>();
        for (int file = files.size() - 1; file >= 0; file--) {
            for (String line : Files.readAllLines(files.get(file).toPath())) {
                kept.add(Integer.valueOf(line.split("\t")[3].substring("item ".length())));
            }
        }
        assertThat(kept).as("in order, without a gap").isSorted().doesNotHaveDuplicates();
        assertThat(kept).last().isEqualTo(lines - 1);
        assertThat(kept.get(0))
                .as("the oldest are gone")
                .isEqualTo(lines - kept.size())
                .isPositive();
    }
}
