package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The expected outcomes of a matrix: a CSV file beside the test, with a line for each cell and its outcome at the end. */
final class OutcomeTable {
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    OutcomeTable(String file) {
        try (InputStream stream = OutcomeTable.class.getResourceAsStream(file)) {
            new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(this::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(String line) {
        int comma = line.lastIndexOf(',');
        assertThat(outcomes.put(line.substring(0, comma), line.substring(comma + 1)))
                .as("the line %s stands there once", line)
                .isNull();
    }

    private static String key(Object... cell) {
        return Arrays.stream(cell).map(String::valueOf).collect(Collectors.joining(","));
    }

    String outcome(Object... cell) {
        return outcomes.get(key(cell));
    }

    void assertHasExactly(Stream<Arguments> cells) {
        assertThat(outcomes.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        cells.map(cell -> key(cell.get())).toList());
    }
}
