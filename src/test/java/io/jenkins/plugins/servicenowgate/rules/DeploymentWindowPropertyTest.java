package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** For every window, zone and time, near changes of daylight saving time above all. */
class DeploymentWindowPropertyTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Provide
    Arbitrary<DeploymentWindow> windows() {
        return Combinators.combine(
                        // The hours around midnight are those in which clocks are put forward and back.
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(0, 4 * 60)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 24 * 60 - 1))),
                        Arbitraries.integers().between(1, 72),
                        Arbitraries.of(
                                "Europe/Berlin",
                                "America/New_York",
                                "America/Sao_Paulo",
                                "Australia/Lord_Howe",
                                "Asia/Beirut",
                                "Asia/Kathmandu",
                                "Africa/Cairo",
                                "Pacific/Apia",
                                "Pacific/Chatham",
                                "Antarctica/Troll",
                                "UTC",
                                "-03:30"),
                        Arbitraries.of(DayOfWeek.values()).set().ofMinSize(1))
                .as((start, hours, zone, days) ->
                        new DeploymentWindow(LocalTime.ofSecondOfDay(start * 60L), hours, ZoneId.of(zone), days));
    }

    /** Within a week of a change of the offset in half of all tries. */
    @Provide
    Arbitrary<Long> seconds() {
        return Arbitraries.longs()
                .between(
                        Instant.parse("2011-01-01T00:00:00Z").getEpochSecond(),
                        Instant.parse("2040-01-01T00:00:00Z").getEpochSecond());
    }

    private static Instant near(DeploymentWindow window, long seconds, boolean change) {
        Instant now = Instant.ofEpochSecond(seconds);
        ZoneOffsetTransition next = window.zone().getRules().nextTransition(now);
        return change && next != null ? next.getInstant().plusSeconds(seconds % 172_800 - 100_000) : now;
    }

    @Property
    void theWindowIsUsefulAndOnItsDay(
            @ForAll("windows") DeploymentWindow window, @ForAll("seconds") long seconds, @ForAll boolean change) {
        Instant now = near(window, seconds, change);
        DeploymentWindow.Planned planned = window.at(now);

        assertThat(Duration.between(planned.start(), planned.end())).isEqualTo(Duration.ofHours(window.hours()));
        Duration left = Duration.between(now.isAfter(planned.start()) ? now : planned.start(), planned.end());
        assertThat(left.multipliedBy(2)).isGreaterThanOrEqualTo(Duration.ofHours(window.hours()));
        ZonedDateTime start = planned.start().atZone(window.zone());
        ZoneOffsetTransition transition =
                window.zone().getRules().previousTransition(planned.start().plusSeconds(1));
        boolean skipped = !start.toLocalTime().equals(window.start());
        if (skipped) {
            // The wanted time lies in the gap, and so many minutes after its begin as the start lies after its end.
            assertThat(transition.isGap()).isTrue();
            assertThat(start.toLocalDateTime().minus(transition.getDuration()).toLocalTime())
                    .isEqualTo(window.start());
            assertThat(Duration.between(transition.getInstant(), planned.start()))
                    .isLessThan(transition.getDuration());
        } else {
            assertThat(window.days()).contains(start.getDayOfWeek());
            assertThat(start.getOffset())
                    .as("the first of two")
                    .isEqualTo(start.withEarlierOffsetAtOverlap().getOffset());
        }
        assertThat(window.contains(planned.start(), planned.end())).isTrue();
        assertThat(window.contains(planned.start(), planned.end().minusSeconds(1)))
                .isFalse();
        Statistics.label("open")
                .collect(now.isAfter(planned.start()))
                .coverage(check -> check.check(true).percentage(part -> part > 2));
    }

    /** A second, slower computation: minute by minute, until a time is one at which a window starts. */
    @Property(tries = 200)
    void noWindowIsPassedOver(
            @ForAll("windows") DeploymentWindow window, @ForAll("seconds") long seconds, @ForAll boolean change) {
        Instant now = near(window, seconds, change);
        Instant earliest = now.minus(Duration.ofHours(window.hours()).dividedBy(2));
        Instant first = earliest.minusSeconds(Math.floorMod(earliest.getEpochSecond(), 60));
        if (first.isBefore(earliest)) {
            first = first.plus(MINUTE);
        }
        Instant found = first;
        while (!starts(window, found)) {
            found = found.plus(MINUTE);
        }
        Instant start = window.at(now).start();
        if (isPlain(window, start)) {
            assertThat(start).isEqualTo(found);
        } else {
            // It is in a gap, which the slow computation does not know.
            assertThat(start).isBeforeOrEqualTo(found);
        }
    }

    private static boolean starts(DeploymentWindow window, Instant instant) {
        ZonedDateTime there = instant.atZone(window.zone());
        return isPlain(window, instant)
                && window.days().contains(there.getDayOfWeek())
                && there.withEarlierOffsetAtOverlap().equals(there);
    }

    private static boolean isPlain(DeploymentWindow window, Instant instant) {
        return instant.atZone(window.zone()).toLocalTime().equals(window.start());
    }

    @Property
    void theNextWindowStartsLaterAndIsTheNearest(
            @ForAll("windows") DeploymentWindow window, @ForAll("seconds") long seconds, @ForAll boolean change) {
        Instant now = near(window, seconds, change);
        DeploymentWindow.Planned next = window.after(now);
        assertThat(next.start()).isAfter(now);
        assertThat(window.after(next.start().minusSeconds(1))).isEqualTo(next);
        assertThat(window.at(next.start()))
                .satisfies(at -> assertThat(at.start()).isBeforeOrEqualTo(next.start()));
        if (window.days().equals(Set.of(DayOfWeek.values()))) {
            assertThat(Duration.between(now, next.start())).isLessThanOrEqualTo(Duration.ofHours(49));
        }
    }

    @Property
    void everyTextIsReadAgain(@ForAll("windows") DeploymentWindow window) {
        assertThat(DeploymentWindow.parse(window.text())).isEqualTo(window);
    }
}
