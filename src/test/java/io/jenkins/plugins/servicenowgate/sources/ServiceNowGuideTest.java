package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The lines that the guide for ServiceNow's administrators promises for a missing right are those of the plugin. */
class ServiceNowGuideTest {
    private static final Path GUIDE = Path.of("docs", "servicenow-guide.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** Shorter ones are names of columns, roles or settings. */
    private static final int SHORTEST_LINE = 25;

    private static List<String> messages() {
        List<String> messages = new ArrayList<>();
        for (Path file : Texts.files(Texts.PACKAGE_RESOURCES, "Messages.properties"::equals)) {
            Texts.properties(file)
                    .forEach((key, text) -> messages.add(
                            text.toString().replaceAll("\\{\\d}", "…").replace("''", "'")));
        }
        return messages;
    }

    /** The quoted lines in the last column of each table whose last column is one of lines. */
    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        boolean inTable = false;
        for (String row : Texts.content(GUIDE).lines().toList()) {
            String[] cells = row.split(" \\| ");
            String last = cells[cells.length - 1];
            if (!row.startsWith("| ")) {
                inTable &= row.startsWith("|");
            } else if (last.startsWith("line in Jenkins")) {
                inTable = true;
            } else if (inTable) {
                CODE.matcher(last)
                        .results()
                        .map(found -> found.group(1))
                        .filter(line -> line.length() >= SHORTEST_LINE)
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    @Test
    void theLinesAreThoseOfThePlugin() {
        List<String> messages = messages();

        assertThat(lines())
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(messages)
                        .as(line)
                        .anySatisfy(message -> assertThat(message).contains(line)));
    }

    /** A right is told with what needs it, what gives it, and how its absence shows. */
    @Test
    void everyRightHasAllFourColumns() {
        List<String> rights = Texts.content(GUIDE)
                .lines()
                .dropWhile(row -> !row.startsWith("| right |"))
                .skip(2)
                .takeWhile(row -> row.startsWith("| "))
                .toList();

        assertThat(rights)
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        row -> assertThat(row.split(" \\| ")).as(row).hasSize(4).noneMatch(String::isBlank));
    }
}
