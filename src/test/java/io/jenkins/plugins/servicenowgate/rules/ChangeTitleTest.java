package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.rules.ChangeTitle.BadNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTitleTest {
    @Test
    void makesTheTitleOfTheContract() throws Exception {
        assertThat(new ChangeTitle("ops/Web shop", "1.0.1", "Production").title("Jenkins"))
                .isEqualTo("Jenkins: Deploy \"ops/Web shop\" version 1.0.1 to \"Production\"");
        assertThat(new ChangeTitle("a", "1", "Prod").title("Octopus"))
                .isEqualTo("Octopus: Deploy \"a\" version 1 to \"Prod\"");
    }

    /** One title for every build would let one approval release them all. */
    @ParameterizedTest
    @ValueSource(strings = {"1.0.${BUILD_NUMBER}", "$TAG", "1.0-$_x", "${", "a${env.X}b"})
    void refusesWhatWasNotExpanded(String name) {
        assertRefused(new ChangeTitle("shop", name, "Production"), "ChangeTitle.Macro");
        assertRefused(new ChangeTitle(name, "1", "Production"), "ChangeTitle.Macro");
        assertRefused(new ChangeTitle("shop", "1", name), "ChangeTitle.Macro");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "1.0.null",
                "vnull",
                "1-Vnull",
                "null-1",
                "1_null",
                "1 null",
                "a/null",
                "1+null",
                "1:null",
                "@null",
                "1#null",
                "1.vnull.2",
                "1\u00a0null",
                "null\u00a0",
                "\u2007null"
            })
    void refusesAVersionWithThePartNull(String version) {
        assertRefused(new ChangeTitle("shop", version, "Production"), "ChangeTitle.Null");
    }

    @Test
    void refusesNamesThatAreWhollyNull() {
        assertRefused(new ChangeTitle("null", "1", "Production"), "ChangeTitle.Null");
        assertRefused(new ChangeTitle("shop", "1", "null"), "ChangeTitle.Null");
        assertRefused(new ChangeTitle("\u00a0null", "1", "Production"), "ChangeTitle.Null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nullable", "1.0.nulls", "annull", "1$2", "costs 5$", "NULLIFY-2"})
    void keepsVersionsThatOnlyLookLikeOne(String version) throws Exception {
        assertThat(new ChangeTitle("null-service", version, "Production").title("Jenkins"))
                .isEqualTo("Jenkins: Deploy \"null-service\" version " + version + " to \"Production\"");
    }

    private static void assertRefused(ChangeTitle deployment, String reason) {
        assertThatThrownBy(() -> deployment.title("Jenkins"))
                .isInstanceOfSatisfying(
                        ChangeTitle.BadNameException.class,
                        e -> assertThat(e.localizable().getKey()).isEqualTo(reason));
    }

    /** Odd, but honest: nothing in these can be taken for something else. */
    @ParameterizedTest
    @ValueSource(strings = {"^ORactive=true", "a\"b", "<script>", "Größe", "日本", "a'b", "%0a", "1$2", "a&b=c", "x^NQ"})
    void keepsUnusualNamesAsTheyAre(String name) throws Exception {
        assertThat(new ChangeTitle(name, name, name).title("Jenkins"))
                .isEqualTo("Jenkins: Deploy \"" + name + "\" version " + name + " to \"" + name + "\"");
    }

    /** Line breaks, terminal escapes, bidirectional and zero-width marks, separators, a lone surrogate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "a\rb",
                "a\tb",
                "a\u0000b",
                "\u001b[31m",
                "a\u202eb",
                "a\u200bb",
                "a\u2028b",
                "a\ud800b",
                "\ufeffa",
                "a\u034f",
                "\u3164",
                "\u115f",
                "\u2800"
            })
    void refusesNamesThatHideSomething(String name) {
        for (ChangeTitle deployment : new ChangeTitle[] {
            new ChangeTitle(name, "1", "Production"),
            new ChangeTitle("shop", name, "Production"),
            new ChangeTitle("shop", "1", name)
        }) {
            assertThatThrownBy(() -> deployment.title("Jenkins"))
                    .isInstanceOf(BadNameException.class)
                    .satisfies(
                            e -> assertThat(((BadNameException) e).localizable().getKey())
                                    .isEqualTo("ChangeTitle.Invisible"))
                    .hasMessageNotContaining(name);
        }
        assertThatThrownBy(() -> new ChangeTitle("shop", "1", "Production").title(name))
                .isInstanceOf(BadNameException.class);
    }

    /** Two different deployments must never share a title: an approval for one would open the other. */
    @Test
    void refusesNamesThatImitateAnotherPart() throws Exception {
        String honest = new ChangeTitle("shop", "1", "Dev\" x").title("Jenkins");
        assertThat(honest).isEqualTo("Jenkins: Deploy \"shop\" version 1 to \"Dev\" x\"");

        assertThatThrownBy(() -> new ChangeTitle("shop\" version 1 to \"Dev", "2", "Production").title("Jenkins"))
                .hasMessageContaining("can be confused with");
        assertThatThrownBy(() -> new ChangeTitle("shop", "1 to \"Dev\" version 2", "Production").title("Jenkins"))
                .hasMessageContaining("can be confused with");
        assertThatThrownBy(() -> new ChangeTitle("shop", "1", "x to \"Production").title("Jenkins"))
                .hasMessageContaining("can be confused with");
        assertThatThrownBy(
                        () -> new ChangeTitle("b", "1", "c").title("Jenkins: Deploy \"a\" version 1 to \"c\" Jenkins"))
                .hasMessageContaining("can be confused with");
    }

    @Test
    void refusesEmptyAndOverlongNames() {
        assertThatThrownBy(() -> new ChangeTitle(" ", "1", "Production").title("Jenkins"))
                .hasMessage("Refused: the project is empty.");
        assertThatThrownBy(() -> new ChangeTitle("p".repeat(160), "1", "Production").title("Jenkins"))
                .hasMessageContaining("but ServiceNow stores at most 160");
        assertThatThrownBy(() -> new ChangeTitle("shop", "1", "Production").title("javascript:gs.log()"))
                .isInstanceOf(BadNameException.class);
    }

    @Test
    void countsCharactersAsServiceNowDoes() throws Exception {
        int rest = "Jenkins: Deploy \"\" version 1 to \"P\"".length();
        String name = "𝒳".repeat(160 - rest);

        assertThat(new ChangeTitle(name, "1", "P").title("Jenkins")).contains(name);
    }
}
