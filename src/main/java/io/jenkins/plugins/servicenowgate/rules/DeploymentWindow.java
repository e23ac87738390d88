package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jvnet.localizer.Localizable;

/**
 * The windows in which deployments are planned: on some days of the week, from a time of day in a time zone, for some hours.
 * Starts follow the rules of the zone: a time of day that daylight saving skips is as much later as the clock is put
 * forward, and one that occurs twice is the first of the two. Every window has its full hours.
 *
 * @param start the time of day
 * @param hours the length, 1 to {@value #MAX_HOURS}
 * @param days the days on which windows start
 */
public record DeploymentWindow(
        @NonNull LocalTime start,
        int hours,
        @NonNull ZoneId zone,
        @NonNull Set<DayOfWeek> days) {
    /** A week. */
    public static final int MAX_HOURS = 168;

    private static final Pattern START = Pattern.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])");
    private static final Pattern HOURS = Pattern.compile("[1-9][0-9]{0,2}");

    /** Long enough for the next window of each week after the longest window, also where a zone skips a whole day. */
    private static final int DAYS_AHEAD = 28;

    public DeploymentWindow {
        days = Set.copyOf(days);
    }

    /** A planned start and end, both inclusive. */
    public record Planned(@NonNull Instant start, @NonNull Instant end) {
        /** Until then, at least half of it is left. */
        @NonNull
        public Instant middle() {
            return start.plus(Duration.between(start, end).dividedBy(2));
        }
    }

    /**
     * @param start for example {@code 20:00}
     * @param hours a whole number
     * @param zone the name of a time zone, for example {@code Europe/Berlin}
     * @param days for example {@code MON-THU} or {@code SAT,SUN}; null for every day
     * @throws IllegalArgumentException for a value that is missing or invalid; the message is for people
     */
    @NonNull
    public static DeploymentWindow parse(
            @CheckForNull String start,
            @CheckForNull String hours,
            @CheckForNull String zone,
            @CheckForNull String days) {
        return new DeploymentWindow(
                start(given("start", start)),
                hours(given("hours", hours)),
                zone(given("zone", zone)),
                days == null ? EnumSet.allOf(DayOfWeek.class) : days(days.strip()));
    }

    /** Parses {@link #text}. */
    @NonNull
    public static DeploymentWindow parse(@NonNull String text) {
        String[] parts = text.split(" ", 4);
        return parse(part(parts, 0), part(parts, 1), part(parts, 2), parts.length > 3 ? parts[3] : "");
    }

    @CheckForNull
    private static String part(String[] parts, int index) {
        return index < parts.length ? parts[index] : null;
    }

    private static String given(String name, @CheckForNull String text) {
        if (text == null || text.isBlank()) {
            throw bad(Messages._DeploymentWindow_Missing(name));
        }
        return text.strip();
    }

    private static IllegalArgumentException bad(Localizable problem) {
        return new IllegalArgumentException(problem.toString());
    }

    private static LocalTime start(String text) {
        Matcher time = START.matcher(text);
        if (!time.matches()) {
            throw bad(Messages._DeploymentWindow_Start(TextSanitizer.clean(text, 80)));
        }
        return LocalTime.of(Integer.parseInt(time.group(1)), Integer.parseInt(time.group(2)));
    }

    private static int hours(String text) {
        int hours = HOURS.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (hours < 1 || hours > MAX_HOURS) {
            throw bad(Messages._DeploymentWindow_Hours(TextSanitizer.clean(text, 80), String.valueOf(MAX_HOURS)));
        }
        return hours;
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw bad(Messages._DeploymentWindow_Zone(TextSanitizer.clean(text, 80)));
        }
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            DayOfWeek first = day(ends[0]);
            DayOfWeek last = ends.length == 2 ? day(ends[1]) : ends.length == 1 ? first : null;
            if (first == null || last == null) {
                throw bad(Messages._DeploymentWindow_Days(TextSanitizer.clean(text, 80)));
            }
            for (DayOfWeek day = first; day != last; day = day.plus(1)) {
                days.add(day);
            }
            days.add(last);
        }
        return days;
    }

    @CheckForNull
    private static DayOfWeek day(String text) {
        String wanted = text.strip().toUpperCase(Locale.ROOT);
        return Stream.of(DayOfWeek.values())
                .filter(day -> name(day).equals(wanted))
                .findFirst()
                .orElse(null);
    }

    private static String name(DayOfWeek day) {
        return day.name().substring(0, 3);
    }

    /** One text for all notations of the same windows, for example {@code 20:00 2 Europe/Berlin MON,TUE,WED,THU}. */
    @NonNull
    public String text() {
        return start + " " + hours + " " + zone + " "
                + days.stream().sorted().map(DeploymentWindow::name).collect(Collectors.joining(","));
    }

    /** The window for a deployment that is requested at that time: the open one if at least half of it is left, else the next. */
    @NonNull
    public Planned at(@NonNull Instant now) {
        return from(now)
                .filter(planned -> !planned.middle().isBefore(now))
                .findFirst()
                .orElseThrow();
    }

    /** The first window that starts later. */
    @NonNull
    public Planned after(@NonNull Instant start) {
        return from(start)
                .filter(planned -> planned.start().isAfter(start))
                .findFirst()
                .orElseThrow();
    }

    /** Whether this is exactly one of the windows. */
    public boolean contains(@NonNull Instant start, @NonNull Instant end) {
        return from(start).anyMatch(new Planned(start, end)::equals);
    }

    /** The windows in order, from those that may be open at that time. */
    private Stream<Planned> from(Instant instant) {
        LocalDate first = instant.minus(Duration.ofHours(hours))
                .atZone(zone)
                .toLocalDate()
                .minusDays(1);
        return first.datesUntil(first.plusDays(DAYS_AHEAD)).filter(this::isDay).map(this::on);
    }

    private boolean isDay(LocalDate date) {
        return days.contains(date.getDayOfWeek())
                // A zone that moves across the date line skips a whole day.
                && date.atStartOfDay(zone).toLocalDate().equals(date);
    }

    private Planned on(LocalDate date) {
        Instant begin = ZonedDateTime.of(date, start, zone).toInstant();
        return new Planned(begin, begin.plus(Duration.ofHours(hours)));
    }
}
