package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text from outside in a console line: nothing that moves the cursor, hides or turns round, and not too much of it. */
class ForeignTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'plain text'|'plain text'",
                "'  a  '|'a'",
                "'Größe <b>'|'Größe <b>'",
                "'a\u001b[31mb'|'a [31mb'",
                "'a\n\r\tb'|'a b'",
                "'a \u0000 b'|'a  b'",
                "'\u0000a\u0000'|'a'",
                "'\u0000'|''",
                "''|''"
            })
    void leavesOutWhatNobodySees(String text, String clean) {
        assertThat(ForeignText.clean(text)).isEqualTo(clean);
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc",
        "abcd, abc…",
        "'a\u0000\u0000b', a b",
        "'a\u0000bc', a b…",
        "𝒳𝒳𝒳, 𝒳𝒳𝒳",
        "𝒳𝒳𝒳𝒳, 𝒳𝒳𝒳…"
    })
    void keepsNoMoreThanItShould(String text, String clean) {
        assertThat(ForeignText.clean(text, 3)).isEqualTo(clean);
    }

    @Test
    void keepsTwoHundredWhereNothingElseIsSaid() {
        assertThat(ForeignText.clean("x".repeat(200))).isEqualTo("x".repeat(200));
        assertThat(ForeignText.clean("x".repeat(201))).isEqualTo("x".repeat(200) + "…");
        assertThat(ForeignText.clean(null)).isEmpty();
    }

    /** A control, a zero-width and a bidirectional mark, two separators, a lone surrogate, nothing yet, anything. */
    @ParameterizedTest
    @ValueSource(ints = {0x1b, 0x200b, 0x202e, 0x2028, 0x2029, 0xd800, 0x378, 0xe000})
    void knowsWhatIsInvisible(int codePoint) {
        assertThat(ForeignText.isVisible(codePoint)).isFalse();
        assertThat(ForeignText.isVisible('a')).isTrue();
    }
}
