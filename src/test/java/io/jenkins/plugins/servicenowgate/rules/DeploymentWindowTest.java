package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which window a deployment gets, and how windows are written. */
class DeploymentWindowTest {
    /** Evenings of Monday to Thursday in Berlin. */
    private static final DeploymentWindow EVENINGS = DeploymentWindow.parse("20:00", "2", "Europe/Berlin", "MON-THU");

    private static DeploymentWindow.Planned planned(String start, String end) {
        return new DeploymentWindow.Planned(Instant.parse(start), Instant.parse(end));
    }

    /** 2026-12-01 is a Tuesday; Berlin is one hour ahead of UTC in winter. */
    @ParameterizedTest
    @CsvSource({
        "2026-12-01T08:00:00Z, 2026-12-01T19:00:00Z", // In the morning: this evening.
        "2026-12-01T18:59:59Z, 2026-12-01T19:00:00Z",
        "2026-12-01T19:00:00Z, 2026-12-01T19:00:00Z", // Open.
        "2026-12-01T20:00:00Z, 2026-12-01T19:00:00Z", // Exactly half of it is left.
        "2026-12-01T20:00:01Z, 2026-12-02T19:00:00Z", // Less than half is left: tomorrow.
        "2026-12-01T21:00:00Z, 2026-12-02T19:00:00Z",
        "2026-12-03T20:30:00Z, 2026-12-07T19:00:00Z", // Thursday: the next one is on Monday.
        "2026-12-05T12:00:00Z, 2026-12-07T19:00:00Z", // On a Saturday.
    })
    void takesTheOpenWindowIfHalfOfItIsLeftElseTheNext(String now, String start) {
        DeploymentWindow.Planned planned = EVENINGS.at(Instant.parse(now));
        assertThat(planned.start()).isEqualTo(Instant.parse(start));
        assertThat(planned.end()).isEqualTo(planned.start().plusSeconds(7200));
    }

    @Test
    void theWindowAfterAnotherStartsLater() {
        assertThat(EVENINGS.after(Instant.parse("2026-12-01T19:00:00Z")))
                .isEqualTo(planned("2026-12-02T19:00:00Z", "2026-12-02T21:00:00Z"));
        assertThat(EVENINGS.after(Instant.parse("2026-12-01T18:59:59Z")))
                .isEqualTo(planned("2026-12-01T19:00:00Z", "2026-12-01T21:00:00Z"));
    }

    @Test
    void onlyExactlyItsOwnWindowsAreWindows() {
        assertThat(EVENINGS.contains(Instant.parse("2026-12-01T19:00:00Z"), Instant.parse("2026-12-01T21:00:00Z")))
                .isTrue();
        assertThat(EVENINGS.contains(Instant.parse("2026-12-01T19:00:00Z"), Instant.parse("2026-12-01T21:00:01Z")))
                .isFalse();
        assertThat(EVENINGS.contains(Instant.parse("2026-12-01T20:00:00Z"), Instant.parse("2026-12-01T22:00:00Z")))
                .as("the zone of the integration user")
                .isFalse();
        assertThat(EVENINGS.contains(Instant.parse("2026-12-04T19:00:00Z"), Instant.parse("2026-12-04T21:00:00Z")))
                .as("a Friday")
                .isFalse();
    }

    /** In Berlin, the clock is put forward from 2:00 to 3:00 on 2027-03-28, and back from 3:00 to 2:00 on 2027-10-31. */
    @ParameterizedTest
    @CsvSource({
        "02:30, 2027-03-27T12:00:00Z, 2027-03-28T01:30:00Z", // Does not exist: 3:30 summer time.
        "01:30, 2027-03-27T12:00:00Z, 2027-03-28T00:30:00Z",
        "03:30, 2027-03-27T12:00:00Z, 2027-03-28T01:30:00Z",
        "02:30, 2027-03-28T12:00:00Z, 2027-03-29T00:30:00Z", // Summer time.
        "02:30, 2027-10-30T12:00:00Z, 2027-10-31T00:30:00Z", // Occurs twice: the first, summer time.
        "02:30, 2027-10-31T00:45:00Z, 2027-10-31T00:30:00Z",
        "02:30, 2027-10-31T12:00:00Z, 2027-11-01T01:30:00Z", // Winter time.
    })
    void daylightSavingFollowsTheRulesOfTheZone(String time, String now, String start) {
        DeploymentWindow window = DeploymentWindow.parse(time, "2", "Europe/Berlin", null);
        assertThat(window.at(Instant.parse(now)).start()).isEqualTo(Instant.parse(start));
    }

    /** One window a night, of two hours each, also when the clock shows one or three. */
    @Test
    void aWindowHasItsFullHoursInTheNightsOfTheChange() {
        DeploymentWindow window = DeploymentWindow.parse("01:00", "2", "Europe/Berlin", "SUN");
        assertThat(window.at(Instant.parse("2027-03-27T12:00:00Z")))
                .isEqualTo(planned("2027-03-28T00:00:00Z", "2027-03-28T02:00:00Z"));
        assertThat(window.at(Instant.parse("2027-10-30T12:00:00Z")))
                .isEqualTo(planned("2027-10-30T23:00:00Z", "2027-10-31T01:00:00Z"));
        assertThat(DeploymentWindow.parse("02:30", "1", "Europe/Berlin", null)
                        .after(Instant.parse("2027-10-31T00:30:00Z")))
                .as("the second half past two is no window")
                .isEqualTo(planned("2027-11-01T01:30:00Z", "2027-11-01T02:30:00Z"));
    }

