package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each package uses only what its package-info allows. Read from the sources, so that it holds where Jenkins can't be had
 * too; full names in the code count as imports do.
 */
class RoomsTest {
    private static final String PLUGIN = "io.jenkins.plugins.servicenowgate.";
    private static final Pattern OWN = Pattern.compile("\\bio\\.jenkins\\.plugins\\.servicenowgate\\.([a-z]+)\\b");
    private static final Pattern JENKINS =
            Pattern.compile("(?<![.\\w])(?:hudson|jenkins|org\\.jenkinsci|org\\.kohsuke|com\\.cloudbees)\\.[a-zA-Z]");

    /** Which of the plugin's packages each may use. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "servicenow", Set.of(),
            "gate", Set.of("servicenow"),
            "config", Set.of("servicenow", "gate"),
            "control", Set.of("servicenow", "gate", "config"),
            "deployment", Set.of("servicenow", "gate", "config", "control"),
            "pipeline", Set.of("servicenow", "gate", "config", "control", "deployment"),
            "freestyle", Set.of("servicenow", "gate", "config", "control", "deployment"),
            "agents", Set.of("config", "control", "deployment"),
            "pages", Set.of("servicenow", "gate", "config", "control", "deployment"));

    private static final Set<String> FREE_OF_JENKINS = Set.of("servicenow", "gate");

    static Stream<Path> packages() {
        return Stream.of(new File(Texts.CODE.toString()).listFiles(File::isDirectory))
                .map(File::toPath)
                .sorted();
    }

    private static String code(Path room) {
        return Texts.files(room, name -> name.endsWith(".java")).stream()
                .map(Texts::content)
                .map(Texts::withoutComments)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void areThoseThatAreKnown() {
        assertThat(packages().map(room -> room.getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void useOnlyWhatTheyMay(Path room) {
        String name = room.getFileName().toString();
        Set<String> used = new TreeSet<>();
        OWN.matcher(code(room)).results().map(found -> found.group(1)).forEach(used::add);
        used.remove(name);
        assertThat(ALLOWED.get(name)).as("packages that %s may use", name).containsAll(used);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void knowJenkinsOnlyWhereTheyMay(Path room) {
        if (FREE_OF_JENKINS.contains(room.getFileName().toString())) {
            assertThat(JENKINS.matcher(code(room)).results().map(MatchResult::group))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("packages")
    void sayWhatBelongsThereAndWhatMayNotBeImported(Path room) {
        Path info = room.resolve("package-info.java");
        assertThat(Files.exists(info)).isTrue();
        assertThat(Texts.content(info)).contains("imported").contains("package " + PLUGIN + room.getFileName() + ";");
    }
}
