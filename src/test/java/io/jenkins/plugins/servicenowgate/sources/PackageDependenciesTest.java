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
class PackageDependenciesTest {
    private static final String PLUGIN = "io.jenkins.plugins.servicenowgate.";
    private static final Pattern OWN = Pattern.compile("\\bio\\.jenkins\\.plugins\\.servicenowgate\\.([a-z]+)\\b");
    private static final Pattern JENKINS =
            Pattern.compile("(?<![.\\w])(?:hudson|jenkins|org\\.jenkinsci|org\\.kohsuke|com\\.cloudbees)\\.[a-zA-Z]");

    /** Which of the plugin's packages each may use. */
    private static final Set<String> CORE = Set.of("servicenow", "evidence", "rules", "polling", "worknotes");

    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("servicenow", Set.of()),
            Map.entry("rules", Set.of("servicenow")),
            Map.entry("evidence", Set.of("servicenow")),
            Map.entry("polling", Set.of("servicenow", "evidence", "rules")),
            Map.entry("worknotes", Set.of("servicenow", "evidence", "rules", "polling")),
            Map.entry("control", Set.of()),
            Map.entry("config", CORE),
            Map.entry("policy", with(CORE, "control", "config")),
            Map.entry("gathering", with(CORE, "control", "config", "policy")),
            Map.entry("deployment", with(CORE, "control", "config", "policy", "gathering")),
            Map.entry("pipeline", with(CORE, "control", "config", "policy", "gathering", "deployment")),
            Map.entry("freestyle", with(CORE, "control", "config", "policy", "gathering", "deployment")),
            Map.entry("agents", with(CORE, "config", "policy", "gathering", "deployment")),
            Map.entry("audit", with(CORE, "config", "policy", "gathering", "deployment")),
            Map.entry("setup", with(CORE, "control", "config", "policy", "gathering", "deployment")),
            Map.entry("pages", with(CORE, "control", "config", "policy", "gathering", "deployment", "audit", "setup")));

    private static Set<String> with(Set<String> packages, String... more) {
        return Stream.concat(packages.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    static Stream<Path> packages() {
        return Stream.of(new File(Texts.CODE.toString()).listFiles(File::isDirectory))
                .map(File::toPath)
                .sorted();
    }

    private static String code(Path directory) {
        return Texts.files(directory, name -> name.endsWith(".java")).stream()
                .map(Texts::content)
                .map(Texts::withoutComments)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void areThoseThatAreKnown() {
        assertThat(packages().map(directory -> directory.getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void useOnlyWhatTheyMay(Path directory) {
        String name = directory.getFileName().toString();
        Set<String> used = new TreeSet<>();
        OWN.matcher(code(directory)).results().map(found -> found.group(1)).forEach(used::add);
        used.remove(name);
        assertThat(ALLOWED.get(name)).as("packages that %s may use", name).containsAll(used);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void knowJenkinsOnlyWhereTheyMay(Path directory) {
        if (CORE.contains(directory.getFileName().toString())) {
            assertThat(JENKINS.matcher(code(directory)).results().map(MatchResult::group))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("packages")
    void sayWhatBelongsThereAndWhatMayNotBeImported(Path directory) {
        Path info = directory.resolve("package-info.java");
        assertThat(Files.exists(info)).isTrue();
        assertThat(Texts.content(info))
                .contains("imported")
                .contains("package " + PLUGIN + directory.getFileName() + ";");
    }
}
