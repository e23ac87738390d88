package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page for users of Octopus Deploy says for each of its features of 2026 what to do here. */
class OctopusFeaturesTest {
    private static final Path PAGE = Path.of("docs", "coming-from-octopus-deploy.md");

    /** The rows of the table below that heading, each as its two cells. */
    private static List<String[]> features() {
        return Texts.content(PAGE)
                .lines()
                .dropWhile(line -> !line.equals("## Features of 2026"))
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("| "))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| "))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "runbooks, changeControl",
        "template name by a variable, standardChangeTemplate",
        "change variables, fields",
        "tenants in the variables, fields",
        "transitions of Normal changes, afterDeployment",
        "number of the change on the deployment page, change-requests/api/json",
        "own short description, titlePrefix",
        "change windows, window",
        "deployment scheduled for later, window"
    })
    void eachHasARowThatNamesWhatToUseHere(String feature, String setting) {
        assertThat(features())
                .filteredOn(cells -> cells[0].startsWith(feature))
                .as(feature)
                .singleElement()
                .satisfies(cells -> assertThat(cells).hasSize(2))
                .satisfies(cells -> assertThat(cells[1]).hasSizeGreaterThan(80).containsPattern("`[^`]*" + setting));
    }
}
