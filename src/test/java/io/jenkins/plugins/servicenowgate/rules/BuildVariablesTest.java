package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables of a build in template names and fields. */
class BuildVariablesTest {
    private static final Map<String, String> SET =
            Map.of("ENV", "Europe", "TEXT", "${ENV} $ENV $$", "EMPTY", "", "a.b", "dotted", "NULL", "null");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deploy ${ENV} | Deploy Europe",
                "Deploy $ENV! | Deploy Europe!",
                "${ENV}${ENV} | EuropeEurope",
                "$$ENV | $ENV",
                "$${ENV} | ${ENV}",
                "costs $5 or 1$ | costs $5 or 1$",
                "${TEXT} | ${ENV} $ENV $$", // A value is not expanded again.
                "[${EMPTY}] | []",
                "${a.b} | dotted",
                "no variable | no variable",
            })
    void areReplacedOnce(String text, String expanded) {
        assertThat(BuildVariables.of(SET).expand("fields", text)).isEqualTo(expanded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Deploy ${NONE}", "Deploy $NONE", "${env}", "${}", "${ENV", "$ENV2", "${ ENV }", "${${ENV}}"})
    void oneThatIsNotSetIsAnErrorThatNamesIt(String text) {
        assertThatThrownBy(() -> BuildVariables.of(SET).expand("fields: category", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Refused: fields: category is \"" + text + "\"")
                .hasMessageContaining("is not set");
    }

    /** The line says what to write instead, and that is right. */
    @org.junit.jupiter.api.Test
    void theErrorSaysHowTheTextIsWritten() {
        assertThatThrownBy(() -> BuildVariables.of(SET).expand("fields: category", "in $words"))
                .hasMessage(
                        "Refused: fields: category is \"in $words\", but the variable $words is not set in this build."
                                + " Set it, or write $$words for the text $words.");
        assertThat(BuildVariables.of(SET).expand("fields: category", "in $$words, 5 $ or $5"))
                .isEqualTo("in $words, 5 $ or $5");
    }

    /** An empty name would mean a Normal change in place of a Standard one. */
    @ParameterizedTest
    @ValueSource(strings = {"${EMPTY}", " $EMPTY ", "${NULL}"})
    void aTemplateNameMustNotBecomeEmpty(String text) {
        assertThatThrownBy(() -> BuildVariables.of(SET).expandName("standardChangeTemplate", text))
                .hasMessageContaining("standardChangeTemplate")
                .hasMessageContaining("empty or null");
        assertThat(BuildVariables.of(SET).expandName("standardChangeTemplate", "${ENV} "))
                .isEqualTo("Europe");
    }

    @org.junit.jupiter.api.Test
    void remembersWhatWasUsed() {
        BuildVariables variables = BuildVariables.of(SET);
        variables.expand("fields", "$ENV ${EMPTY} $$TEXT");
        assertThat(variables.used()).isEqualTo(Map.of("ENV", "Europe", "EMPTY", ""));
        BuildVariables later = BuildVariables.known(variables.used());
        assertThat(later.expand("fields", "$ENV ${TEXT}")).isEqualTo("Europe ${TEXT}");
        assertThat(later.isOpen("$ENV")).isFalse();
        assertThat(later.isOpen("$ENV ${TEXT}")).isTrue();
        assertThat(later.isOpen("$$TEXT")).isFalse();
        assertThat(variables.isOpen("${TEXT}")).isFalse();
    }

    /** Whatever the values are: each stands there as it is. */
    @Property
    void anyValueIsInsertedAsItIs(@ForAll String value, @ForAll String other) {
        BuildVariables variables = BuildVariables.of(Map.of("A", value, "B", other));
        assertThat(variables.expand("fields", "<${A}|$B>")).isEqualTo("<" + value + "|" + other + ">");
    }

    @Property
    void aTextWithoutADollarSignStaysAsItIs(@ForAll String text) {
        String plain = text.replace("$", "");
        assertThat(BuildVariables.of(Map.of()).expand("fields", plain)).isEqualTo(plain);
    }

    /** What a page shows of it before a build. */
    @org.junit.jupiter.api.Test
    void aTemplateNameMayBeOpenBeforeABuild() {
        BuildVariables known = BuildVariables.known(Map.of("EMPTY", "", "NULL", "null"));
        assertThat(known.expandName("standardChangeTemplate", " ${EMPTY} ")).isEmpty();
        assertThat(known.expandName("standardChangeTemplate", "${NULL}")).isEqualTo("null");
    }
}
