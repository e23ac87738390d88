package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link of the documentation leads to a file, and to a heading in it. */
class LinksTest {
    private static final Pattern LINK =
            Pattern.compile("\\]\\((?!https?:)([^)\\s]*)\\)|(?:src|srcset)=\"(?!https?:)([^\"]*)\"");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    static Stream<Path> documents() {
        List<Path> documents =
                new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md")));
        documents.addAll(Texts.files(Path.of("docs"), name -> name.endsWith(".md")));
        return documents.stream();
    }

    static Set<String> anchors(Path document) {
        return HEADING.matcher(Texts.content(document).replaceAll("(?s)```.*?```", ""))
                .results()
                .map(heading -> heading.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void leadSomewhere(Path document) {
        String text = CODE.matcher(Texts.content(document)).replaceAll("");
        for (MatchResult link : LINK.matcher(text).results().toList()) {
            String[] parts = (link.group(1) == null ? link.group(2) : link.group(1)).split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document
                    : document.resolveSibling(parts[0]).normalize();
            assertThat(Files.exists(target))
                    .as("%s in %s", link.group(), document)
                    .isTrue();
            if (parts.length == 2) {
                assertThat(anchors(target))
                        .as("%s in %s", link.group(), document)
                        .contains(parts[1]);
            }
        }
    }

    /** Pages of Jenkins lead to the documentation, too. */
    @Test
    void thoseOfFindingsLeadSomewhere() {
        List<String> pages = Pattern.compile("\"([\\w-]+\\.md(?:#[\\w-]+)?)\"")
                .matcher(Texts.content(Texts.CODE.resolve(Path.of("setup", "GuidePage.java"))))
                .results()
                .map(page -> page.group(1))
                .toList();
        assertThat(pages).hasSizeGreaterThan(5).allSatisfy(page -> {
            String[] parts = page.split("#", 2);
            Path target = Path.of("docs").resolve(parts[0]);
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).contains(parts[1]);
            }
        });
    }
}
