package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutageTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @Test
    void troubleWithServiceNowLastsUntilItEnds() {
        Outage outage = Outage.after(null, Phrase.of(Reason.TROUBLE_BEGAN, "503"), NOW);
        assertThat(outage).isEqualTo(new Outage("503", NOW, false));
        assertThat(Outage.after(outage, Phrase.of(Reason.TROUBLE_ENDED), NOW.plusSeconds(9)))
                .isEqualTo(new Outage("503", NOW, true));
    }

    @ParameterizedTest
    @EnumSource(names = {"ABSENT", "CREATION_UNCERTAIN", "INTERNAL_ERROR", "MOVE_REJECTED", "MOVE_NOT_TAKEN"})
    void whatElseHoldsADeploymentLastsUntilOtherNews(Reason reason) {
        Phrase begins = Phrase.of(reason, "CHG1", "Implement", "no");
        Outage outage = Outage.after(null, begins, NOW);
        assertThat(outage).isEqualTo(new Outage(begins.text(), NOW, false));
        assertThat(outage.getWhat()).contains(reason == Reason.CREATION_UNCERTAIN ? "" : "CHG1");
        assertThat(Outage.after(outage, Phrase.of(Reason.MOVED, "CHG1", "Implement"), NOW.plusSeconds(9)))
                .isEqualTo(new Outage(begins.text(), NOW, true));
    }

    @Test
    void otherNewsAreNone() {
        assertThat(Outage.after(null, Phrase.of(Reason.MOVED, "CHG1", "Implement"), NOW))
                .isNull();
    }
}
