package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.Separation;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.localizer.Localizable;

/** What becomes of a deployment by its approvals: what is read, and in doubt it waits. */
class ApprovalCheckTest extends ScriptedInstanceTestBase {
    private static final String APPROVALS = "GET /api/now/table/sysapproval_approver sysapprovalIN" + id('a');
    private static final String STARTERS = "GET /api/now/table/sys_user user_nameINalice";
    private static final String OWN = "GET /api/now/table/sys_user user_nameINuser";
    private static final ChangeRequest APPROVED = change('a', "CHG1", ChangeState.IMPLEMENT, "normal", null);
    private static final Starter ALICE = new Starter("Alice", "alice", false);

    private final ApprovalCheck check = new ApprovalCheck(context);
    private Separation separation = new Separation("Production", false, Set.of(ALICE), null);
    private Supplier<Separation> separations = () -> separation;
    private int status = 200;
    private String approvals = list(approval('b', "approved", "bob"));
    private String users = list(user('a', "alice"), user('e', "user"));

    @BeforeEach
    void answer() {
        instance.answer(request -> ScriptedAnswers.response(
                status,
                "application/json",
                status != 200 ? OWN_ERROR : request.url().encodedPath().endsWith("sys_user") ? users : approvals));
    }

    private static String approval(char approver, String state, String by) {
        return ("{'sysapproval':{'value':'" + id('a') + "'},'approver':{'value':'" + id(approver)
                        + "'},'approver.user_name':{'value':'" + by + "'},'state':{'value':'" + state
                        + "'},'sys_updated_by':{'value':'" + by
                        + "'},'sys_updated_on':{'value':'2026-12-01 19:00:00'}}")
                .replace('\'', '"');
    }

    private static String user(char sysId, String name) {
        return "{\"sys_id\":\"" + id(sysId) + "\",\"user_name\":\"" + name + "\"}";
    }

    private class Separated extends Waiter {
        Separated(String number) {
            super(number);
            record.link(APPROVED);
        }

        @Override
        public Separation separation() {
            return separations.get();
        }
    }

    private ApprovalCheck.Verdict verdict(Separated waiter, ChangeRequest change) {
        PolledChange polled = polled(waiter, change);
        return check.complete(waiter.approval, change, polled.decision(), check.read(Map.of(waiter.approval, polled)));
    }

    private PolledChange polled(Separated waiter, ChangeRequest change) {
        return new PolledChange(
                change,
                waiter.approval.decide(
                        change,
                        context.instanceClock().instant(),
                        context.states().get()));
    }

    /** What becomes of a deployment whose change is approved, in a word or two. */
    private String released(Separated waiter) {
        return text(verdict(waiter, APPROVED));
    }

    private static String text(ApprovalCheck.Verdict verdict) {
        ReleaseDecision decision = verdict.decision();
        return decision.getClass().getSimpleName() + " " + decision.reason().getKey()
                + (verdict.isFinal() ? "" : ", not final");
    }

    private String released() {
        return released(new Separated(null));
    }

    // ---- before a release

    @Test
    void anotherPersonsApprovalReleases() {
        assertThat(released()).isEqualTo("Proceed ReleaseRule.Released");
        assertThat(instance.sent()).containsExactly(APPROVALS, STARTERS, OWN);
    }

    @Test
    void theStartersOwnApprovalDoesNot() {
        approvals = list(approval('a', "approved", "alice"));
        assertThat(released()).isEqualTo("Refuse SeparationRule.NobodyElse");
    }

    @Test
    void nobodyIsAnotherThanAPersonWhoIsNotKnown() {
        users = list(user('e', "user"));
        assertThat(released()).isEqualTo("Refuse ApprovalCheck.UnknownUser");
        separation = new Separation("Production", false, Set.of(), Messages._ChangePoller_Absent("CHG1"));
        assertThat(released()).isEqualTo("Refuse ChangePoller.Absent");
    }

    @Test
    void theIntegrationUserHasToBeKnown() {
        users = list(user('a', "alice"));
        assertThat(released()).isEqualTo("Refuse ApprovalCheck.UnknownIntegrationUser");
    }

    @ParameterizedTest
    @CsvSource({"false, Refuse ApprovalCheck.StandardChange", "true, Proceed ReleaseRule.Released"})
    void nobodyApprovesAStandardChange(boolean preApproved, String outcome) {
        separation = new Separation("Production", preApproved, Set.of(ALICE), null);
        ChangeRequest standard = change('a', "CHG1", ChangeState.IMPLEMENT, "standard", null);
        assertThat(text(verdict(new Separated(null), standard))).isEqualTo(outcome);
        assertThat(instance.sent()).containsExactly(STARTERS);
    }

