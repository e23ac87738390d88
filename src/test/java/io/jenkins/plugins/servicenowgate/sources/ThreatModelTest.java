package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each claim of the threat model names a test, and the test is there. */
class ThreatModelTest {
    private static final Path MODEL = Path.of("docs", "threat-model.md");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)\\.([a-z]\\w*)`");

    private static Stream<MatchResult> named(String text) {
        return TEST.matcher(text).results();
    }

    static Stream<String> tests() {
        return named(Texts.content(MODEL)).map(found -> found.group(1) + " " + found.group(2));
    }

    @ParameterizedTest
    @MethodSource("tests")
    void isThere(String test) {
        String[] names = test.split(" ");
        List<Path> files = Texts.files(Path.of("src"), name -> name.equals(names[0] + ".java"));
        assertThat(files).hasSize(1);
        assertThat(Texts.content(files.get(0))).contains("@", " void " + names[1] + "(");
    }

    @Test
    void everyClaimNamesAnExistingTest() {
        String column = "";
        for (String line : Texts.content(MODEL).lines().toList()) {
            if (!line.startsWith("|")) {
                column = "";
            } else if (column.isEmpty()) {
                column = line.endsWith(" test |") ? "tests" : "none";
            } else if (column.equals("tests") && !line.startsWith("|---")) {
                assertThat(named(line)).as(line).isNotEmpty();
            }
        }
    }
}
