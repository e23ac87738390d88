package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.polling.ChangeTransitioner.TransitionResult;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.localizer.Localizable;

/** One transition of a Standard change: what is read, what is sent, and what the result is. */
class ChangeTransitionerTest extends ScriptedInstanceTestBase {
    private static final String READ = "GET sys_idIN" + id('a');
    private static final String TO_SCHEDULED = "PATCH /" + id('a') + " {\"state\":\"-2\"}";
    private static final String TO_IMPLEMENT = "PATCH /" + id('a') + " {\"state\":\"-1\"}";

    {
        automaticTransition = true;
    }

    private final Waiter waiter = linkedTo(change('a', "CHG1", ChangeState.NEW));
    private final ChangeTransitioner transitioner = new ChangeTransitioner(context);

    /** The result of one attempt, in a word or two. */
    private String move() {
        try {
            TransitionResult result = transitioner.move(waiter.approval, client);
            if (result instanceof TransitionResult.Read read) {
                return "read " + read.change().stateLabel();
            } else if (result instanceof TransitionResult.NotRead notRead) {
                return "not read " + notRead.result().getClass().getSimpleName();
            } else if (result instanceof TransitionResult.NotApplied notApplied) {
                return "not applied " + notApplied.news() + ", "
                        + notApplied.refusal().getKey();
            } else if (result instanceof TransitionResult.Rejected rejected) {
                return "rejected " + rejected.failure().problem() + ", " + rejected.news();
            } else if (result instanceof TransitionResult.Unavailable unavailable) {
                return "unavailable " + unavailable.why();
            }
            return result instanceof TransitionResult.Ended ? "ended" : String.valueOf(result);
        } catch (ServiceNowException e) {
            return "failed " + e.problem();
        }
    }

    private static String standard(int state) {
        return ofType("standard", row('a', "CHG1", TITLE, state, true, ""));
    }

    @ParameterizedTest
    @CsvSource({"-5, -2, Scheduled", "-2, -1, Implement"})
    void readsSendsAndReadsBack(int from, int to, String label) {
        instance.json(list(standard(from))).json(one(standard(to))).json(list(standard(to)));
        List<Boolean> acting = new ArrayList<>();
        instance.watch(() -> acting.add(waiter.approval.isActing()));
        waiter.approval.reportError(Messages._ChangePoller_Absent("CHG1"), false);
        assertThat(move()).isEqualTo("read " + label);

        assertThat(instance.sent()).containsExactly(READ, to == -2 ? TO_SCHEDULED : TO_IMPLEMENT, READ);
        assertThat(acting).containsExactly(false, true, false);
        assertThat(waiter.told)
                .extracting(Localizable::getKey)
                .containsExactly("ChangePoller.Unavailable", "ChangePoller.AvailableAgain", "ChangeTransitioner.Moved");
        assertThat(waiter.told.get(2)).hasToString(Messages.ChangeTransitioner_Moved("CHG1", label));
    }

    @Test
    void leavesAloneWhatMayGoOrIsOver() {
        instance.json(list(standard(-1))).json(list(standard(0)));

        assertThat(move()).isEqualTo("read Implement");
        assertThat(move()).isEqualTo("read Review");
        assertThat(instance.sent()).containsExactly(READ, READ);
    }

    /** People edit the change while it waits: what they approve may be something else. */
    @Test
    void doesNotMoveAChangeThatWasRenamed() {
        instance.json(list(standard(-5).replace(TITLE, "Restart the shop")))
                .json(list(standard(-2).replace(TITLE, "")));

        assertThat(move()).isEqualTo("read New");
        assertThat(move()).isEqualTo("not read Unreadable");
        assertThat(instance.sent()).containsExactly(READ, READ);
    }

    /** Cancelled, or released by a person, between the poll and the transition. */
    @Test
    void sendsNothingForAGateThatEndsMeanwhile() {
        instance.json(list(standard(-5)));
        instance.watch(waiter.approval::end);

        assertThat(move()).isEqualTo("ended");
        assertThat(instance.sent()).containsExactly(READ);
    }

    @Test
    void aSuccessfulResponseDoesNotProveTheTransition() {
        instance.json(list(standard(-5))).json(one(standard(-5))).json(list(standard(-5)));

        assertThat(move())
                .isEqualTo("not applied " + Messages._ChangeTransitioner_NotApplied("CHG1", "Scheduled", "New")
                        + ", ChangeTransitioner.RefusedNotApplied");
    }

    @Test
    void doesNotMoveWhatItDoesNotSee() {
        instance.json(NONE).json(list(row('a', "CHG2", TITLE, -5, true, "")));

        assertThat(move()).isEqualTo("not read Absent");
        assertThat(move()).isEqualTo("not read Unreadable");
        assertThat(instance.sent()).containsExactly(READ, READ);
    }