    /** Settings that can't be read concern no other deployment of the poll. */
    @Test
    void whatIsBrokenForOneDeploymentIsBrokenForItAlone() {
        IllegalStateException ours = new IllegalStateException("ours");
        Separated other = new Separated(null);
        Separated broken = new Separated(null) {
            @Override
            public Separation separation() {
                throw ours;
            }
        };
        PolledChange polled = polled(other, APPROVED);
        ApprovalCheck.Batch batch = check.read(Map.of(other.approval, polled, broken.approval, polled));
        assertThatThrownBy(() -> check.complete(broken.approval, APPROVED, polled.decision(), batch))
                .isSameAs(ours);
        assertThat(text(check.complete(other.approval, APPROVED, polled.decision(), batch)))
                .isEqualTo("Proceed ReleaseRule.Released");
    }

    /** Who made a commit is told by other plugins, which may be broken. */
    @ParameterizedTest
    @ValueSource(classes = {NoClassDefFoundError.class, InternalError.class})
    void anErrorOfAnotherPluginConcernsOneDeploymentAlone(Class<? extends Error> type)
            throws ReflectiveOperationException {
        Error error = type.getDeclaredConstructor(String.class).newInstance("org/example/Commit");
        Separated other = new Separated(null);
        Separated broken = new Separated(null) {
            @Override
            public Separation separation() {
                throw error;
            }
        };
        PolledChange polled = polled(other, APPROVED);
        ApprovalCheck.Batch batch = check.read(Map.of(other.approval, polled, broken.approval, polled));
        assertThatThrownBy(() -> check.complete(broken.approval, APPROVED, polled.decision(), batch))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("org/example/Commit");
        assertThat(text(check.complete(other.approval, APPROVED, polled.decision(), batch)))
                .isEqualTo("Proceed ReleaseRule.Released");
    }

    // ---- what can't be read

    @Test
    void nothingIsReadWhileRequestsArePaused() {
        rateLimiter.pause(NOW, Duration.ofSeconds(90), Messages._ChangePoller_Absent("CHG1"));
        assertThat(released()).isEqualTo("Wait ApprovalCheck.Waits, not final");
        separation = null;
        Separated waiter = new Separated(null);
        assertThat(released(waiter)).as("the environment does not ask").isEqualTo("Proceed ReleaseRule.Released");
        assertThat(waiter.told).extracting(Localizable::getKey).containsExactly("ApprovalCheck.NotRead");
        assertThat(instance.sent()).isEmpty();
    }

    /** Once it has lasted for fifteen minutes over three tries. */
    @Test
    void aMissingRightEndsADeploymentThatNeedsTheApprovals() {
        status = 403;
        Separated waiter = new Separated(null);
        assertThat(released(waiter)).isEqualTo("Wait ApprovalCheck.Waits, not final");
        clock.advance(Duration.ofMinutes(8));
        assertThat(released(waiter)).isEqualTo("Wait ApprovalCheck.Waits, not final");
        clock.advance(Duration.ofMinutes(8));
        assertThat(released(waiter)).isEqualTo("Refuse ApprovalCheck.Refused");
    }

    @Test
    void aMissingRightIsToldWhereTheApprovalsAreNotNeeded() {
        status = 403;
        separation = null;
        Separated waiter = new Separated(null);
        assertThat(released(waiter)).isEqualTo("Proceed ReleaseRule.Released");
        assertThat(waiter.told).extracting(Localizable::getKey).containsExactly("ApprovalCheck.Unreadable");
        assertThat(waiter.approval.approvals().isEmpty()).isTrue();
    }

    @Test
    void noApprovalAtAllProvesNothing() {
        approvals = NONE;
        assertThat(released()).isEqualTo("Wait ApprovalCheck.Waits, not final");
    }

    @Test
    void anOutageEndsARowOfDefiniteFailures() {
        Separated waiter = new Separated(null);
        status = 403;
        released(waiter);
        assertThat(waiter.approval.definiteFailures().tries()).isEqualTo(1);
        status = 503;
        assertThat(released(waiter)).isEqualTo("Wait ApprovalCheck.Waits, not final");
        assertThat(waiter.approval.definiteFailures().tries()).isZero();
    }

