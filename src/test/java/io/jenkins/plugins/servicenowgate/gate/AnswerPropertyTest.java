package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever ServiceNow answers: the whole way from the bytes of an answer to the release, against a second, simpler
 * reading of the same bytes. Where that finds no proof, the gate stays shut.
 */
class AnswerPropertyTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    private static final Pace PACE =
            new Pace(Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMinutes(2), 3, 5);

    private final InstantSource clock = InstantSource.fixed(NOW);
    private final CannedInstance instance = new CannedInstance(clock);

    @Provide
    Arbitrary<MutatedAnswer> plain() {
        return MutatedAnswer.plain();
    }

    @Provide
    Arbitrary<MutatedAnswer> mutated() {
        return MutatedAnswer.mutated();
    }

    @Property
    void aProperAnswerOpensTheGateExactlyWhenItShould(@ForAll("plain") MutatedAnswer answer) {
        boolean proof = Proof.ofLinked(answer);
        assertThat(look(answer, true).released).isEqualTo(proof);
        Statistics.label("opens")
                .collect(proof)
                .coverage(check -> check.check(true).percentage(part -> part > 0.5));
    }

    @Property
    void nothingElseOpensTheGateOfALinkedChange(@ForAll("mutated") MutatedAnswer answer) {
        Outcome outcome = look(answer, true);
        if (outcome.released) {
            assertThat(Proof.ofLinked(answer)).as("proof in %s", answer).isTrue();
        }
        assertThat(outcome.released && outcome.refused).isFalse();
        assertThat(instance.changed()).as("a linked gate creates nothing").isZero();
        Statistics.label("opens")
                .collect(outcome.released)
                .coverage(check -> check.check(true).percentage(part -> part > 3));
    }

    @Property
    void nothingElseOpensTheGateOfATitle(@ForAll("mutated") MutatedAnswer answer) {
        Outcome outcome = look(answer, false);
        if (outcome.released) {
            assertThat(Proof.ofTitle(answer)).as("proof in %s", answer).isTrue();
        }
        assertThat(outcome.released && outcome.refused).isFalse();
        Statistics.label("opens")
                .collect(outcome.released)
                .coverage(check -> check.check(true).percentage(part -> part > 3));
    }

    private Outcome look(MutatedAnswer answer, boolean linked) {
        instance.willAnswer(answer.status(), answer.type(), answer.text());
        HandCrank crank = new HandCrank();
        GateKeeper keeper = new GateKeeper(
                instance::client, () -> PACE, new Budget(), clock, () -> 0L, crank.timer(), Runnable::run);
        GateRecord record = new GateRecord();
        if (linked) {
            record.link(asLinked());
        }
        Outcome outcome = new Outcome();
        keeper.admit(new Gate(
                new GateRequest(MutatedAnswer.TITLE, null, new NewChange.Normal(), Map.of(), false),
                record,
                outcome,
                NOW));
        crank.turn();
        return outcome;
    }

    private static ChangeRequest asLinked() {
        return new ChangeRequest(
                new SysId(MutatedAnswer.SYS_ID),
                MutatedAnswer.NUMBER,
                MutatedAnswer.TITLE,
                -5,
                "requested",
                false,
                "",
                true,
                null,
                null,
                "normal",
                "");
    }

    private static final class Outcome implements GateListener {
        private boolean released;
        private boolean refused;

        @Override
        public void save() {
            // Nothing outlives the try.
        }

        @Override
        public void tell(Phrase news) {
            assertThat(news.text()).isNotBlank().doesNotContain("\n");
        }

        @Override
        public void looked(ChangeRequest change, Decision decision, Instant next) {
            assertThat(decision.reason().text()).isNotBlank();
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change) {
            released = true;
        }

        @Override
        public void refuse(Phrase reason) {
            assertThat(reason.text()).isNotBlank().doesNotContain("\n");
            refused = true;
        }
    }

    /** The second reading: every field by itself, nothing guessed. */
    private static final class Proof {
        private static final JsonMapper STRICT = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();

        static boolean ofLinked(MutatedAnswer answer) {
            List<JsonNode> ours = new ArrayList<>();
            for (JsonNode row : rows(answer)) {
                if (is(row, "sys_id", MutatedAnswer.SYS_ID)) {
                    ours.add(row);
                }
            }
            return ours.size() == 1 && is(ours.get(0), "number", MutatedAnswer.NUMBER) && mayGo(ours.get(0));
        }

        static boolean ofTitle(MutatedAnswer answer) {
            List<JsonNode> ours = new ArrayList<>();
            for (JsonNode row : rows(answer)) {
                if (is(row, "short_description", MutatedAnswer.TITLE) && isTrue(row, "active")) {
                    ours.add(row);
                }
            }
            return ours.size() == 1 && mayGo(ours.get(0));
        }

        private static Iterable<JsonNode> rows(MutatedAnswer answer) {
            if (answer.status() != 200 || !answer.type().startsWith("application/json")) {
                return List.of();
            }
            try {
                JsonNode root = STRICT.readTree(answer.text());
                if (!root.isObject() || root.has("error")) {
                    return List.of();
                }
                // ServiceNow gives a single row as a list of one, or as an object.
                JsonNode result = root.path("result");
                return result.isArray() ? result : List.of(result);
            } catch (JacksonException e) {
                return List.of();
            }
        }

        private static boolean mayGo(JsonNode row) {
            return isImplement(row.path("state").path("value"))
                    && row.path("approval").path("value").isString()
                    && !row.path("approval")
                            .path("value")
                            .stringValue()
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .equals("rejected")
                    && (is(row, "on_hold", "false")
                            || row.path("on_hold").path("value").equals(STRICT.readTree("false")))
                    && isTrue(row, "active")
                    && bound(row, "start_date", "0000-00-00 00:00:00").compareTo(MutatedAnswer.NOW) <= 0
                    && !bound(row, "start_date", "").equals("?")
                    && bound(row, "end_date", "9999-99-99 99:99:99").compareTo(MutatedAnswer.NOW) >= 0
                    && !bound(row, "end_date", "").equals("?");
        }

        private static boolean isImplement(JsonNode state) {
            if (state.isNumber()) {
                return state.decimalValue().compareTo(BigDecimal.ONE.negate()) == 0;
            }
            return state.isString() && state.stringValue().matches("-0*1(\\.0+)?");
        }

        private static boolean isTrue(JsonNode row, String field) {
            JsonNode value = row.path(field).path("value");
            return value.isBoolean() ? value.booleanValue() : is(row, field, "true");
        }

        private static boolean is(JsonNode row, String field, String text) {
            JsonNode value = row.path(field).path("value");
            return value.isString() && value.stringValue().equals(text);
        }

        /** Dates of this form are ordered as texts are. */
        private static String bound(JsonNode row, String field, String open) {
            JsonNode value = row.path(field).path("value");
            if (!value.isString()) {
                return "?";
            }
            String text = value.stringValue();
            return text.isEmpty() ? open : text.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d") ? text : "?";
        }
    }
}
