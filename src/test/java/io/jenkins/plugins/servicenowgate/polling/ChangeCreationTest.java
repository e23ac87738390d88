package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.localizer.Localizable;

/** A change is created once: after every answer, and after none, by as many deployments as there are. */
class ChangeCreationTest extends ResolverTestBase {
    private static final String POST = "POST /normal " + CREATION;
    private static final String PATCH = "PATCH /" + id('a') + " {\"short_description\":\"" + TITLE + "\"}";
    private static final String READ = "GET sys_idIN" + id('a');

    @Test
    void remembersBeforeItSendsAndAfterItKnows() throws Exception {
        instance.json(NONE).json(one(row('a', "CHG1", TITLE)));
        Unlinked waiter = byTitle();
        List<Boolean> acting = new ArrayList<>();
        instance.watch(() -> acting.add(waiter.approval.isActing()));

        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent()).containsExactly(ASKED, POST);
        assertThat(waiter.saved).containsExactly("null, 1 sent, the last " + NOW, "CHG1, 1 sent, the last null");
        assertThat(acting).as("while it is sent, and then alone").containsExactly(false, true);
        assertThat(waiter.approval.isActing()).isFalse();
        assertThat(waiter.told).isEmpty();
    }

    @Test
    void reportsTheFieldsThatTheInstanceIgnored() throws Exception {
        String row = row('a', "CHG1", TITLE);
        String ignoring = row.substring(0, row.length() - 1) + ",\"__meta\":{\"ignoredFields\":[\"x\",\"y\"]}}";
        instance.json(NONE).json(one(ignoring));
        Unlinked waiter = byTitle();

        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.told).map(Object::toString).containsExactly(Messages.ChangeResolver_FieldsIgnored("x, y"));
    }

    @Test
    void whatWasCertainlyRefusedDoesNotCount() throws Exception {
        instance.json(NONE).then(400, "application/json", OWN_ERROR);
        Unlinked waiter = byTitle();

        assertThat(waiter.fails().problem()).isEqualTo(FailureKind.REJECTED);
        assertThat(waiter.saved).containsExactly("null, 1 sent, the last " + NOW, "null, 0 sent, the last null");
        assertThat(waiter.approval.isActing()).isFalse();

        instance.json(NONE).json(one(row('a', "CHG1", TITLE)));
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
    }

    /** Whatever breaks on this side, the request may have left: another deployment must not send it again at once. */
    @Test
    void anAccidentOfOurOwnLeavesTheCreationInDoubt() throws Exception {
        instance.json(NONE);
        Unlinked waiter = byTitle();
        instance.watch(() -> {
            if (waiter.approval.isActing()) {
                throw new IllegalStateException("broken");
            }
        });
        assertThatThrownBy(waiter::link).isInstanceOf(IllegalStateException.class);
        assertThat(waiter.approval.isActing()).isFalse();
        assertThat(waiter.record.creationSent()).isEqualTo(NOW);

        instance.json(NONE);
        byTitle().isUnsettled();
    }

    @Test
    void whatWasNotAnsweredMayStillComeTrueForAWhile() throws Exception {
        instance.json(NONE).then(502, "text/html", "");
        Unlinked waiter = byTitle();
        instance.watch(() -> clock.advance(Duration.ofSeconds(10)));

        assertThat(waiter.fails().problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(waiter.saved)
                .as("counted from the end of the attempt")
                .containsExactly(
                        "null, 1 sent, the last " + NOW.plusSeconds(10),
                        "null, 1 sent, the last " + NOW.plusSeconds(20));
        assertThat(waiter.approval.isActing()).isFalse();
        instance.watch(() -> {});

        clock.set(NOW.plusSeconds(20).plus(PACE.settle()));
        instance.json(NONE).json(NONE);
        waiter.isUnsettled();
        byTitle().isUnsettled();
        assertThat(instance.sent()).containsExactly(ASKED, POST, ASKED, ASKED);

        clock.advance(Duration.ofMillis(1));
        instance.json(NONE).json(one(row('a', "CHG1", TITLE)));
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.record.creationsSent()).isEqualTo(2);
    }

    /** A restart forgets what other deployments sent, but the record remains. */
    @Test
    void theRecordAloneHoldsACreationBack() throws Exception {
        Unlinked waiter = byTitle();
        waiter.record.creationStarts(NOW);
        clock.set(NOW.plus(PACE.settle()));
        instance.json(NONE);
        waiter.isUnsettled();

        clock.advance(Duration.ofMillis(1));
        instance.json(NONE).json(one(row('a', "CHG1", TITLE)));
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
    }

    /** The clock of the controller was set back. */
    @Test
    void aCreationThatWasSentInTheFutureHoldsAnotherBackFromNowOn() throws Exception {
        Unlinked waiter = byTitle();
        waiter.record.creationStarts(NOW.plus(Duration.ofHours(1)));
        instance.json(NONE);
        waiter.isUnsettled();
        assertThat(waiter.record.creationSent()).isEqualTo(NOW);
    }

    /** The change of another type is not this title's any more, however people end it. */
    @Test
    void afterAChangeOfAnotherTypeTheNextDeploymentCreatesItsOwn() throws Exception {
        instance.json(NONE).json(one(ofType("emergency", row('a', "CHG1", TITLE))));
        byTitle().isRefused("ChangeResolver.CreatedOtherType", "CHG1", "emergency", "normal");
        instance.json(NONE).json(one(row('b', "CHG2", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'b', "CHG2");
    }

    @Test
    void createsNoMoreThanThreeTimesWithoutProof() throws Exception {
        Unlinked waiter = byTitle();
        waiter.record.creationStarts(NOW.minusSeconds(999));
        waiter.record.creationStarts(NOW.minusSeconds(999));
        instance.json(NONE).then(502, "text/html", "");
        waiter.fails();

        clock.advance(Duration.ofMinutes(10));
        instance.json(NONE);
        waiter.isRefused("ChangeResolver.CreationUnproven", TITLE, "3");
    }

    private void created() throws Exception {
        instance.json(NONE).json(one(row('a', "CHG1", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'a', "CHG1");
    }

    /** A search index lags: the change that another deployment has just created is read by its row. */
    @Test
    void sharesAChangeThatDoesNotShowYet() throws Exception {
        created();
        instance.json(NONE).json(list(row('a', "CHG1", TITLE)));

        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
        assertThat(instance.sent()).containsExactly(ASKED, POST, ASKED, READ);
    }

    @Test
    void createsNoneBesideAChangeOfWhichLittleIsKnown() throws Exception {
        created();
        instance.json(NONE).json(NONE);
        byTitle().isUnsettled();
        instance.json(NONE).json(list(row('a', "CHG1", "another title")));
        byTitle().isUnsettled();

        assertThat(instance.sent()).containsExactly(ASKED, POST, ASKED, READ, ASKED, READ);
    }

    @Test
    void createsAnotherAfterOneThatServesNoMore() throws Exception {
        created();
        instance.json(NONE).json(list(row('a', "CHG1", TITLE, 4, false, ""))).json(one(row('b', "CHG2", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'b', "CHG2");

        finished.add(id('b'));
        instance.json(NONE).json(list(row('b', "CHG2", TITLE, 0, true, ""))).json(one(row('c', "CHG3", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'c', "CHG3");
    }

    @Test
    void forgetsWhatHasBecomeCertainByTime() throws Exception {
        created();
        clock.advance(PACE.settle().plusMillis(1));
        instance.json(NONE).json(one(row('b', "CHG2", TITLE)));

        byTitle().isLinked("ChangeResolver.Created", 'b', "CHG2");
        assertThat(instance.sent()).containsExactly(ASKED, POST, ASKED, POST);
    }

    @Test
    void setsATitleAgainThatWasNotTaken() throws Exception {
        instance.json(NONE)
                .json(one(row('a', "CHG1", "A template's title\\u0007")))
                .json(one(row('a', "CHG1", TITLE)))
                .json(list(row('a', "CHG1", TITLE)));
        Unlinked waiter = byTitle();
        List<Boolean> acting = new ArrayList<>();
        instance.watch(() -> acting.add(waiter.approval.isActing()));

        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent()).containsExactly(ASKED, POST, PATCH, READ);
        assertThat(acting).containsExactly(false, true, true, false);
        assertThat(waiter.approval.isActing()).isFalse();
        assertThat(waiter.told)
                .map(Object::toString)
                .containsExactly(Messages.ChangeResolver_TitleSetAgain("CHG1", "A template's title", TITLE));
        assertThat(waiter.saved)
                .containsExactly(
                        "null, 1 sent, the last " + NOW,
                        "null, 1 sent, the last null, without its title",
                        "CHG1, 1 sent, the last null");
    }

    private Unlinked withoutItsTitle() {
        Unlinked waiter = byTitle();
        waiter.record.creationStarts(NOW);
        waiter.record.createdAs(id('a'));
        return waiter;
    }

    @Test
    void goesOnWithTheTitleAfterARestart() throws Exception {
        Unlinked waiter = withoutItsTitle();
        instance.then(503, "application/json", "{}");
        assertThat(waiter.fails().problem()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(waiter.approval.isActing()).isFalse();

        instance.json(one(row('a', "CHG1", TITLE))).json(NONE);
        waiter.isUnsettled();
        instance.then(400, "application/json", OWN_ERROR).json(list(row('a', "CHG1", TITLE)));
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent()).containsExactly(PATCH, PATCH, READ, PATCH, READ);
    }

    @Test
    void refusesAChangeThatKeepsAnotherTitle() throws Exception {
        instance.json(NONE)
                .json(one(row('a', "CHG1", "other")))
                .json(one(row('a', "CHG1", "other")))
                .json(list(row('a', "CHG1", "other\\u0007")));
        byTitle().isRefused("ChangeResolver.TitleNotKept", "CHG1", "other", TITLE);

        instance.json(NONE).json(one(row('b', "CHG2", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'b', "CHG2");
    }

    /** A rule of the instance replaces the type while the title is set, or did so before a crash. */
    @Test
    void refusesAChangeThatGetsAnotherTypeWithItsTitle() throws Exception {
        instance.json(NONE)
                .json(one(row('a', "CHG1", "other")))
                .json(one(row('a', "CHG1", TITLE)))
                .json(list(ofType("standard", row('a', "CHG1", TITLE))));
        byTitle().isRefused("ChangeResolver.CreatedOtherType", "CHG1", "standard", "normal");

        instance.json(one(row('a', "CHG1", TITLE))).json(list(ofType("", row('a', "CHG1", TITLE))));
        withoutItsTitle().isRefused("ChangeResolver.CreatedOtherType", "CHG1", "", "normal");
        instance.json(NONE).json(one(row('b', "CHG2", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'b', "CHG2");
        assertThat(instance.sent()).containsExactly(ASKED, POST, PATCH, READ, PATCH, READ, ASKED, POST);
    }

    @Test
    void reportsWhyATitleWasRejected() throws Exception {
        instance.then(403, "application/json", "{\"error\":{\"message\":\"protected\"}}")
                .json(list(row('a', "CHG1", "other")));

        ChangeResolver.LinkResult outcome = withoutItsTitle().link();
        assertThat(outcome).isInstanceOf(ChangeResolver.LinkResult.Refused.class);
        Localizable reason = ((ChangeResolver.LinkResult.Refused) outcome).reason();
        assertThat(reason.getKey()).isEqualTo("ChangeResolver.TitleRejected");
        assertThat(reason.toString())
                .contains("created CHG1 with", "Stored: other. Sent: " + TITLE + ". Cancel CHG1;", "protected");
    }

    // ---- planned windows

    private static String planned(String start, String end) {
        return row('a', "CHG1", TITLE)
                .replace("\"start_date\":{\"value\":\"\"}", "\"start_date\":{\"value\":\"" + start + "\"}")
                .replace("\"end_date\":{\"value\":\"\"}", "\"end_date\":{\"value\":\"" + end + "\"}");
    }

    /** It is Tuesday, 20:00 UTC. */
    @ParameterizedTest
    @CsvSource({"2026-12-01 22:00:00, 2026-12-02 00:00:00", "'', ''"})
    void createsAChangeInItsWindow(String start, String end) throws Exception {
        window = DeploymentWindow.parse("22:00", "2", "UTC", "MON-THU");
        instance.json(NONE).json(one(planned(start, end)));
        byTitle().isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent())
                .containsExactly(
                        ASKED,
                        "POST /normal {\"description\":\"d\",\"end_date\":\"2026-12-02"
                                + " 00:00:00\",\"short_description\":\""
                                + TITLE + "\",\"start_date\":\"2026-12-01 22:00:00\"}");
    }

    /** As where the user of the connection has another time zone. The next deployment creates its own. */
    @Test
    void refusesAChangeThatWasPlannedOtherwise() throws Exception {
        window = DeploymentWindow.parse("22:00", "2", "UTC", "MON-THU");
        instance.json(NONE).json(one(planned("2026-12-01 21:00:00", "2026-12-01 23:00:00")));
        byTitle()
                .isRefused(
                        "ColumnUpdate.CreatedInOtherWindow",
                        "CHG1",
                        "2026-12-01 21:00:00 UTC",
                        "2026-12-01 23:00:00 UTC");
        instance.json(NONE).json(one(row('b', "CHG2", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'b', "CHG2");
    }
}