    @Test
    void aConnectionThatWasRemovedEndsADeploymentAtOnce() {
        clients = () -> {
            throw ServiceNowException.of(FailureKind.CONNECTION_REMOVED, Messages._ChangePoller_Absent("CHG1"));
        };
        assertThat(released()).isEqualTo("Refuse ApprovalCheck.Refused");
    }

    /** So that a deployment does not end before the sign-ins that it may send. */
    @Test
    void aSignInThatWasNotSentDoesNotCount() {
        ServiceNowClient refused = new ScriptedAnswers()
                .then(401, "application/json", "{\"error\":\"server_error\"}")
                .client(SignIn.password("client", "secret", "user", "pass"), clock);
        clients = () -> refused;
        Separated waiter = new Separated(null);
        assertThat(released(waiter)).isEqualTo("Wait ApprovalCheck.Waits, not final");
        assertThat(waiter.approval.definiteFailures().tries()).isZero();
    }

    // ---- while it waits, and after a rejection

    @Test
    void aRejectionIsExplainedAsFarAsItIsKnown() {
        ChangeRequest rejected = ChangeFixture.change()
                .title(TITLE)
                .state(-5)
                .approval("rejected")
                .get();
        approvals = list(approval('b', "rejected", "bob"));
        assertThat(text(verdict(new Separated(null), rejected))).isEqualTo("Refuse ApprovalRound.Rejected");
        approvals = list(approval('b', "requested", "bob"));
        assertThat(text(verdict(new Separated(null), rejected))).isEqualTo("Refuse ReleaseRule.Rejected");
        assertThat(instance.sent()).containsExactly(APPROVALS, APPROVALS);
    }

    @ParameterizedTest
    @CsvSource({"requested, false, ApprovalRound.Waits", "requested, true, ReleaseRule.OnHold", "approved, false, "})
    void whomAChangeWaitsForIsReadWhileItIsRequested(String approval, boolean onHold, String reason) {
        approvals = list(approval('b', "requested", "bob"));
        ChangeRequest waiting = ChangeFixture.change()
                .title(TITLE)
                .state(-3)
                .approval(approval)
                .onHold(onHold)
                .get();
        ReleaseDecision decision = verdict(new Separated(null), waiting).decision();
        assertThat(decision).isInstanceOf(ReleaseDecision.Wait.class);
        if ("ApprovalRound.Waits".equals(reason)) {
            assertThat(decision.reason().getKey()).isEqualTo(reason);
            assertThat(instance.sent()).containsExactly(APPROVALS);
        } else {
            assertThat(decision.reason().getKey()).startsWith("ReleaseRule.");
            assertThat(instance.sent()).isEmpty();
        }
    }

    // ---- before a change is searched for

    private String start(String number) throws ServiceNowException {
        Localizable refusal = check.refusesStart(new Separated(number).approval);
        return refusal == null ? "" : refusal.getKey();
    }

    @Test
    void whereNothingIsRequiredNothingIsRead() throws Exception {
        separation = null;
        assertThat(start(null)).isEmpty();
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void aStandardChangeIsNotEvenCreated() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        assertThat(start(null)).isEqualTo("ApprovalCheck.StandardChange");
        assertThat(instance.sent()).isEmpty();
        // That of a number may be of any type.
        assertThat(start("CHG1")).isEmpty();
        separation = new Separation("Production", true, Set.of(ALICE), null);
        assertThat(start(null)).isEmpty();
    }

    @Test
    void whoCanNotBeProvenToBeAnotherMayNotAsk() throws Exception {
        assertThat(start(null)).isEmpty();
        clock.advance(UserDirectory.KNOWN_FOR);
        users = list(user('a', "alice"));
        assertThat(start(null)).isEqualTo("ApprovalCheck.UnknownIntegrationUser");
        clock.advance(UserDirectory.KNOWN_FOR);
        users = list(user('e', "user"));
        assertThat(start(null)).isEqualTo("ApprovalCheck.UnknownUser");
    }

    @ParameterizedTest
    @CsvSource({"400", "403", "404"})
    void usersThatMustNotBeReadAreARefusal(int definite) throws Exception {
        status = definite;
        assertThat(start(null)).isEqualTo("ApprovalCheck.UsersUnreadable");
    }

    @Test
    void anOutageIsNoRefusal() {
        status = 503;
        assertThatThrownBy(() -> start(null))
                .isInstanceOfSatisfying(
                        ServiceNowException.class, e -> assertThat(e.problem()).isEqualTo(FailureKind.UNAVAILABLE));
    }
}
