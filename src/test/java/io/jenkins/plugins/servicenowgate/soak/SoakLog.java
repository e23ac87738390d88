package io.jenkins.plugins.servicenowgate.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The log of a controller above INFO, in a file that outlasts its restarts. */
final class SoakLog {
    /** One entry; the stack trace is a part of the text. */
    record Entry(String level, String logger, String text) {
        private static final Pattern CAUSE = Pattern.compile(": \\S|\\bbecause\\b|\\n\\s+at ");

        boolean isOurs() {
            return logger.startsWith("io.jenkins.plugins.servicenowgate")
                    || text.contains("at io.jenkins.plugins.servicenowgate");
        }

        /** Whether it has an exception or says why. */
        boolean namesCause() {
            return CAUSE.matcher(text).find();
        }

        /** The same for entries that differ in names, numbers and times alone. */
        String group() {
            String line = text.lines().limit(text.contains("\n\tat ") ? 2 : 1).collect(Collectors.joining(" / "));
            return level + " " + logger.substring(logger.lastIndexOf('.') + 1) + ": "
                    + line.replaceFirst("^\\S+ \\S+ ", "")
                            .replaceAll("CHG\\d+", "CHG…")
                            .replaceAll("\\d+", "#")
                            .replaceAll("\"[^\"]*\"", "\"…\"");
        }
    }

    private static final Pattern BEGIN = Pattern.compile("(?m)^@@\\t(WARNING|SEVERE)\\t(\\S*)\\t");

    private final Path directory;

    SoakLog(Path directory) {
        this.directory = directory;
    }

    /** The options of a controller that writes this log. */
    String[] javaOptions() throws IOException {
        Path settings = directory.resolve("logging.properties");
        Files.writeString(settings, """
                handlers = java.util.logging.FileHandler, java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level = INFO
                java.util.logging.FileHandler.level = WARNING
                java.util.logging.FileHandler.append = true
                java.util.logging.FileHandler.pattern = %s
                java.util.logging.FileHandler.formatter = java.util.logging.SimpleFormatter
                """.formatted(file()));
        return new String[] {
            "-Djava.util.logging.config.file=" + settings,
            "-Djava.util.logging.SimpleFormatter.format=@@\t%4$s\t%3$s\t%1$tF %1$tT %5$s%6$s%n"
        };
    }

    private Path file() {
        return directory.resolve("controller-warnings.log");
    }

    void delete() throws IOException {
        Files.deleteIfExists(file());
    }

    List<Entry> entries() throws IOException {
        String text = Files.exists(file()) ? Files.readString(file(), StandardCharsets.UTF_8) : "";
        List<Entry> entries = new ArrayList<>();
        var begins = BEGIN.matcher(text).results().toList();
        for (int i = 0; i < begins.size(); i++) {
            int end = i + 1 < begins.size() ? begins.get(i + 1).start() : text.length();
            entries.add(new Entry(
                    begins.get(i).group(1),
                    begins.get(i).group(2),
                    text.substring(begins.get(i).end(), end).strip()));
        }
        return entries;
    }

    static Map<String, Long> groups(List<Entry> entries) {
        return entries.stream().collect(Collectors.groupingBy(Entry::group, TreeMap::new, Collectors.counting()));
    }
}
