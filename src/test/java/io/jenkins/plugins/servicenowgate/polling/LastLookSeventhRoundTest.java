package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.simulator.Approvers;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens while changes are read again before a release: to the changes, the responses, the clock and the plugin. */
class LastLookSeventhRoundTest extends LastLookTestBase {
    private static final Duration OLD = Duration.ofSeconds(11);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /** What becomes of a change that was approved when it was read first. */
    enum Fate {
        CLOSED((people, change) -> people.review(change.number()).close(change.number()), "ReleaseRule.Finished"),
        REJECTED((people, change) -> change.set("approval", "rejected").set("state", "-5"), "ReleaseRule.Rejected"),
        INACTIVE((people, change) -> change.set("active", "false"), "ReleaseRule.Inactive"),
        RENAMED((people, change) -> change.set("short_description", TITLE + " "), "ChangeMatch.Renamed"),
        BACK_TO_NEW((people, change) -> change.set("approval", "requested").set("state", "-5"), null),
        HIDDEN((people, change) -> people.hide(change.number()), null),
        OTHER_DATES((people, change) -> change.set("start_date", "2030-01-01 00:00:00"), null),
        DATE_WITH_ZONE((people, change) -> change.set("start_date", "2026-12-01T00:00:00Z"), null),
        OTHER_TYPE((people, change) -> change.set("type", "standard"), null);

        private final BiConsumer<Approvers, SimulatedChange> act;
        private final String refusal;

        Fate(BiConsumer<Approvers, SimulatedChange> act, String refusal) {
            this.act = act;
            this.refusal = refusal;
        }
    }

    /** After the first of the deployments was judged, all were read too long ago. */
    private void judgedSlowly(List<Waiter> all, Runnable meanwhile) {
        all.forEach(waiter -> waiter.whileJudged = () -> {
            all.forEach(each -> each.whileJudged = () -> {});
            time.elapsed(OLD);
            meanwhile.run();
        });
    }

    private static boolean isOver(Waiter waiter) {
        return waiter.isReleased() || waiter.refusal() != null;
    }

    @ParameterizedTest
    @EnumSource(Fate.class)
    void whatBecomesOfTheChangeMeanwhileCounts(Fate fate) {
        Waiter waiter = new Waiter(TITLE, null);
        poller.start(waiter.approval);
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForImplement"));
        SimulatedChange change = theChange();
        simulator.requests().clear();
        judgedSlowly(List.of(waiter), () -> {
            assertThat(waiter.isReleased()).isFalse();
            fate.act.accept(simulator.people(), change);
        });
        approve(List.of(waiter));
        if (fate.refusal != null) {
            runUntil(() -> isOver(waiter));
            assertThat(waiter.refusal()).isEqualTo(fate.refusal);
        } else {
            time.runFor(Duration.ofMinutes(10));
        }
        assertThat(waiter.isReleased()).isFalse();
        assertThat(reads()).as("polled, and read again").isGreaterThanOrEqualTo(2);
    }

    /** Whatever the second response is: it is no proof, neither for nor against the deployment. */
    @ParameterizedTest
    @ValueSource(strings = {"429", "503", "html", "cutOff", "401", "403", "404", "reset", "empty", "error"})
    void aBadSecondResponseDecidesNothing(String kind) {
        Fault fault =
                switch (kind) {
                    case "429" -> Fault.rateLimited(Duration.ofMinutes(3));
                    case "503" -> Fault.unavailable();
                    case "html" -> Fault.html();
                    case "cutOff" -> Fault.cutOffJson();
                    case "401" -> Fault.unauthorized();
                    case "403" -> Fault.forbidden();
                    case "404" -> Fault.notFound();
                    case "reset" -> Fault.connectionReset();
                    case "empty" -> Fault.emptyBody();
                    default -> Fault.errorInSuccess();
                };
        Waiter waiter = waiting(1).get(0);
        judgedSlowly(List.of(waiter), () -> simulator.faults().on(Endpoint.LIST).times(2, fault));
        approve(List.of(waiter));
        runUntil(() -> waiter.lines().contains("ReleaseCheck.NotReadAgain"));
        assertThat(waiter.isReleased()).isFalse();
        runUntil(() -> isOver(waiter));
        assertThat(waiter.refusal()).isNull();
        assertThat(reads()).isLessThanOrEqualTo(8);
    }

    /** One response was unreadable, so all are read again in parts: the first part is old when the last is read. */
    @Test
    void aPartThatWasReadAgainLongAgoIsNotFresh() {
        List<Waiter> all = waiting(2);
        List<Waiter> canceled = new ArrayList<>();
        judgedSlowly(all, () -> {
            simulator.faults().on(Endpoint.LIST).once(Fault.cutOffJson());
            int before = reads();
            whenAnswered = request -> {
                if (reads() - before == 3 && canceled.isEmpty()) {
                    time.elapsed(Duration.ofMinutes(2));
                    String query = simulator
                            .requests()
                            .to(Endpoint.LIST)
                            .get(before + 1)
                            .query()
                            .get("sysparm_query");
                    Waiter first = all.stream()
                            .filter(waiter ->
                                    query.contains(waiter.record.sysId().value()))
                            .findFirst()
                            .orElseThrow();
                    canceled.add(first);
                    simulator.people().cancel(first.record.number());
                }
            };
        });
        approve(all);
        runUntil(() -> all.stream().allMatch(LastLookSeventhRoundTest::isOver));
        assertThat(canceled)
                .singleElement()
                .satisfies(waiter -> assertThat(waiter.refusal()).isEqualTo("ReleaseRule.Finished"));
        assertThat(reads()).isLessThanOrEqualTo(8);
    }