    @Test
    void believesNoMoveThatItDoesNotSee() {
        instance.json(list(standard(-5))).json(one(standard(-2))).json(NONE);

        assertThat(move()).isEqualTo("not read Absent");
        assertThat(waiter.told).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, application/json, REJECTED",
        "403, application/json, FORBIDDEN",
        "404, application/json, NOT_FOUND",
        "401, application/json, SIGN_IN_REFUSED",
        "500, application/json, REJECTED",
        "403, text/html, UNAVAILABLE",
        "404, text/html, UNAVAILABLE",
        "502, text/html, UNAVAILABLE"
    })
    void onlyServiceNowItselfRejects(int status, String type, FailureKind kind) {
        boolean own = type.endsWith("json");
        instance.json(list(standard(-5)));
        for (int i = 0; i < (own && status == 401 ? 2 : 1); i++) {
            instance.then(status, type, own ? "{\"error\":{\"message\":\"no\"}}" : "no")
                    .json(ScriptedAnswers.TOKEN);
        }
        String result = move();

        assertThat(result).startsWith(own ? "rejected " + kind + ", " : "failed " + kind);
        assertThat(waiter.approval.isActing()).isFalse();
    }

    // ---- why it waits

    private final ReleaseDecision waits = new ReleaseDecision.Wait(
            io.jenkins.plugins.servicenowgate.rules.Messages._ReleaseRule_WaitsForImplement("CHG1", "x", "y"), null);

    private ReleaseDecision explained(ChangeState state, String type, Instant start) {
        return transitioner.explain(waiter.approval, change('a', "CHG1", state, type, start), waits, NOW);
    }

    @Test
    void reportsOnceThatOtherTypesAreMovedByPeople() {
        assertThat(explained(ChangeState.SCHEDULED, "normal", NOW.plusSeconds(60)))
                .isSameAs(waits);
        assertThat(explained(ChangeState.NEW, "normal", null)).isSameAs(waits);

        assertThat(waiter.told)
                .map(Object::toString)
                .containsExactly(Messages.ChangeTransitioner_OtherType("CHG1", "normal"));
    }

    @Test
    void reportsThatAScheduledChangeWaitsForItsStart() {
        Instant start = NOW.plusSeconds(60);

        assertThat(explained(ChangeState.SCHEDULED, "standard", start))
                .isInstanceOfSatisfying(ReleaseDecision.Wait.class, wait -> {
                    assertThat(wait.reason())
                            .hasToString(Messages.ChangeTransitioner_WaitsForStart("CHG1", "2026-12-01 20:01:00 UTC"));
                    assertThat(wait.until()).isEqualTo(start);
                });
        assertThat(explained(ChangeState.SCHEDULED, "standard", NOW)).isSameAs(waits);
        assertThat(explained(ChangeState.ASSESS, "standard", start)).isSameAs(waits);
        ChangeRequest held = ChangeFixture.change()
                .title(TITLE)
                .state(-2)
                .onHold(true)
                .plannedStart(start)
                .type("standard")
                .get();
        assertThat(transitioner.explain(waiter.approval, held, waits, NOW)).isSameAs(waits);
        assertThat(waiter.told).isEmpty();
    }

    @Test
    void whatIsMovedByNumberIsMovedByPeople() {
        waiter.record.link(change('a', "CHG1", ChangeState.SCHEDULED), true);
        assertThat(explained(ChangeState.SCHEDULED, "standard", NOW.plusSeconds(60)))
                .isSameAs(waits);
        assertThat(waiter.told)
                .map(Object::toString)
                .containsExactly(Messages.ChangeTransitioner_LinkedByNumber("CHG1"));

        instance.json(list(standard(-5)));
        assertThat(move()).isEqualTo("read New");
        assertThat(instance.sent()).containsExactly(READ);
    }

    @Test
    void whereNothingIsMovedNothingIsSaidAboutIt() {
        automaticTransition = false;
        Waiter other = linkedTo(change('a', "CHG1", ChangeState.SCHEDULED));
        ChangeRequest scheduled = change('a', "CHG1", ChangeState.SCHEDULED, "standard", NOW.plusSeconds(60));
        ChangeRequest normal = change('a', "CHG1", ChangeState.NEW, "normal", null);
        assertThat(transitioner.explain(other.approval, scheduled, waits, NOW)).isSameAs(waits);
        assertThat(transitioner.explain(other.approval, normal, waits, NOW)).isSameAs(waits);
        assertThat(other.told).isEmpty();
    }

    @Test
    void aRejectedChangeDoesNotWaitForItsStart() {
        ChangeRequest rejected = ChangeFixture.change()
                .title(TITLE)
                .state(-2)
                .approval("rejected")
                .plannedStart(NOW.plusSeconds(60))
                .type("standard")
                .get();
        assertThat(transitioner.explain(waiter.approval, rejected, waits, NOW)).isSameAs(waits);
    }

    @Test
    void aSuccessEndsARowOfDefiniteFailures() {
        PollingPolicy atTheSecond =
                new PollingPolicy(Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO, Duration.ZERO, 1, 2);
        waiter.approval.definiteFailures().add(NOW, atTheSecond);
        instance.json(list(standard(-5))).json(one(standard(-5))).json(list(standard(-5)));
        move();
        assertThat(waiter.approval.definiteFailures().tries()).isEqualTo(1);

        instance.json(list(standard(-5))).json(one(standard(-2))).json(list(standard(-2)));
        move();
        assertThat(waiter.approval.definiteFailures().tries()).isZero();
    }

    /** Whatever was read shows that the instance is available again. */
    @Test
    void anAnswerIsTheEndOfAnOutage() {
        waiter.approval.reportError(Messages._ChangePoller_Absent("CHG1"), false);
        instance.json(list(standard(-1)));
        move();
        waiter.approval.reportError(Messages._ChangePoller_Absent("CHG1"), false);
        instance.json(list(standard(-5))).json(one(standard(-5))).json(list(standard(-5)));
        move();

        assertThat(waiter.told)
                .extracting(Localizable::getKey)
                .containsExactly(
                        "ChangePoller.Unavailable",
                        "ChangePoller.AvailableAgain",
                        "ChangePoller.Unavailable",
                        "ChangePoller.AvailableAgain");
    }

    /** Its credentials are not there for the moment, or administrators removed the connection, between read and update. */
    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"CREDENTIALS_UNAVAILABLE", "CONFIGURATION", "CONNECTION_REMOVED"})
    void whatIsNoAnswerIsNoRejection(FailureKind kind) {
        SignIn signIn = SignIn.password("client", "secret", "user", "pass");
        ServiceNowClient failing = instance.client(
                () -> {
                    if (waiter.approval.isActing()) {
                        throw ServiceNowException.of(kind, Messages._ChangePoller_Absent("CHG1"));
                    }
                    return signIn;
                },
                clock);
        instance.json(list(standard(-5)));
        assertThatThrownBy(() -> transitioner.move(waiter.approval, failing))
                .isInstanceOfSatisfying(
                        ServiceNowException.class, e -> assertThat(e.problem()).isEqualTo(kind));
        assertThat(waiter.approval.isActing()).isFalse();
        assertThat(instance.sent()).containsExactly(READ);
    }

    // ---- change models

    private static final String NEXT_STATES = "GET /" + id('a') + "/nextstates";

    private static String ofModel(String name, int state) {
        return ofModel(name, standard(state));
    }

    private static String offers(String to, boolean available, String condition) {
        return "{\"result\":{\"state_transitions\":[[{\"to_state\":\"" + to + "\",\"transition_available\":" + available
                + ",\"conditions\":[{\"passed\":" + condition.isEmpty() + ",\"condition\":{\"name\":\"" + condition
                + "\"}}]}]]}}";
    }

    @Test
    void movesAChangeOfAModelThatOffersTheTransition() {
        instance.json(list(ofModel("Standard", -5)))
                .json(offers("-2", true, ""))
                .json(one(ofModel("Standard", -2)))
                .json(list(ofModel("Standard", -2)));

        assertThat(move()).isEqualTo("read Scheduled");
        assertThat(instance.sent()).containsExactly(READ, NEXT_STATES, TO_SCHEDULED, READ);
    }

    @ParameterizedTest
    @CsvSource({
        "-2, ''",
        "-2, Risk is assessed",
        "-1, ''",
    })
    void sendsNothingThatTheModelDoesNotOffer(String to, String condition) {
        instance.json(list(ofModel("Standard", -5))).json(offers(to, to.equals("-1"), condition));

        assertThat(move())
                .isEqualTo("unavailable "
                        + (condition.isEmpty()
                                ? Messages.ChangeTransitioner_Unavailable("CHG1", "New", "Scheduled")
                                : Messages.ChangeTransitioner_UnavailableBecause(
                                        "CHG1", "New", "Scheduled", condition)));
        assertThat(instance.sent()).containsExactly(READ, NEXT_STATES);
    }

    /** It may be one that does not offer the transition. */
    @Test
    void aHiddenModelDecidesToo() {
        instance.json(list(withHiddenModel(standard(-5)))).json(offers("-2", false, ""));
        assertThat(move()).startsWith("unavailable ");
        assertThat(instance.sent()).containsExactly(READ, NEXT_STATES);
    }

    @Test
    void aChangeOfAnotherModelIsMovedByPeople() {
        ChangeRequest scheduled = ChangeFixture.change()
                .title(TITLE)
                .state(-2)
                .plannedStart(NOW.plusSeconds(60))
                .type("standard")
                .model(new ChangeModel(id('e').value(), "Low risk", "Ready"))
                .get();
        assertThat(transitioner.explain(waiter.approval, scheduled, waits, NOW)).isSameAs(waits);
        assertThat(waiter.told)
                .map(Object::toString)
                .containsExactly(Messages.ChangeTransitioner_OtherModel("CHG1", "Low risk"));
    }
}
