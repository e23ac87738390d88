package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of transitions, and how a state is derived from what is stored. */
class DeploymentStateTest {
    /** One line for each state, from which all transitions follow: what is not named is not allowed. */
    @ParameterizedTest
    @CsvSource({
        "REQUESTED,    WAITING REFUSED NOT_REQUIRED UNENFORCED SKIPPED",
        "WAITING,      WAITING RELEASED BYPASSED RUNNING REFUSED ABORTED UNENFORCED",
        "RELEASED,     WAITING RUNNING REFUSED ABORTED",
        "BYPASSED,     RUNNING WAITING REFUSED ABORTED",
        "RUNNING,      FINISHED WAITING REFUSED",
        "FINISHED,     WAITING",
        "REFUSED,      ''",
        "ABORTED,      ''",
        "NOT_REQUIRED, REFUSED",
        "UNENFORCED,   REFUSED",
        "SKIPPED,      ''"
    })
    void mayBecome(DeploymentState from, String allowed) {
        Set<String> expected = allowed.isBlank() ? Set.of() : Set.of(allowed.split(" "));

        assertThat(Arrays.stream(DeploymentState.values())
                        .filter(from::mayBecome)
                        .map(DeploymentState::name)
                        .collect(Collectors.toSet()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "WAIT,         false, false, WAITING",
        "WAIT,         true,  false, WAITING",
        "PROCEED,      false, false, RELEASED",
        "PROCEED,      true,  false, RUNNING",
        "PROCEED,      true,  true,  FINISHED",
        "BYPASSED,     false, false, BYPASSED",
        "BYPASSED,     true,  false, RUNNING",
        "BYPASSED,     true,  true,  FINISHED",
        "REFUSE,       false, true,  REFUSED",
        "REFUSE,       true,  true,  REFUSED",
        "ABORTED,      false, true,  ABORTED",
        "NOT_REQUIRED, false, false, NOT_REQUIRED",
        "SWITCHED_OFF, true,  false, UNENFORCED",
        "SKIPPED,      false, true,  SKIPPED"
    })
    void isDerivedFromTheRecord(GateOutcome outcome, boolean started, boolean ended, DeploymentState expected) {
        DeploymentRecord record = new DeploymentRecord(
                "id",
                new ChangeTitle("shop", "1", "Production"),
                "corp",
                new StoredChangeSpec(
                        new ChangeSettings(null, AutomaticTransition.OFF, false, Map.of()),
                        false,
                        Map.of(),
                        "shop",
                        EvidenceRequest.NONE,
                        Map.of(),
                        null,
                        Map.of()),
                Instant.now());
        record.transitionTo(outcome, "why");
        if (started) {
            record.timeline().start();
        }
        if (ended) {
            record.timeline().end(CloseCode.SUCCESSFUL);
        }

        assertThat(DeploymentState.of(record)).isEqualTo(expected);
    }

    @Test
    void ofNothingIsRequested() {
        assertThat(DeploymentState.of(null)).isEqualTo(DeploymentState.REQUESTED);
    }

    /** What is over is not carried out any more, so its change may be moved. */
    @Test
    void aFinalStateUsesNoChange() {
        assertThat(DeploymentState.values()).noneMatch(state -> state.isFinal() && state.usesChange());
        assertThat(Arrays.stream(DeploymentState.values()).filter(DeploymentState::usesChange))
                .containsExactly(
                        DeploymentState.WAITING,
                        DeploymentState.RELEASED,
                        DeploymentState.BYPASSED,
                        DeploymentState.RUNNING);
    }

    @Test
    void aRepeatedRequestForgetsTheEndBefore() {
        DeploymentRecord record = new DeploymentRecord("id", new ChangeTitle("shop", "1", "Production"), Instant.now());
        record.transitionTo(GateOutcome.PROCEED, "why");
        record.timeline().start();
        record.timeline().end(CloseCode.SUCCESSFUL);

        record.awaitsChange("Opening");

        assertThat(DeploymentState.of(record)).isEqualTo(DeploymentState.WAITING);
        assertThat(record.getEndedAt()).isZero();
        assertThat(record.getCloseCode()).isNull();
        record.transitionTo(GateOutcome.PROCEED, "why");
        assertThat(DeploymentState.of(record)).isEqualTo(DeploymentState.RUNNING);
        assertThat(record.isGateOpen()).isTrue();
    }
}
