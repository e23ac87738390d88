package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeAssessment;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
    /** What the instance answers when a change is read again. */
    private int statusAgain = 200;

    private String readAgain = NONE;

    /** The last decision, as people read it. */
    private String reason;

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
        instance.answer(request -> {
            boolean again = !request.url().encodedPath().contains("/table/sys");
            int answered = again ? statusAgain : status;
            return ScriptedAnswers.response(
                    answered, "application/json", answered != 200 ? OWN_ERROR : again ? readAgain : NONE);
        });
    }

    private String decision(ChangeRequest change) {
        return decision(change, new Decided(change));
    }

    private String decision(ChangeRequest change, Decided waiter) {
        ReleaseCheck.Completed completed =
                check.complete(waiter.approval, check.read(Map.of(waiter.approval, change), context.readTime()));
        reason = completed.decision().reason().toString();
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
                .plannedEnd(NOW.plusSeconds(5))
                .get();
        assertThat(decision(change)).isEqualTo("Proceed ReleaseRule.Released");
        clients = () -> {
            clock.advance(Duration.ofSeconds(6));
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

    // ---- a change that was read long ago

    private static final ChangeRequest APPROVED =
            ChangeFixture.change().title(TITLE).get();
    private static final ChangeRequest SECOND =
            ChangeFixture.change().sysId(id('b')).number("CHG2").title(TITLE).get();
    private static final ChangeRequest THIRD =
            ChangeFixture.change().sysId(id('c')).number("CHG3").title(TITLE).get();

    /** Reading the approvals takes that long once. */
    private void approvalsTake(long seconds) {
        clients = () -> {
            clock.advance(Duration.ofSeconds(seconds));
            clients = () -> client;
            return client;
        };
    }

    @Test
    void aChangeThatWasReadTenSecondsAgoIsNotReadAgain() {
        approvalsTake(10);
        assertThat(decision(APPROVED)).isEqualTo("Proceed ReleaseRule.Released");
        assertThat(instance.sent()).hasSize(1);
    }

    @Test
    void oneThatWasReadBeforeIsReadAgain() {
        readAgain = list(row('a', "CHG1", TITLE));
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Proceed ReleaseRule.Released");
        assertThat(instance.sent()).hasSize(2).last().asString().contains("sys_idIN" + id('a'));
    }

    @Test
    void whatItSaysThenCounts() {
        readAgain = list(row('a', "CHG1", TITLE, 4, false, ""));
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Refuse ReleaseRule.Finished");
    }

    @Test
    void aChangeThatIsGoneThenWaits() {
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
        assertThat(reason).contains(Messages.ChangePoller_Absent("CHG1"));
    }

    @Test
    void aChangeThatCannotBeReadThenWaits() {
        statusAgain = 503;
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
        assertThat(rateLimiter.pausedUntil()).isAfter(clock.instant());
    }

    @Test
    void anotherNumberIsNoProofOfTheChange() {
        readAgain = list(row('a', "CHG2", TITLE));
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
        assertThat(reason).contains("CHG2");
    }

    @Test
    void approvalsDoNotCountForAnotherType() {
        readAgain = list(ofType("standard", row('a', "CHG1", TITLE)));
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
        assertThat(reason).contains(Messages.ReleaseCheck_Changed());
    }

    @Test
    void nothingIsReadAgainWhileRequestsArePaused() {
        readAgain = list(row('a', "CHG1", TITLE));
        clients = () -> {
            clock.advance(Duration.ofSeconds(11));
            rateLimiter.pause(clock.instant(), Duration.ofSeconds(60), Messages._ChangePoller_Absent("CHG1"));
            return client;
        };
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
        assertThat(instance.sent()).hasSize(1);
    }

    /** A failure of the plugin itself, as of a credentials provider. */
    @Test
    void aFailureWhileItIsReadAgainWaits() {
        clients = () -> {
            clock.advance(Duration.ofSeconds(11));
            clients = () -> {
                throw new IllegalStateException("ours");
            };
            return client;
        };
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
    }

    /** Two that may be released are read again with one request; one that waits, or has ended, is not. */
    @Test
    void allThatMayBeReleasedAreReadAgainTogether() {
        Decided one = new Decided(APPROVED);
        Decided other = new Decided(SECOND);
        ChangeRequest held = ChangeFixture.change()
                .sysId(id('c'))
                .number("CHG3")
                .title(TITLE)
                .onHold(true)
                .get();
        Decided waits = new Decided(held);
        readAgain = list(row('a', "CHG1", TITLE), row('b', "CHG2", TITLE));
        ReleaseCheck.Batch batch = check.read(
                Map.of(one.approval, APPROVED, other.approval, SECOND, waits.approval, held), context.readTime());
        clock.advance(Duration.ofSeconds(11));
        int before = instance.sent().size();
        for (Decided decided : new Decided[] {one, other, waits}) {
            String text = text(check.complete(decided.approval, batch).decision());
            assertThat(text)
                    .isEqualTo(
                            decided == waits
                                    ? "Wait ReleaseRule.WaitsOnHoldUnexplained"
                                    : "Proceed ReleaseRule.Released");
        }
        assertThat(instance.sent()).hasSize(before + 1).last().asString().doesNotContain(id('c').value());
    }

    /** What had been found about its conflicts does not count for other dates, or another check. */
    @Test
    void conflictsAreNotJudgedByWhatTheChangeWasBefore() {
        conflictPolicy = ConflictPolicy.REFUSE;
        ChangeRequest checked = ChangeFixture.change()
                .title(TITLE)
                .assessment(new ChangeAssessment("No Conflict", NOW.minusSeconds(60), false, "", null, true))
                .get();
        readAgain = list(row('a', "CHG1", TITLE));
        approvalsTake(11);
        assertThat(decision(checked)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
    }

    /** What was another one when all were read again is not read once more with the others. */
    @Test
    void aChangeThatIsAnotherOneIsNotReadAThirdTime() {
        Decided one = new Decided(APPROVED);
        Decided two = new Decided(SECOND);
        Decided three = new Decided(THIRD);
        readAgain = list(ofType("standard", row('a', "CHG1", TITLE)), row('b', "CHG2", TITLE), row('c', "CHG3", TITLE));
        ReleaseCheck.Batch batch = check.read(
                Map.of(one.approval, APPROVED, two.approval, SECOND, three.approval, THIRD), context.readTime());
        for (Decided decided : new Decided[] {two, three}) {
            clock.advance(Duration.ofSeconds(11));
            assertThat(text(check.complete(decided.approval, batch).decision()))
                    .isEqualTo("Proceed ReleaseRule.Released");
        }
        assertThat(instance.sent()).last().asString().contains(id('c').value()).doesNotContain(id('a').value());
        assertThat(text(check.complete(one.approval, batch).decision())).isEqualTo("Wait ReleaseCheck.NotReadAgain");
    }

    @Test
    void aClockThatIsSetWhileItIsReadAgainWaits() {
        instance.answer(request -> {
            if (!request.url().encodedPath().contains("/table/sys")) {
                clockSetBy = clockSetBy.plusHours(1);
            }
            return ScriptedAnswers.response(200, "application/json", list(row('a', "CHG1", TITLE)));
        });
        clock.advance(Duration.ofSeconds(11));
        Decided waiter = new Decided(APPROVED);
        ReleaseCheck.Batch batch = check.read(
                Map.of(waiter.approval, APPROVED),
                new ConnectionContext.ReadTime(NOW, context.readTime().ahead()));
        ReleaseCheck.Completed completed = check.complete(waiter.approval, batch);
        assertThat(text(completed.decision())).isEqualTo("Wait ReleaseCheck.NotReadAgain");
        assertThat(completed.decision().reason()).asString().contains(Messages.ReleaseCheck_ClockSet());
    }

    /** An instance that sends them one after another, so that the first is old when the last is there. */
    @Test
    void aChangeThatHadToWaitForOthersIsReadAgainAlone() {
        Decided one = new Decided(APPROVED);
        Decided two = new Decided(SECOND);
        instance.answer(request -> {
            String query = String.valueOf(request.url().queryParameter("sysparm_query"));
            clock.advance(Duration.ofSeconds(11));
            if (query.contains(",")) {
                return ScriptedAnswers.response(413, "application/json", OWN_ERROR);
            }
            boolean first = query.contains(id('a').value());
            return ScriptedAnswers.response(
                    200, "application/json", list(first ? row('a', "CHG1", TITLE) : row('b', "CHG2", TITLE)));
        });
        ReleaseCheck.Batch batch = check.read(
                Map.of(one.approval, APPROVED, two.approval, SECOND),
                new ConnectionContext.ReadTime(
                        NOW.minusSeconds(60), context.readTime().ahead()));
        int before = instance.sent().size();
        assertThat(text(check.complete(one.approval, batch).decision())).isEqualTo("Proceed ReleaseRule.Released");
        assertThat(instance.sent()).hasSize(before + 4).last().isEqualTo("GET sys_idIN" + id('a'));
    }

    /** An instance of which each change is read alone, and one cannot be read any more. */
    @Test
    void aChangeThatCannotBeReadAloneHoldsNoOther() {
        Set<SysId> unreadable = new HashSet<>();
        instance.answer(request -> {
            String query = String.valueOf(request.url().queryParameter("sysparm_query"));
            boolean fails = query.contains(",") || unreadable.stream().anyMatch(id -> query.contains(id.value()));
            boolean first = query.contains(id('a').value());
            return ScriptedAnswers.response(
                    fails ? 413 : 200,
                    "application/json",
                    fails ? OWN_ERROR : list(first ? row('a', "CHG1", TITLE) : row('b', "CHG2", TITLE)));
        });
        assertThat(decisionsOfBoth()).containsOnly("Proceed ReleaseRule.Released");
        unreadable.add(id('a'));
        assertThat(decisionsOfBoth()).containsExactly("Wait ReleaseCheck.NotReadAgain", "Proceed ReleaseRule.Released");
    }

    /** Of two changes that were read a minute ago. */
    private List<String> decisionsOfBoth() {
        Decided one = new Decided(APPROVED);
        Decided two = new Decided(SECOND);
        ReleaseCheck.Batch batch = check.read(
                Map.of(one.approval, APPROVED, two.approval, SECOND),
                new ConnectionContext.ReadTime(
                        NOW.minusSeconds(60), context.readTime().ahead()));
        return Stream.of(one, two)
                .map(each -> text(check.complete(each.approval, batch).decision()))
                .toList();
    }

    /** A rate limit: the next pause is as long as the first one, because changes could be read meanwhile. */
    @Test
    void pausesGrowUntilChangesCanBeReadAgain() {
        Duration first = pauseAfterFailure();
        assertThat(pauseAfterFailure()).isGreaterThan(first);

        clock.advance(Duration.ofMinutes(5));
        statusAgain = 200;
        readAgain = list(row('a', "CHG1", TITLE));
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Proceed ReleaseRule.Released");
        assertThat(pauseAfterFailure()).isEqualTo(first);
    }

    private Duration pauseAfterFailure() {
        clock.advance(Duration.ofMinutes(5));
        statusAgain = 429;
        approvalsTake(11);
        assertThat(decision(APPROVED)).isEqualTo("Wait ReleaseCheck.NotReadAgain, not final");
        return Duration.between(clock.instant(), rateLimiter.pausedUntil());
    }

    /** A change that waits tells whether its window was moved before it is approved. */
    @Test
    void aMovedWindowIsSettled() {
        window = DeploymentWindow.parse("18:00", "2", "UTC", "MON-THU");
        ChangeRequest requested = ChangeFixture.change()
                .title(TITLE)
                .state(ChangeState.ASSESS.value())
                .approval("requested")
                .plannedStart(NOW.plusSeconds(86_400))
                .get();
        Decided waiter = new Decided(requested);
        waiter.record.replanningStarts(NOW, NOW.plusSeconds(86_400));
        assertThat(decision(requested, waiter)).startsWith("Wait ");
        assertThat(waiter.record.isReplanning()).isFalse();
    }
}
