package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgendaTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

    private final Agenda<Integer> agenda = new Agenda<>();

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
            agenda.put(each, NOW.plusSeconds(each < due ? each - due : far ? 3600 + each : each - due + 1));
        });
        List<Integer> expected = IntStream.range(0, taken).boxed().toList();
        Instant first = agenda.first();
        if (due == 0) {
            assertThat(agenda.take(NOW)).isEmpty();
            assertThat(agenda.first()).isEqualTo(first);
        } else {
            assertThat(agenda.take(NOW, NOW.plusSeconds(100), 10)).isEqualTo(expected);
        }
        assertThat(agenda.take(Instant.MAX)).hasSize(due + soon + 4 - taken);
        assertThat(agenda.first()).isNull();
    }

    @Test
    void fewerThanABatchAreTakenTogether() {
        agenda.put(1, NOW);
        agenda.put(2, NOW.plusSeconds(1));
        agenda.put(3, NOW.plusSeconds(9));
        assertThat(agenda.take(NOW, NOW.plusSeconds(5), 10)).containsExactly(1, 2);
    }

    @Test
    void whatIsDueAtTheSameTimeComesInTurn() {
        agenda.put(1, NOW);
        agenda.put(2, NOW);
        agenda.put(3, NOW);
        agenda.put(1, NOW);
        assertThat(agenda.take(NOW)).containsExactly(2, 3, 1);
    }

    @Test
    void aThingIsThereOnce() {
        agenda.put(1, NOW.plusSeconds(5));
        agenda.put(1, NOW);
        assertThat(agenda.take(NOW)).containsExactly(1);
        assertThat(agenda.first()).isNull();
    }
}
