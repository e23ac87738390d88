package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Untrusted text in a console line: no control, invisible or direction-changing characters, and a limited length. */
class TextSanitizerTest {
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
    void removesInvisibleCharacters(String text, String clean) {
        assertThat(TextSanitizer.clean(text)).isEqualTo(clean);
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
    void truncatesLongText(String text, String clean) {
        assertThat(TextSanitizer.clean(text, 3)).isEqualTo(clean);
    }

    @Test
    void truncatesTo200CodePointsByDefault() {
        assertThat(TextSanitizer.clean("x".repeat(200))).isEqualTo("x".repeat(200));
        assertThat(TextSanitizer.clean("x".repeat(201))).isEqualTo("x".repeat(200) + "…");
        assertThat(TextSanitizer.clean(null)).isEmpty();
    }

    /**
     * A control character, a zero-width and a bidirectional mark, two separators, a lone surrogate, an unassigned and a
     * private-use code point; a joiner, two fillers and the Braille blank, which are marks, letters and a symbol.
     */
    @ParameterizedTest
    @ValueSource(ints = {0x1b, 0x200b, 0x202e, 0x2028, 0x2029, 0xd800, 0x378, 0xe000, 0x34f, 0x3164, 0x115f, 0x2800})
    void detectsInvisibleCodePoints(int codePoint) {
        assertThat(TextSanitizer.isVisible(codePoint)).isFalse();
        assertThat(TextSanitizer.isVisible('a')).isTrue();
    }
}