    /** Samoa skipped Friday, 2011-12-30. */
    @Test
    void aDayThatDoesNotExistHasNoWindow() {
        DeploymentWindow fridays = DeploymentWindow.parse("20:00", "2", "Pacific/Apia", "FRI");
        assertThat(fridays.at(Instant.parse("2011-12-29T00:00:00Z")))
                .satisfies(planned -> assertThat(planned.start()
                                .atZone(ZoneId.of("Pacific/Apia"))
                                .toString())
                        .startsWith("2012-01-06T20:00"));
    }

    @Test
    void aWindowMayLastAWeekend() {
        DeploymentWindow weekend = DeploymentWindow.parse("18:00", "60", "America/New_York", "FRI");
        assertThat(weekend.at(Instant.parse("2026-12-05T12:00:00Z")))
                .as("open since the day before")
                .isEqualTo(planned("2026-12-04T23:00:00Z", "2026-12-07T11:00:00Z"));
        assertThat(weekend.at(Instant.parse("2026-12-06T12:00:00Z")).start())
                .isEqualTo(Instant.parse("2026-12-11T23:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "MON-THU; MON,TUE,WED,THU",
                "mon - thu; MON,TUE,WED,THU",
                "FRI-MON; MON,FRI,SAT,SUN",
                "SUN,SAT; SAT,SUN",
                "WED; WED",
                "MON-SUN; MON,TUE,WED,THU,FRI,SAT,SUN",
                "MON-TUE, THU-FRI; MON,TUE,THU,FRI",
                "MON-MON; MON"
            })
    void readsDaysInAnyNotation(String days, String all) {
        DeploymentWindow window = DeploymentWindow.parse(" 9:05 ", "2", " UTC ", days);
        assertThat(window.text()).isEqualTo("09:05 2 UTC " + all);
        assertThat(DeploymentWindow.parse(window.text())).isEqualTo(window);
    }

    @Test
    void withoutDaysEveryDayCounts() {
        assertThat(DeploymentWindow.parse("20:00", "24", "+02:00", null))
                .isEqualTo(
                        new DeploymentWindow(LocalTime.of(20, 0), 24, ZoneId.of("+02:00"), Set.of(DayOfWeek.values())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"24:00", "20", "20:60", "8pm", "20:00:00", "-1:00", "${START}", "1200"})
    void refusesAStartThatIsNoTimeOfDay(String start) {
        assertThatThrownBy(() -> DeploymentWindow.parse(start, "2", "UTC", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Refused: \"" + start
                        + "\" is not a valid value of start in the window. Use a time of day such as 20:00.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "169", "-2", "1.5", "two", "2h", "02", "99999999999"})
    void refusesHoursThatAreNoWholeNumberUpToAWeek(String hours) {
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00", hours, "UTC", null))
                .hasMessageContaining("\"" + hours + "\" is not a valid value of hours in the window")
                .hasMessageContaining("from 1 to 168");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berln", "Berlin", "europe/berlin", "CET/CEST", "${ZONE}", "+25:00"})
    void refusesAZoneThatDoesNotExist(String zone) {
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00", "2", zone, null))
                .hasMessageContaining("\"" + zone + "\" is not a valid value of zone in the window");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "MO-DO", "MON-", "-THU", "MON-WED-FRI", "MON,,TUE", "MON,", "weekdays", "1-5", "null"})
    void refusesDaysThatAreNoDays(String days) {
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00", "2", "UTC", days))
                .hasMessageContaining("\"" + days.strip() + "\" is not a valid value of days in the window");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> DeploymentWindow.parse(null, "2", "UTC", null))
                .hasMessageStartingWith("Refused: the window has no value for start.");
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00", " ", "UTC", null))
                .hasMessageStartingWith("Refused: the window has no value for hours.");
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00", "2", null, "MON"))
                .hasMessageStartingWith("Refused: the window has no value for zone.");
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00")).hasMessageContaining("no value for hours");
    }

    @Test
    void aTextWithoutDaysIsNoWindow() {
        assertThatThrownBy(() -> DeploymentWindow.parse("20:00 2 UTC"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"\" is not a valid value of days in the window");
    }

    /** The longest window of one day in the week, from its start: the next one begins when it ends. */
    @Test
    void aWindowOfAWeekIsFollowedByTheNext() {
        DeploymentWindow week = DeploymentWindow.parse("20:00", "168", "UTC", "TUE");
        Instant start = Instant.parse("2026-12-01T20:00:00Z");
        assertThat(week.at(start.plusSeconds(84 * 3600)).start()).isEqualTo(start);
        assertThat(week.at(start.plusSeconds(84 * 3600 + 1)).start()).isEqualTo(Instant.parse("2026-12-08T20:00:00Z"));
        assertThat(week.after(start).start()).isEqualTo(Instant.parse("2026-12-08T20:00:00Z"));
        assertThat(week.contains(start, start.plusSeconds(168 * 3600))).isTrue();
    }
}
