package io.jenkins.plugins.servicenowgate.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rehearsal in the terminal shows the whole life of a change, as {@code bin/demo --terminal} does. */
@Timeout(120)
class RehearsalTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private int rehearse(String... arguments) {
        return RehearsalMain.run(new PrintStream(shown, true, StandardCharsets.UTF_8), arguments);
    }

    @Test
    void showsTheLifeOfAChangeUntilItIsClosed() {
        assertThat(rehearse("--terminal", "--poll", "1"))
                .as(() -> shown.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "[ServiceNow] Waiting: ",
                        "the deployment is released",
                        "Deploying",
                        "is in Review",
                        "is in Closed",
                        "has the result and the times of the deployment");
    }

    @Test
    void saysWhichArgumentIsWrong() {
        assertThat(rehearse("--terminal", "--after", "cancel")).isEqualTo(2);
        assertThat(shown.toString(StandardCharsets.UTF_8)).startsWith("--after is review or close");
    }
}