    /** An instance that sends no large response, so that each request is for few changes. */
    @Test
    void fortyReleasesOnASlowInstanceWithSmallResponsesNeedFewRequests() {
        List<Waiter> all = waiting(40);
        simulator.faults().on(Endpoint.LIST).times(3, Fault.hugeBody(40));
        time.runFor(Duration.ofMinutes(5));
        latency(OLD);
        approve(all);
        simulator.requests().clear();
        Instant began = clock.instant();
        runUntil(() -> all.stream().allMatch(Waiter::isReleased));
        assertThat(reads()).as("requests for 40 releases").isLessThanOrEqualTo(30);
        assertThat(Duration.between(began, clock.instant())).isLessThan(Duration.ofMinutes(15));
    }

    /** An error of another plugin while one deployment is judged. */
    @ParameterizedTest
    @ValueSource(classes = {NoClassDefFoundError.class, StackOverflowError.class, InternalError.class})
    void anErrorInOneDeploymentHoldsNoOther(Class<? extends Error> type) throws ReflectiveOperationException {
        Error error = type.getDeclaredConstructor().newInstance();
        List<Waiter> all = waiting(10);
        Waiter broken = all.get(4);
        broken.whileJudged = () -> {
            throw error;
        };
        approve(all);
        List<Waiter> others = all.stream().filter(waiter -> waiter != broken).toList();
        runUntil(() -> others.stream().allMatch(Waiter::isReleased));
        assertThat(isOver(broken)).isFalse();
        assertThat(broken.outages).contains("ChangePoller.InternalError");
        broken.whileJudged = () -> {};
        runUntil(broken::isReleased);
    }

    /** Several deployments of one change, one of which is ended, and one of which breaks: one request reads it again. */
    @Test
    void deploymentsThatShareAChangeAreReadAgainWithOneRequest() {
        List<Waiter> all =
                IntStream.range(0, 4).mapToObj(i -> new Waiter(TITLE, null)).toList();
        all.forEach(waiter -> poller.start(waiter.approval));
        runUntil(() -> all.stream().allMatch(waiter -> waiter.lines().contains("ReleaseRule.WaitsForImplement")));
        assertThat(simulator.changes()).hasSize(1);
        time.runFor(Duration.ofMinutes(5));
        simulator.requests().clear();
        judgedSlowly(all, () -> {
            poller.cancel(all.get(2).approval);
            all.get(3).whileJudged = () -> {
                throw new IllegalStateException("ours");
            };
        });
        approve(all.subList(0, 1));
        runUntil(() -> all.get(0).isReleased() && all.get(1).isReleased());
        assertThat(reads()).isLessThanOrEqualTo(2);
        assertThat(isOver(all.get(2))).isFalse();
        assertThat(isOver(all.get(3))).isFalse();
    }

    /** Both ends of the window are inclusive, also for the time at which the change was read again. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void thePlannedEndIsInclusiveAlsoAtTheLastLook(long late) {
        Waiter waiter = waiting(1).get(0);
        String number = waiter.record.number();
        Instant planned = clock.instant().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS);
        simulator.people().window(number, planned.minusSeconds(7200), planned);
        waiter.whileJudged = () -> {
            waiter.whileJudged = () -> {};
            Duration left = Duration.between(clock.instant(), planned);
            assertThat(left).as("the last poll before the end").isPositive();
            time.elapsed(left.plusSeconds(late));
        };
        approve(List.of(waiter));
        runUntil(() -> isOver(waiter));
        assertThat(waiter.refusal()).isEqualTo(late == 0 ? null : "ReleaseRule.WindowPassed");
    }

    // ---- the clock of the controller

    private SimulatedChange approved(String title, Instant from, Instant to) {
        SimulatedChange change = simulator.addChange(Map.of("short_description", title));
        simulator.people().window(change.number(), from, to).approve(change.number());
        return change;
    }

    /** It was behind, and is set right while a second part of the poll is on its way, whose response is unreadable. */
    @Test
    void aClockThatIsSetRightWhileAPollIsReadInPartsRefusesNothing() {
        useWallClock(() -> clock.instant().plus(ahead.get()));
        ahead.set(Duration.ofHours(-8));
        List<Waiter> all = waiting(2);
        all.forEach(waiter -> simulator
                .people()
                .window(waiter.record.number(), clock.instant(), clock.instant().plusSeconds(7200)));
        approve(all);
        simulator.faults().on(Endpoint.LIST).once(Fault.cutOffJson());
        whenAnswered = request -> {
            if (reads() == 2) {
                simulator.faults().on(Endpoint.LIST).once(Fault.cutOffJson());
            } else if (reads() == 3) {
                ahead.set(Duration.ZERO);
            }
        };
        runUntil(() -> all.stream().allMatch(LastLookSeventhRoundTest::isOver));
        assertThat(ahead.get()).as("it was set").isZero();
        assertThat(all).allMatch(Waiter::isReleased);
    }

    /** Each time a response about changes is on its way, twice in a row. */
    @Test
    void aClockThatIsSetTwiceInARowReleasesNothingBeforeItsTime() {
        useWallClock(() -> clock.instant().plus(ahead.get()));
        Instant start = clock.instant().plus(Duration.ofHours(8));
        approved(TITLE, start, start.plusSeconds(7200));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        time.runFor(Duration.ofMinutes(10));
        whenAnswered = request -> {
            if (request.url().encodedPath().endsWith("/change") && ahead.get().toHours() < 10) {
                ahead.set(ahead.get().isZero() ? Duration.ofHours(1) : Duration.ofHours(10));
            }
        };
        runUntil(() -> isOver(waiter));
        assertThat(ahead.get()).isEqualTo(Duration.ofHours(10));
        assertThat(waiter.refusal()).isNull();
        assertThat(clock.instant()).isAfterOrEqualTo(start);
    }
}
