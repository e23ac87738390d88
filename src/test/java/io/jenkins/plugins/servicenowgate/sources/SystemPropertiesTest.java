package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/system-properties.md} has each system property of the plugin with its default, and no other. */
class SystemPropertiesTest {
    private static final Pattern READ = Pattern.compile(
            "SystemProperties\\.get\\w+\\(\\s*(\\w+)\\.class\\.getName\\(\\)\\s*\\+\\s*\"([^\"]+)\",\\s*(\\w+)\\)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| (\\w+) \\|");

    @Test
    void arePublishedWithTheirDefaults() {
        Map<String, String> read = new TreeMap<>();
        int uses = 0;
        for (Path file : Texts.files(Texts.CODE, name -> name.endsWith(".java"))) {
            String code = Texts.withoutComments(Texts.content(file));
            uses += code.split("SystemProperties\\.get", -1).length - 1;
            String name = "io.jenkins.plugins.servicenowgate." + Texts.CODE.relativize(file.getParent());
            READ.matcher(code)
                    .results()
                    .forEach(use -> read.put(name + "." + use.group(1) + use.group(2), use.group(3)));
        }
        Map<String, String> published = new TreeMap<>();
        ROW.matcher(Texts.content(Path.of("docs", "system-properties.md")))
                .results()
                .forEach(row -> published.put(row.group(1), row.group(2)));
        assertThat(read).hasSize(uses).isEqualTo(published);
    }
}
