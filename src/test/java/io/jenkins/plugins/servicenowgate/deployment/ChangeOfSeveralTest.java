package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue.Turn;
import io.jenkins.plugins.servicenowgate.worknotes.Ending;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several deployments moves the change that they share. */
class ChangeOfSeveralTest {
    private static final SysId CHANGE = new SysId("a".repeat(32));

    private static DeploymentRecord ended(String id, CloseCode code) {
        DeploymentRecord record = new DeploymentRecord(id, new ChangeTitle("shop", "1", "Production"), Instant.EPOCH);
        record.outbox().finish(new Ending("Deployed.", code, false, false, null, null));
        return record;
    }

    /** Both are over; whether another one uses the change is a question of its own. */
    private static Turn turn(DeploymentRecord record, DeploymentRecord other, boolean used) {
        LiveDeployments live = new LiveDeployments() {
            @Override
            public boolean isUsedByAnother(DeploymentRecord asked) {
                return used;
            }

            @Override
            public List<DeploymentRecord> othersToMove(DeploymentRecord asked) {
                return List.of(other);
            }

            @Override
            public void remove(DeploymentHost host, DeploymentRecord over) {
                throw new AssertionError("not asked for");
            }
        };
        return new ChangeUpdates(record, () -> null, live, () -> {}).turn(CHANGE);
    }

    /** They ended in the same millisecond, so that neither knew the result of the other one. */
    @ParameterizedTest
    @CsvSource({
        "SUCCESSFUL, UNSUCCESSFUL, NEVER, NOW",
        "UNSUCCESSFUL, SUCCESSFUL, NOW, NEVER",
        "UNSUCCESSFUL, SUCCESSFUL_ISSUES, NOW, NEVER",
        "SUCCESSFUL, SUCCESSFUL, NEVER, NOW",
    })
    void theOneWithTheWorstResultDoes(CloseCode first, CloseCode second, Turn ofFirst, Turn ofSecond) {
        DeploymentRecord one = ended("a", first);
        DeploymentRecord other = ended("b", second);
        assertThat(turn(one, other, false)).isEqualTo(ofFirst);
        assertThat(turn(other, one, false)).isEqualTo(ofSecond);
    }

    @Test
    void noneDoesWhileAnotherUsesTheChange() {
        DeploymentRecord one = ended("a", CloseCode.UNSUCCESSFUL);
        assertThat(turn(one, ended("b", CloseCode.SUCCESSFUL), true)).isEqualTo(Turn.LATER);
    }

    @Test
    void oneThatHasMovedItIsNotWaitedFor() {
        DeploymentRecord moved = new DeploymentRecord("b", new ChangeTitle("shop", "1", "Production"), Instant.EPOCH);
        assertThat(turn(ended("a", CloseCode.SUCCESSFUL), moved, false)).isEqualTo(Turn.NOW);
    }
}
