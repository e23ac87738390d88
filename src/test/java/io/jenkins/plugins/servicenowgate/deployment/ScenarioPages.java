package io.jenkins.plugins.servicenowgate.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The code blocks of the scenarios in the documentation, as they stand there. */
final class ScenarioPages {
    private static final Path PAGES = Path.of("docs/scenarios");

    private ScenarioPages() {}

    static List<String> names() throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            return pages.map(page -> page.getFileName().toString()).toList();
        }
    }

    /** The blocks of that language on a page, from top to bottom. */
    static List<String> blocks(String page, String language) throws IOException {
        Matcher blocks = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGES.resolve(page + ".md")));
        List<String> found = new ArrayList<>();
        while (blocks.find()) {
            found.add(blocks.group(1));
        }
        return found;
    }
}
