package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleQueueTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

    private final ScheduleQueue<Integer> schedule = new ScheduleQueue<>();

    /** Entry i is due i seconds after NOW, minus how many are due by then. */
    @ParameterizedTest(name = "{0} due, {1} soon: {2} are taken")
    @CsvSource({
        "0, 5, 0",
        "3, 0, 3",
        "3, 2, 5",
        "3, 9, 10",
        "3, 25, 10",
        "10, 5, 10",
        "12, 5, 17",
        "12, 9, 20",
        "20, 9, 20"
    })
    void whatIsSoonFillsBatchesAndStartsNone(int due, int soon, int taken) {
        IntStream.range(0, due + soon + 4).forEach(each -> {
            boolean far = each >= due + soon;
            schedule.put(each, NOW.plusSeconds(each < due ? each - due : far ? 3600 + each : each - due + 1));
        });
        List<Integer> expected = IntStream.range(0, taken).boxed().toList();
        Instant first = schedule.first();
        if (due == 0) {
            assertThat(schedule.take(NOW)).isEmpty();
            assertThat(schedule.first()).isEqualTo(first);
        } else {
            assertThat(schedule.take(NOW, NOW.plusSeconds(100), 10)).isEqualTo(expected);
        }
        assertThat(schedule.take(Instant.MAX)).hasSize(due + soon + 4 - taken);
        assertThat(schedule.first()).isNull();
    }

    @Test
    void fewerThanABatchAreTakenTogether() {
        schedule.put(1, NOW);
        schedule.put(2, NOW.plusSeconds(1));
        schedule.put(3, NOW.plusSeconds(9));
        assertThat(schedule.take(NOW, NOW.plusSeconds(5), 10)).containsExactly(1, 2);
    }

    @Test
    void whatIsDueAtTheSameTimeComesInTurn() {
        schedule.put(1, NOW);
        schedule.put(2, NOW);
        schedule.put(3, NOW);
        schedule.put(1, NOW);
        assertThat(schedule.take(NOW)).containsExactly(2, 3, 1);
    }

    @Test
    void aThingIsThereOnce() {
        schedule.put(1, NOW.plusSeconds(5));
        schedule.put(1, NOW);
        assertThat(schedule.take(NOW)).containsExactly(1);
        assertThat(schedule.first()).isNull();
    }
}
