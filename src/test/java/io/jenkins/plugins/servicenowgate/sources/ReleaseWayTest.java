package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The classes that a newcomer has to follow from the start of a step to its release stay few, and are those of the docs. */
class ReleaseWayTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)");

    private static String section() {
        String text = Texts.content(Path.of("docs/architecture.md"));
        int start = text.indexOf("### From the start of a step to its release");
        return text.substring(start, text.indexOf("An operation that must not be repeated", start));
    }

    private static List<String> way() {
        String section = section();
        return ROW.matcher(section.substring(0, section.indexOf("They use these")))
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    private static Set<String> classes() {
        return Texts.files(Path.of("src/main/java"), name -> name.endsWith(".java")).stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
    }

    @Test
    void theWayHasAboutTwentyClasses() {
        assertThat(way()).hasSizeLessThanOrEqualTo(22).doesNotHaveDuplicates();
        assertThat(Texts.content(Path.of("docs/quality.md")))
                .contains("from its start to its release, are " + way().size() + ";");
    }

    @Test
    void everyClassOfTheSectionExists() {
        Set<String> names =
                NAME.matcher(section()).results().map(name -> name.group(1)).collect(Collectors.toSet());
        assertThat(names).isNotEmpty();
        assertThat(classes()).containsAll(names);
    }

    /** A class that nobody on the way names is not on it. */
    @Test
    void eachClassIsUsedByAnotherOfTheWay() {
        Set<String> way = Set.copyOf(way());
        List<Path> sources = Texts.files(Path.of("src/main/java"), name -> name.endsWith(".java"));
        for (String name :
                way.stream().filter(known -> !known.equals("AbstractGateStep")).toList()) {
            assertThat(sources.stream()
                            .filter(source -> {
                                String user = source.getFileName().toString().replace(".java", "");
                                return !user.equals(name) && way.contains(user);
                            })
                            .anyMatch(source -> Pattern.compile("\\b" + name + "\\b")
                                    .matcher(Texts.content(source))
                                    .find()))
                    .as(name)
                    .isTrue();
        }
    }
}
