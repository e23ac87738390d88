package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gates of one connection from admission to their end, against the simulator. */
class ChangePollerTest extends PollingTestBase {
    @Test
    void createsWaitsAndGoesAtImplement() {
        Waiter waiter = byTitle();
        SimulatedChange change = theChange();
        runUntil(() -> simulator.requests().count(Endpoint.LIST) >= 3);
        assertThat(waiter.isReleased()).isFalse();
        assertThat(waiter.lines())
                .as("a line when something changes, not at every poll")
                .containsExactly("ChangeResolver.Created", "ReleaseRule.WaitsForImplement");

        simulator.people().advance(change.number());
        runUntil(() -> waiter.lines().size() == 3);
        simulator.people().approve(change.number());
        runUntil(waiter::isReleased);

        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().get("short_description").stringValue())
                            .isEqualTo(TITLE);
                    assertThat(request.json().get("description").stringValue()).isEqualTo("d");
                });
        assertThat(poller.size()).isZero();
    }

    @Test
    void sendsNothingThatItCouldNotRememberAndEndsShut() {
        Waiter waiter = new Waiter(TITLE, null);
        waiter.diskFull.set(true);
        waiter.admit();

        runUntil(() -> "ChangePoller.Failed".equals(waiter.refusal()));
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void usesTheOpenChangeOfTheTitle() {
        SimulatedChange open = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().approve(open.number());
        Waiter waiter = byTitle();

        runUntil(waiter::isReleased);
        assertThat(waiter.record.number()).isEqualTo(open.number());
        assertThat(waiter.lines()).containsExactly("ChangeResolver.LinkedByTitle");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    @Test
    void createsANewOneWhereTheOldIsCanceled() {
        SimulatedChange old = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().cancel(old.number());
        Waiter waiter = byTitle();

        runUntil(() -> waiter.record.isLinked());
        assertThat(simulator.changes()).hasSize(2);
        assertThat(waiter.record.number()).isNotEqualTo(old.number());
    }

    @Test
    void refusesToChooseAmongSeveral() {
        String first = simulator.addChange(Map.of("short_description", TITLE)).number();
        String second = simulator.addChange(Map.of("short_description", TITLE)).number();
        Waiter waiter = byTitle();

        runUntil(() -> "ChangeResolver.SeveralChanges".equals(waiter.refusal()));
        assertThat(waiter.refusal.toString()).contains(first + ", " + second);
    }

    @Test
    void goesByTheNumberAlone() {
        SimulatedChange other = simulator.addChange(Map.of("short_description", "something else"));
        simulator.people().approve(other.number());
        Waiter waiter = new Waiter(TITLE, " " + other.number() + " ").admit();

        runUntil(waiter::isReleased);
        assertThat(waiter.lines()).containsExactly("ChangeResolver.LinkedByNumber");
    }

    /** Numbers nobody has, with a path, with a query, in another case: errors, and never a reason to create. */
    @ParameterizedTest
    @ValueSource(
            strings = {"CHG9999999", "../CHG0030001", "CHG0030001^ORactive=true", "chg0030001", "", "javascript:1"})
    void refusesNumbersThatCannotBeRead(String number) {
        SimulatedChange other = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().approve(other.number());
        Waiter waiter = new Waiter(TITLE, number).admit();

        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isIn("ChangeResolver.NumberNotFound", "ChangeResolver.NumberMalformed");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    @Test
    void refusesWhatWasRejectedCanceledOrIsOver() {
        Waiter rejected = new Waiter(TITLE, null).admit();
        Waiter canceled = new Waiter(TITLE.replace("shop", "b"), null).admit();
        Waiter over = new Waiter(TITLE.replace("shop", "c"), null).admit();
        runUntil(() -> rejected.record.isLinked() && canceled.record.isLinked() && over.record.isLinked());
        simulator.people().advance(rejected.record.number()).reject(rejected.record.number());
        simulator.people().cancel(canceled.record.number());
        simulator.people().window(over.record.number(), null, clock.instant().minusSeconds(60));

        runUntil(() -> "ApprovalRound.Rejected".equals(rejected.refusal()));
        runUntil(() -> "ReleaseRule.Finished".equals(canceled.refusal()));
        runUntil(() -> "ReleaseRule.WindowPassed".equals(over.refusal()));
    }

    @Test
    void waitsOnHoldAndForThePlannedStart() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.people().approve(change.number()).hold(change.number(), "database down");
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsOnHold"));
        Instant start = clock.instant().plus(Duration.ofMinutes(30)).truncatedTo(ChronoUnit.SECONDS);
        simulator.people().window(change.number(), start, null).resume(change.number());
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForStart"));
        runUntil(waiter::isReleased);

        assertThat(clock.instant()).isBetween(start, start.plusSeconds(1));
    }

    @Test
    void pollsAllWaitingChangesTogether() {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            waiters.add(new Waiter(TITLE.replace("shop", "s" + i), null).admit());
        }
        runUntil(() -> waiters.stream().allMatch(w -> w.record.isLinked()));
        simulator.requests().clear();
        runUntil(() -> simulator.requests().count(Endpoint.LIST) >= 8);

        assertThat(simulator.requests().to(Endpoint.LIST).subList(2, 8)).allSatisfy(request -> {
            String query = request.query().get("sysparm_query");
            assertThat(query).startsWith("sys_idIN");
            assertThat(query.split(",")).hasSizeBetween(50, 100);
        });
        for (Waiter waiter : waiters) {
            simulator.people().approve(waiter.record.number());
        }
        runUntil(() -> waiters.stream().allMatch(Waiter::isReleased));
        assertThat(simulator.requests().count(Endpoint.TOKEN)).isZero();
    }

    @Test
    void refusesATitleThatWasCut() {
        simulator.behaviour().titleLength(40);
        Waiter waiter = byTitle();

        runUntil(() -> "ChangeResolver.TitleNotKept".equals(waiter.refusal()));
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void reportsTransientFailuresOnceAndContinues() {
        Waiter waiter = byTitle();
        SimulatedChange change = theChange();
        runUntil(() -> waiter.record.isLinked());
        simulator.faults().on(Endpoint.LIST).times(4, Fault.unavailable());
        runUntil(() -> waiter.lines().contains("ChangePoller.AvailableAgain"));
        simulator.people().approve(change.number());
        runUntil(waiter::isReleased);

        assertThat(waiter.lines())
                .filteredOn(
                        line -> "ChangePoller.Unavailable".equals(line) || "ChangePoller.AvailableAgain".equals(line))
                .containsExactly("ChangePoller.Unavailable", "ChangePoller.AvailableAgain");
        assertThat(waiter.outages).containsExactly("ChangePoller.Unavailable");
    }

    @Test
    void waitsTwiceAsLongAfterEachFailedRound() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        simulator.requests().clear();
        simulator.faults().on(Endpoint.LIST).times(6, Fault.unavailable());
        runUntil(() -> waiter.lines().contains("ChangePoller.AvailableAgain"));

        List<RecordedRequest> rounds = simulator.requests().to(Endpoint.LIST);
        assertThat(rounds).hasSize(7);
        for (int failures = 1; failures <= 6; failures++) {
            Duration gap = Duration.between(
                    rounds.get(failures - 1).time(), rounds.get(failures).time());
            Duration wait = policy.firstRetry().multipliedBy(1L << (failures - 1));
            assertThat(gap)
                    .as("after %s failures", failures)
                    .isBetween(
                            wait.multipliedBy(4).dividedBy(5),
                            wait.multipliedBy(6).dividedBy(5).plusSeconds(1));
        }
    }

    @Test
    void leavesTheInstanceAloneForAsLongAsItAsks() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        simulator.faults().on(Endpoint.LIST).once(Fault.rateLimited(Duration.ofMinutes(10)));
        runUntil(() -> waiter.lines().contains("ChangePoller.AvailableAgain"));

        List<RecordedRequest> polls = simulator.requests().to(Endpoint.LIST);
        Duration longest = Duration.ZERO;
        for (int i = 1; i < polls.size(); i++) {
            Duration gap =
                    Duration.between(polls.get(i - 1).time(), polls.get(i).time());
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }
        assertThat(longest).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
    }

    @Test
    void refusesWhatWaitingCannotMend() {
        Waiter waiting = byTitle();
        runUntil(() -> waiting.record.isLinked());
        simulator.rejectUser(true);
        simulator.revokeTokens();
        runUntil(() -> "ChangePoller.Refused".equals(waiting.refusal()));
        assertThat(waiting.refusal.toString()).contains("check the OAuth client id");

        noConnection = ServiceNowException.of(FailureKind.CONFIGURATION, Messages._Transport_NotFound("x", "gone"));
        Waiter fresh = byTitle();
        runUntil(() -> "ChangePoller.Refused".equals(fresh.refusal()));
    }

    @Test
    void keepsPollingAChangeThatIsMissingButNotForEver() {
        Waiter waiter = byTitle();
        SimulatedChange change = theChange();
        runUntil(() -> waiter.record.isLinked());
        simulator.people().hide(change.number());
        runUntil(() -> waiter.lines().contains("ChangePoller.Absent"));
        simulator.people().show(change.number());
        int polls = simulator.requests().count(Endpoint.LIST);
        runUntil(() -> simulator.requests().count(Endpoint.LIST) > polls + 3);
        assertThat(waiter.refusal()).isNull();

        simulator.people().hide(change.number());
        runUntil(() -> "ChangePoller.Vanished".equals(waiter.refusal()));
        assertThat(waiter.outages).contains("ChangePoller.Absent").doesNotContain("ReleaseRule.WaitsForImplement");
    }

    @Test
    void neverGoesOnAnUnreadableAnswer() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());
        for (Fault fault : List.of(
                Fault.html(),
                Fault.emptyBody(),
                Fault.errorInSuccess(),
                Fault.cutOffJson(),
                Fault.garbage(),
                Fault.redirectToLogin(),
                Fault.hugeBody(17))) {
            simulator.faults().on(Endpoint.LIST).always(fault);
            simulator.people().approve(change.number());
            int before = simulator.requests().count(Endpoint.LIST);
            runUntil(() -> simulator.requests().count(Endpoint.LIST) > before + 2);
            assertThat(waiter.isReleased()).as(fault.toString()).isFalse();
            assertThat(waiter.refusal()).as(fault.toString()).isNull();
        }
        simulator.faults().clear();
        runUntil(waiter::isReleased);
    }

    @Test
    void isSilentAfterItWasWithdrawn() {
        Waiter waiter = byTitle();
        SimulatedChange change = theChange();
        runUntil(() -> waiter.record.isLinked());
        assertThat(poller.cancel(waiter.approval)).isTrue();
        assertThat(poller.cancel(waiter.approval)).isFalse();
        simulator.people().approve(change.number());
        Waiter other = new Waiter(TITLE, null).admit();
        runUntil(other::isReleased);

        assertThat(waiter.isReleased()).isFalse();
        assertThat(poller.size()).isZero();
    }
}
