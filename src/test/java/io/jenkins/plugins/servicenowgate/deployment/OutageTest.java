package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @Test
    void keepsItsReasonAndItsBeginningWhenItEnds() {
        assertThat(Outage.ended(new Outage("503", NOW, false))).isEqualTo(new Outage("503", NOW, true));
    }

    @Test
    void withoutOneThereIsNothingToEnd() {
        assertThat(Outage.ended(null)).isNull();
    }
}
