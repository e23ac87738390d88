package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A translation has the same places for names and numbers as its text; what is not translated is shown in English. */
class TranslationTest {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d+)[^}]*}");

    static Stream<Path> translated() {
        return Texts.files(
                        Texts.PACKAGE_RESOURCES,
                        name -> name.endsWith(".properties") && !name.endsWith("_de.properties"))
                .stream()
                .filter(english -> Files.exists(german(english)));
    }

    static Stream<Path> translatedHelps() {
        return Texts.files(Texts.PACKAGE_RESOURCES, name -> name.endsWith("_de.html")).stream();
    }

    private static Path german(Path english) {
        String name = english.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return english.resolveSibling(name.substring(0, dot) + "_de" + name.substring(dot));
    }

    private static Set<String> places(String text) {
        return PLACE.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @MethodSource("translated")
    void aTranslationHasThePlaceholdersOfItsText(Path file) {
        Properties english = Texts.properties(file);
        Properties german = Texts.properties(german(file));
        assertThat(english.stringPropertyNames()).containsAll(german.stringPropertyNames());
        for (String key : german.stringPropertyNames()) {
            String translated = german.getProperty(key);
            assertThat(translated).as(key).isNotBlank();
            assertThat(places(translated)).as(key).isEqualTo(places(english.getProperty(key)));
            check(key, translated);
        }
        // Pages read these files as ISO-8859-1, others as UTF-8: ASCII is the same in both.
        assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(Texts.content(german(file))))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("english")
    void aTextWithPlaceholdersHasNoLoneApostrophe(Path file) {
        Properties english = Texts.properties(file);
        english.stringPropertyNames().forEach(key -> check(key, english.getProperty(key)));
    }

    static Stream<Path> english() {
        return Texts.files(
                Texts.PACKAGE_RESOURCES, name -> name.endsWith(".properties") && !name.endsWith("_de.properties"))
                .stream();
    }

    private static void check(String key, String text) {
        if (!places(text).isEmpty()) {
            // A lone apostrophe swallows the places after it.
            Object[] arguments = {"<0>", "<1>", "<2>", "<3>", "<4>", "<5>", "<6>"};
            assertThat(new MessageFormat(text, Locale.ROOT).format(arguments))
                    .as(key)
                    .doesNotContain("{");
        }
    }

    @ParameterizedTest
    @MethodSource("translatedHelps")
    void aTranslatedHelpBelongsToOne(Path file) {
        assertThat(file.resolveSibling(file.getFileName().toString().replace("_de.html", ".html")))
                .exists();
        assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(Texts.content(file)))
                .isTrue();
    }
}
