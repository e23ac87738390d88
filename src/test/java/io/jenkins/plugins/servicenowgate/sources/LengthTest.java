package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A source of much more than four hundred lines does more than one thing. */
class LengthTest {
    private static final int MOST = 440;

    private static long lines(Path source) {
        return Texts.content(source).lines().count();
    }

    @Test
    void noSourceIsLong() {
        Map<String, Long> tooLong = Stream.of("src/main", "src/simulator", "src/test")
                .flatMap(root -> Texts.files(Path.of(root), name -> name.endsWith(".java")).stream())
                .filter(source -> lines(source) > MOST)
                .collect(Collectors.toMap(source -> String.valueOf(source.getFileName()), LengthTest::lines));

        assertThat(tooLong).isEmpty();
    }
}
