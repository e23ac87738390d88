package io.jenkins.plugins.servicenowgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one source adds, how much of it is shown, and that all of its texts can be changed. */
class EvidencePartTest {
    private static EvidencePart withLines(int lines) {
        EvidencePart part = EvidencePart.of("Commits", "many");
        IntStream.range(0, lines).forEach(i -> part.line("c" + i));
        return part;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 50, 0, ''",
        "50, 50, 50, ''",
        "51, 50, 50, and 1 more",
        "51, 60, 50, and 1 more",
        "51, 2, 2, and 49 more",
        "3, 3, 3, ''",
        "3, 2, 2, and 1 more",
        "3, 0, 0, and 3 more",
    })
    void showsFiftyLinesAtMostAndCountsTheOthers(int added, int most, int shown, String rest) {
        List<String> expected = new ArrayList<>();
        IntStream.range(0, shown).forEach(i -> expected.add("- c" + i));
        if (!rest.isEmpty()) {
            expected.add(rest);
        }
        assertThat(withLines(added).lines(most)).isEqualTo(expected);
    }

    @Test
    void eachTextIsALineOfThreeHundredCharactersAtMost() {
        EvidencePart part =
                EvidencePart.of("t\nu", "s".repeat(301)).line("a\tb").line("l".repeat(300));
        assertThat(part.heading()).isEqualTo("t u: " + "s".repeat(300) + "…");
        assertThat(part.title()).isEqualTo("t u");
        assertThat(part.summary()).isEqualTo("s".repeat(300) + "…");
        assertThat(part.lines(2)).containsExactly("- a b", "- " + "l".repeat(300));
    }

    @Test
    void eachTextCanBeChanged() {
        EvidencePart part = EvidencePart.of("s t", "s u")
                .line("s l")
                .value("n", List.of(Map.of("s", "s v"), 3, true))
                .value("s", new StringBuilder("s"))
                .inTestPlan()
                .map(text -> text.replace('s', '*'));
        assertThat(part.heading()).isEqualTo("* t: * u");
        assertThat(part.lines(9)).containsExactly("- * l");
        assertThat(part.values())
                .containsOnlyKeys("n", "*")
                .containsEntry("n", List.of(Map.of("*", "* v"), 3, true))
                .containsEntry("*", "*");
        assertThat(part.isTest()).isTrue();
    }

    @Test
    void aChangedPartCountsTheSameLinesAndStaysOutOfTheTestPlan() {
        EvidencePart part = withLines(52).map(text -> text);
        assertThat(part.lines(1)).containsExactly("- c0", "and 51 more");
        assertThat(part.isTest()).isFalse();
    }
}
