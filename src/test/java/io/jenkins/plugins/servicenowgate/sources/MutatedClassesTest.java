package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A class that was renamed would silently leave the mutation test of the profile {@code mutation}. */
class MutatedClassesTest {
    private static final Pattern CLASS = Pattern.compile("<param>\\$\\{plugin}\\.([\\w.]+)\\*?</param>");

    static Stream<String> classes() {
        return CLASS.matcher(Texts.content(Path.of("pom-core.xml")))
                .results()
                .map((MatchResult found) -> found.group(1));
    }

    @ParameterizedTest
    @MethodSource("classes")
    void exists(String name) {
        Path source = Path.of("io", "jenkins", "plugins", "servicenowgate").resolve(name.replace('.', '/') + ".java");
        assertThat(Stream.of("main", "test")
                        .map(root -> Path.of("src", root, "java").resolve(source)))
                .anyMatch(file -> file.toFile().exists());
    }
}
