package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a change from being moved after its deployment, and what is sent with the transition. */
class EndTransitionerTest extends UpdaterTestBase {
    private static final String READ = "GET sys_idIN" + id('a');

    private static String in(int state, boolean active) {
        return row('a', "CHG1", TITLE, state, active, "");
    }

    private static String ofModel(String row) {
        return ofModel("Low risk", row);
    }

    private void finish(Instant start, Instant end) {
        outbox.finish(new Ending("Deployed.", PendingUpdate.CloseCode.SUCCESSFUL, false, false, start, end));
    }

    /** A deployment found the change while it was read. */
    @ParameterizedTest
    @CsvSource({"LATER", "NEVER"})
    void isLeftToADeploymentThatFoundTheChangeMeanwhile(ChangeUpdateQueue.Turn meanwhile) throws Exception {
        finish(null, null);
        instance.json(list(in(-1, true)));
        instance.watch(() -> turn = meanwhile);

        assertThat(write())
                .isEqualTo(
                        meanwhile == ChangeUpdateQueue.Turn.NEVER
                                ? WRITTEN
                                : new ChangeUpdater.WriteResult.Deferred(PACE.interval()));
        assertThat(instance.sent()).containsExactly(READ);
        assertThat(heard).isEmpty();
        assertThat(outbox.isEmpty()).isEqualTo(meanwhile == ChangeUpdateQueue.Turn.NEVER);
    }

    @Test
    void aChangeOfAnotherModelIsLeftToPeople() throws Exception {
        finish(null, null);
        instance.json(list(ofModel(in(-1, true)))).json(list(ofModel(in(-1, false))));

        assertThat(write()).isEqualTo(lost("ChangeUpdater.OtherModel", "CHG1", "Low risk"));
        assertThat(write()).as("people have ended it").isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(READ, READ);
        assertThat(heard).isEmpty();
    }

    /** It may be one that does not offer the transition. */
    @Test
    void aHiddenModelDecidesToo() throws Exception {
        finish(null, null);
        String none = "{\"result\":{\"available_states\":[\"-1\"]}}";
        instance.json(list(withHiddenModel(in(-1, true)))).json(none).json(none).json(NONE);
        write();
        assertThat(instance.sent())
                .contains(READ, "GET /" + id('a') + "/nextstates")
                .noneMatch(sent -> sent.startsWith("P"));
    }

    @Test
    void aChangeOfAnotherModelIsNotCanceled() throws Exception {
        outbox.cancel("Aborted.", "1");
        instance.json(list(ofModel(in(-5, true))));
        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(heard).containsExactly("ChangeUpdater.OtherModel");
        assertThat(instance.sent()).containsExactly(READ);
    }

    /** Whatever its state is: nothing is left to be canceled. */
    @ParameterizedTest
    @CsvSource({"4", "3", "77"})
    void aChangeThatIsNotActiveIsNotCanceled(int state) throws Exception {
        outbox.cancel("Aborted.", "1");
        instance.json(list(in(state, false)));
        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(READ);
        assertThat(heard).isEmpty();
    }

    /** Half of them would be wrong. */
    @ParameterizedTest
    @CsvSource({"true, true, true", "true, false, false", "false, true, false", "false, false, false"})
    void bothTimesOfTheDeploymentAreSentOrNone(boolean start, boolean end, boolean sent) throws Exception {
        finish(start ? NOW.minusSeconds(90) : null, end ? NOW : null);
        instance.json(list(in(-1, true))).json(one(in(0, true))).json(list(in(0, true)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent())
                .containsExactly(
                        READ,
                        "PATCH /" + id('a') + " {\"close_code\":\"successful\","
                                + "\"close_notes\":\"Deployed.\\n[ServiceNow Gate]\",\"state\":\"0\""
                                + (sent
                                        ? ",\"work_end\":\"2026-12-01 20:00:00\",\"work_start\":\"2026-12-01 19:58:30\""
                                        : "")
                                + "}",
                        READ);
    }
}
