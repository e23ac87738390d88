package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeAssessment;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/** The order in which is decided, and that a release is decided once more at its end. */
class ReleaseCheckTest extends ScriptedInstanceTestBase {
    private final ApprovalCheck approvals = new ApprovalCheck(context);
    private final ReleaseCheck check =
            new ReleaseCheck(context, new BatchReader(context), new ChangeTransitioner(context), approvals);
    private ConflictPolicy conflictPolicy = ConflictPolicy.UNSET;
    private Separation separation;
    private int status = 200;

    private final class Decided extends Waiter {
        Decided(ChangeRequest change) {
            super(null);
            record.link(change);
        }

        @Override
        public Separation separation() {
            return separation;
        }

        @Override
        public ConflictPolicy conflictPolicy() {
            return conflictPolicy;
        }
    }

    @BeforeEach
    void nobodyApproved() {
        instance.answer(
                request -> ScriptedAnswers.response(status, "application/json", status == 200 ? NONE : OWN_ERROR));
    }

    private String decision(ChangeRequest change) {
        Decided waiter = new Decided(change);
        ReleaseCheck.Completed completed =
                check.complete(waiter.approval, check.read(Map.of(waiter.approval, change), context.readTime()));
        return text(completed.decision()) + (completed.isFinal() ? "" : ", not final");
    }

    private static String text(ReleaseDecision decision) {
        return decision.getClass().getSimpleName() + " " + decision.reason().getKey();
    }

    @Test
    void anApprovedChangeReleases() {
        assertThat(decision(ChangeFixture.change().title(TITLE).get())).isEqualTo("Proceed ReleaseRule.Released");
    }

    @Test
    void aWindowThatEndsWhileApprovalsAreReadRefuses() {
        ChangeRequest change = ChangeFixture.change()
                .title(TITLE)
                .plannedEnd(NOW.plusSeconds(60))
                .get();
        assertThat(decision(change)).isEqualTo("Proceed ReleaseRule.Released");
        clients = () -> {
            clock.advance(Duration.ofSeconds(61));
            return client;
        };
        assertThat(decision(change)).isEqualTo("Refuse ReleaseRule.WindowPassed");
    }

    @Test
    void aWaitSaysWhatTheChangeWaitsFor() {
        automaticTransition = true;
        ChangeRequest scheduled = ChangeFixture.change()
                .title(TITLE)
                .type("standard")
                .state(ChangeState.SCHEDULED.value())
                .plannedStart(NOW.plusSeconds(60))
                .get();
        assertThat(decision(scheduled)).isEqualTo("Wait ChangeTransitioner.WaitsForStart");
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void aConflictRefusesAnApprovedChange() {
        conflictPolicy = ConflictPolicy.REFUSE;
        ChangeRequest change = ChangeFixture.change()
                .title(TITLE)
                .assessment(new ChangeAssessment("No Conflict", NOW.minusSeconds(60), true, "", null, true))
                .get();
        assertThat(decision(change)).startsWith("Refuse ConflictRule.");
    }

    /** Approvals come first: what can't be read holds the change before its conflicts are judged. */
    @Test
    void approvalsThatCannotBeReadHoldTheChange() {
        Localizable unknown = null;
        separation = new Separation("Production", false, Set.of(new Starter("Alice", "alice", false)), unknown);
        conflictPolicy = ConflictPolicy.REFUSE;
        status = 503;
        assertThat(decision(ChangeFixture.change().title(TITLE).get()))
                .isEqualTo("Wait ApprovalCheck.Waits, not final");
    }
}
