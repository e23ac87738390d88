package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One attempt at one attachment: what the change has already, under which name it is sent, and what an answer proves. */
class AttachmentUpdaterTest extends UpdaterTestBase {
    private static final String NAME = "jenkins-evidence.json";
    private static final String MARKED = "jenkins-evidence-0a1b2c3d.json";
    private static final String ATTACHED =
            "{\"result\":{\"sys_id\":\"" + id('b') + "\",\"table_sys_id\":\"" + id('a') + "\"}}";
    /** Of the two bytes of the evidence. */
    private static final String SHA = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    private static final String OTHER_SHA = "0000000000000000000000000000000000000000000000000000000000000000";

    @BeforeEach
    void attachment() {
        evidence = new ChangeEvidence("", "", "", "", "", "{}", List.of());
        outbox.evidence(evidence, false, false, "0a1b2c3d-4e5f");
    }

    private static String listing(String name) {
        return "GET /api/now/attachment table_name=change_request^table_sys_id=" + id('a') + "^file_name=" + name;
    }

    private static String upload(String name) {
        return "POST /api/now/attachment/file " + name + " {}";
    }

    private static String listed(String name, String size, String hash) {
        return "{\"sys_id\":\"" + id('c') + "\",\"table_sys_id\":\"" + id('a') + "\",\"file_name\":\"" + name
                + "\",\"size_bytes\":\"" + size + "\",\"hash\":\"" + hash + "\"}";
    }

    @Test
    void isSentWhereTheChangeHasNone() throws Exception {
        instance.json(NONE).json(ATTACHED);

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(listing(NAME), upload(NAME));
        assertThat(heard).containsExactly("saved, sent " + NOW);
        assertThat(outbox.first().attachedAs()).isEqualTo(NAME);
    }

    @Test
    void isNotSentWhereTheHashProvesThatItIsThere() throws Exception {
        instance.json(list(listed(NAME, "2", OTHER_SHA), listed(NAME, "2", SHA)));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(listing(NAME));
        assertThat(heard).isEmpty();
    }

    /** Another file, or one of which nobody knows: what approvers saw stays, and this one has a name of its own. */
    @ParameterizedTest
    @ValueSource(strings = {OTHER_SHA, ""})
    void hasAnotherNameWhereTheNameIsTaken(String hash) throws Exception {
        instance.json(list(listed(NAME, "2", hash))).json(ATTACHED);

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(listing(NAME), upload(MARKED));
        assertThat(outbox.first().attachedAs()).isEqualTo(MARKED);
    }

    private void inDoubt(String name) {
        outbox.first().attachAs(name);
        outbox.first().sentAt(NOW);
    }

    /** Of the same size, where the instance tells no hash; or it tells nothing at all. */
    @ParameterizedTest
    @ValueSource(strings = {"2", ""})
    void isThereAfterADoubtWhereTheListShowsIt(String size) throws Exception {
        inDoubt(MARKED);
        instance.json(list(listed(MARKED, size, "")));

        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(listing(MARKED));
        assertThat(heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3 ", "2 " + OTHER_SHA})
    void isSentAgainAfterADoubtWhenItCanNoLongerComeTrue(String other) throws Exception {
        String[] values = other.split(" ", 2);
        String row = listed(MARKED, values[0], values[1]);
        inDoubt(MARKED);
        clock.set(NOW.plus(PACE.settle()).minusMillis(1));
        instance.json(list(row));
        assertThat(write()).isEqualTo(new ChangeUpdater.WriteResult.Uncertain(Duration.ofMillis(1)));

        clock.set(NOW.plus(PACE.settle()));
        instance.json(list(row)).json(ATTACHED);
        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(listing(MARKED), listing(MARKED), upload(MARKED));
        assertThat(heard).containsExactly("saved, sent " + clock.instant());
    }

    @Test
    void withoutAnAnswerItIsInDoubt() {
        instance.json(NONE).then(502, "text/html", "");
        assertThat(fails()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(outbox.first().sent()).isEqualTo(NOW);
        assertThat(outbox.first().attachedAs()).isEqualTo(NAME);
    }

    @Test
    void afterARefusalItIsNot() {
        instance.json(NONE).then(403, "application/json", OWN_ERROR);
        assertThat(fails()).isEqualTo(FailureKind.FORBIDDEN);
        assertThat(outbox.first().sent()).isNull();
    }

    /** Two of them are better than none. */
    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void aListThatMayNotBeReadHoldsNothingBack(int status) throws Exception {
        instance.then(status, "application/json", OWN_ERROR).json(ATTACHED);
        assertThat(write()).isEqualTo(WRITTEN);
        assertThat(instance.sent()).containsExactly(listing(NAME), upload(NAME));
    }

    @Test
    void aListThatIsNotAnsweredIsReadAgainLater() {
        instance.then(503, "text/html", "");
        assertThat(fails()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(instance.sent()).containsExactly(listing(NAME));
        assertThat(heard).isEmpty();
    }

    @Test
    void evidenceThatIsGoneIsNotSent() throws Exception {
        evidence = null;
        assertThat(write()).isEqualTo(lost("AttachedFile.Gone"));
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void messagesNameTheFile() {
        assertThat(AttachmentUpdater.name(evidence, outbox.first())).isEqualTo(NAME);
        assertThat(AttachmentUpdater.name(null, outbox.first())).isEqualTo("?");
        outbox.first().attachAs(MARKED);
        assertThat(AttachmentUpdater.name(null, outbox.first())).isEqualTo(MARKED);
    }
}
