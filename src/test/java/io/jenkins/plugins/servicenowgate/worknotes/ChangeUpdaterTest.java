package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One attempt at one entry: what is asked first, what is sent, and what it came to. */
class ChangeUpdaterTest extends UpdaterTestBase {
    private static final String PATCH = "PATCH /" + id('a') + " ";
    private static final String NOTE = PATCH + "{\"work_notes\":\"It started.\\n[ServiceNow Gate 1-a]\"}";
    private static final String JOURNAL = "GET /" + id('a');
    private static final String NEXT_STATES = "GET /" + id('a') + "/nextstates";
    private static final String TASKS = "GET /" + id('a') + "/task active=true";
    private static final String STATES = "{\"result\":{\"available_states\":[\"0\"]}}";
    private static final String READ = "GET sys_idIN" + id('a');
    private static final String OTHER_NOTE = journal("Something.\\n[ServiceNow Gate 1-b]");

    // ---- notes

    private static String journal(String text) {
        return "{\"result\":{\"sys_id\":{\"value\":\"" + id('a') + "\"},\"work_notes\":{\"display_value\":\"" + text
                + "\"}}}";
    }

    @Test
    void aNoteIsRememberedThenSent() throws Exception {
        outbox.note("It started.", "1-a");
        instance.json(one(row('a', "CHG1", TITLE)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(NOTE);
        assertThat(heard).containsExactly("saved, sent " + NOW);
    }

    @Test
    void aNoteThatWasRefusedWasNotSent() throws Exception {
        outbox.note("It started.", "1-a");
        instance.then(403, "application/json", OWN_ERROR);

        assertThat(fails()).isEqualTo(FailureKind.FORBIDDEN);
        assertThat(heard).containsExactly("saved, sent " + NOW, "saved, sent null");
    }

    @Test
    void aNoteWithoutAnAnswerIsInDoubtFromThenOn() throws Exception {
        outbox.note("It started.", "1-a");
        instance.then(502, "text/html", "");
        instance.watch(() -> clock.advance(Duration.ofSeconds(10)));

        assertThat(fails()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(heard).containsExactly("saved, sent " + NOW, "saved, sent " + NOW.plusSeconds(10));
    }

    @Test
    void aNoteThatTheJournalShowsIsNotSentAgain() throws Exception {
        outbox.note("It started.", "1-a");
        outbox.first().sentAt(NOW);
        instance.json(journal("It started.\\n[ServiceNow Gate 1-a]"));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(JOURNAL);
        assertThat(heard).isEmpty();
    }

    /** No such note, or a journal that is not shown, which proves as little. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNoteInDoubtIsSentAgainWhenItCanNoLongerComeTrue(boolean shown) throws Exception {
        outbox.note("It started.", "1-a");
        outbox.first().sentAt(NOW);
        clock.set(NOW.plus(PACE.settle()).minusMillis(1));
        instance.json(shown ? OTHER_NOTE : journal(" "));
        assertThat(write()).isEqualTo(new ChangeUpdater.WriteResult.Uncertain(Duration.ofMillis(1)));

        clock.set(NOW.plus(PACE.settle()));
        instance.json(shown ? OTHER_NOTE : journal(" ")).json(one(row('a', "CHG1", TITLE)));
        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(JOURNAL, JOURNAL, NOTE);
        assertThat(heard).containsExactly("saved, sent " + clock.instant());
    }

    /** The clock of the controller was set back: nobody waits longer than the time of a request. */
    @Test
    void aNoteThatWasSentInTheFutureIsInDoubtFromNowOn() throws Exception {
        outbox.note("It started.", "1-a");
        outbox.first().sentAt(NOW.plus(Duration.ofHours(1)));
        instance.json(OTHER_NOTE);

        assertThat(write()).isEqualTo(new ChangeUpdater.WriteResult.Uncertain(PACE.settle()));
        assertThat(outbox.first().sent()).isEqualTo(NOW);
    }

    @Test
    void aJournalThatMustNotBeReadProvesNothingAndOneOutOfOrderIsWaitedFor() throws Exception {
        outbox.note("It started.", "1-a");
        outbox.first().sentAt(NOW);
        clock.advance(Duration.ofHours(1).minus(Duration.ofMinutes(45)));
        instance.then(502, "text/html", "");
        assertThat(fails()).isEqualTo(FailureKind.UNAVAILABLE);

        instance.then(403, "application/json", OWN_ERROR).json(one(row('a', "CHG1", TITLE)));
        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(JOURNAL, JOURNAL, NOTE);
    }

    @Test
    void aNoteThatTheInstanceDoesNotTakeIsLost() throws Exception {
        outbox.note("It started.", "1-a");
        String row = row('a', "CHG1", TITLE);
        instance.json(one(row.substring(0, row.length() - 1) + ",\"__meta\":{\"ignoredFields\":[\"work_notes\"]}}"));

        assertThat(write()).isEqualTo(lost("ChangeUpdater.FieldIgnored", "work_notes"));
    }

    // ---- transitions

    private void finish() {
        outbox.finish(new Ending("Deployed.", PendingUpdate.CloseCode.SUCCESSFUL_ISSUES, true, false, null, null));
    }

    private void toClosed() {
        finish();
        outbox.done(outbox.first());
        assertThat(outbox.first().target()).isEqualTo(ChangeState.CLOSED);
    }

    private static String in(int state) {
        return row('a', "CHG1", TITLE, state, true, "");
    }

    private static String sent(int state) {
        return PATCH + "{\"close_code\":\"successful_issues\",\"close_notes\":\"Deployed.\\n[ServiceNow Gate]\","
                + "\"state\":\"" + state + "\"}";
    }

    @Test
    void movesFromImplementToReviewAndReadsBack() throws Exception {
        finish();
        instance.json(list(in(-1))).json(one(in(0))).json(list(in(0)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(READ, sent(0), READ);
        assertThat(heard).containsExactly("finishing " + id('a'));
    }

    @Test
    void movesFromReviewToClosed() throws Exception {
        toClosed();
        instance.json(list(in(0))).json(one(in(3))).json(list(in(3)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(READ, sent(3), READ);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void leavesAloneWhatIsThere(int state) throws Exception {
        finish();
        instance.json(list(in(state)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(READ);
        assertThat(heard).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-2, Scheduled", "4, Canceled", "7, 7"})
    void doesNotMoveWhatIsElsewhere(int state, String label) throws Exception {
        finish();
        instance.json(list(in(state)));

        assertThat(write()).isEqualTo(lost("ChangeUpdater.WrongState", "CHG1", label));
        assertThat(instance.sent()).containsExactly(READ);
    }

    @Test
    void doesNotJumpFromImplementToClosed() throws Exception {
        toClosed();
        instance.json(list(in(-1)));

        assertThat(write()).isEqualTo(lost("ChangeUpdater.WrongState", "CHG1", "Implement"));
    }

    @Test
    void waitsForAnotherDeploymentThatUsesTheChange() throws Exception {
        turn = ChangeUpdateQueue.Turn.LATER;
        finish();

        assertThat(write()).isEqualTo(new ChangeUpdater.WriteResult.Deferred(PACE.interval()));
        assertThat(instance.sent()).as("answered from memory").isEmpty();
        assertThat(outbox.first().target()).isEqualTo(ChangeState.REVIEW);
    }

    @Test
    void leavesTheChangeToADeploymentThatEndedLater() throws Exception {
        turn = ChangeUpdateQueue.Turn.NEVER;
        finish();

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).isEmpty();
        assertThat(outbox.isEmpty()).as("nor is it closed").isTrue();
    }

    @Test
    void sendsTheStateAloneWhereTheRestIsRejected() throws Exception {
        finish();
        instance.json(list(in(-1)))
                .then(400, "application/json", OWN_ERROR)
                .json(one(in(0)))
                .json(list(in(0)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(READ, sent(0), PATCH + "{\"state\":\"0\"}", READ);
    }

    @Test
    void sendsNothingTwiceAfterAnotherNo() throws Exception {
        finish();
        instance.json(list(in(-1)))
                .then(403, "application/json", OWN_ERROR)
                .json(STATES)
                .json(NONE);
        assertThat(((ChangeUpdater.WriteResult.NotTaken) write()).why()).contains("no");

        outbox.done(outbox.first());
        instance.json(list(in(0)))
                .then(400, "application/json", OWN_ERROR)
                .json(STATES)
                .json(NONE);
        assertThat(write())
                .as("closing without its notes is no closing")
                .isInstanceOf(ChangeUpdater.WriteResult.NotTaken.class);
        assertThat(instance.sent())
                .containsExactly(READ, sent(0), NEXT_STATES, TASKS, READ, sent(3), NEXT_STATES, TASKS);
    }

    @Test
    void believesNoMoveThatItDoesNotSee() throws Exception {
        finish();
        instance.json(NONE);
        assertThat(write()).isEqualTo(notTaken("ChangeUpdater.Absent"));
        instance.json(list(in(-1)))
                .json(one(in(0)))
                .json(list(in(-1)))
                .json(STATES)
                .json(NONE);
        assertThat(write()).isEqualTo(notTaken("ChangeUpdater.WrongState", "CHG1", "Implement"));
        instance.json(list(in(-1))).json(one(in(0))).json(NONE);
        assertThat(write()).isEqualTo(notTaken("ChangeUpdater.Absent"));
    }
}
