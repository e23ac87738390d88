package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.jvnet.localizer.Localizable;

/**
 * Whatever ServiceNow answers: the whole way from the bytes of an answer to the release, against {@link ReferenceParser}, a
 * second, simpler reading of the same bytes. Where that finds no proof, the gate stays shut.
 */
class AnswerPropertyTest {
    private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    /** So short that a linked change is read at once. */
    private static final PollingPolicy PACE = new PollingPolicy(
            Duration.ofMillis(1), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMinutes(2), 3, 5);

    /** Shared by all tries: making an HTTP client takes longer than a try. */
    private static final SettableClock CLOCK = new SettableClock(NOW);

    private static final ScriptedInstance INSTANCE = new ScriptedInstance(CLOCK);

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
        Waiter waiting = Waiter.linked(MutatedAnswer.SYS_ID, MutatedAnswer.NUMBER);
        poll(answer, waiting);
        boolean proof = ReferenceParser.in(answer).ofLinked(MutatedAnswer.SYS_ID, MutatedAnswer.NUMBER);
        assertThat(waiting.released).isEqualTo(proof);
        Statistics.label("opens")
                .collect(proof)
                .coverage(check -> check.check(true).percentage(part -> part > 0.5));
    }

    /** Two deployments are polled in one batch; neither uses the row of the other. */
    @Property
    void nothingElseOpensTheGateOfALinkedChange(@ForAll("mutated") MutatedAnswer answer) {
        Waiter ours = Waiter.linked(MutatedAnswer.SYS_ID, MutatedAnswer.NUMBER);
        Waiter other = Waiter.linked(MutatedAnswer.OTHER_SYS_ID, MutatedAnswer.OTHER_NUMBER);
        poll(answer, ours, other);
        ours.opensOnlyWith(ReferenceParser.in(answer).ofLinked(MutatedAnswer.SYS_ID, MutatedAnswer.NUMBER), answer);
        other.opensOnlyWith(
                ReferenceParser.in(answer).ofLinked(MutatedAnswer.OTHER_SYS_ID, MutatedAnswer.OTHER_NUMBER), answer);
        assertThat(INSTANCE.changed()).as("a linked gate creates nothing").isZero();
        someOpen(ours);
    }

    @Property
    void nothingElseOpensTheGateOfATitle(@ForAll("mutated") MutatedAnswer answer) {
        Waiter ours = Waiter.searching(null);
        poll(answer, ours);
        ours.opensOnlyWith(ReferenceParser.in(answer).ofTitle(MutatedAnswer.TITLE), answer);
        someOpen(ours);
    }

    @Property
    void nothingElseOpensTheGateOfANumber(@ForAll("mutated") MutatedAnswer answer) {
        Waiter ours = Waiter.searching(MutatedAnswer.NUMBER);
        poll(answer, ours);
        ours.opensOnlyWith(ReferenceParser.in(answer).ofNumber(MutatedAnswer.NUMBER), answer);
        assertThat(INSTANCE.changed()).as("a number creates nothing").isZero();
        someOpen(ours);
    }

    private static void someOpen(Waiter waiting) {
        Statistics.label("opens")
                .collect(waiting.released)
                .coverage(check -> check.check(true).percentage(part -> part > 3));
    }

    private void poll(MutatedAnswer answer, Waiter... gates) {
        INSTANCE.willAnswer(answer.status(), answer.type(), answer.text());
        // The timer rounds up by a millisecond, so that the answer is judged at NOW exactly.
        CLOCK.set(NOW.minusMillis(1));
        ManualScheduler scheduler = new ManualScheduler(CLOCK);
        ChangePoller poller = new ChangePoller(new ConnectionContext(
                INSTANCE::client,
                () -> PACE,
                new RateLimiter(),
                CLOCK,
                new InstanceClock(CLOCK),
                () -> 0L,
                scheduler.timer(),
                scheduler.workers()));
        for (Waiter waiting : gates) {
            poller.resume(new PendingApproval(
                    new ChangeSpec(MutatedAnswer.TITLE, waiting.number, new NewChange.Normal(), Map.of(), false),
                    waiting.record,
                    waiting,
                    new NoRequirements(),
                    CLOCK.instant()));
        }
        scheduler.runFor(Duration.ofMillis(1));
    }

    /** A deployment at its gate, and what it hears. */
    private static final class Waiter implements ApprovalListener {
        private final ChangeLink record = new ChangeLink();
        private String number;
        private boolean released;
        private Localizable refusal;

        /** One that is not linked: by the number, or by the title where that is null. */
        static Waiter searching(String number) {
            Waiter waiting = new Waiter();
            waiting.number = number;
            return waiting;
        }

        static Waiter linked(String sysId, String number) {
            Waiter waiting = new Waiter();
            waiting.record.link(ChangeFixture.change()
                    .sysId(new SysId(sysId))
                    .number(number)
                    .title(MutatedAnswer.TITLE)
                    .state(-5)
                    .approval("requested")
                    .get());
            return waiting;
        }

        void opensOnlyWith(boolean proof, MutatedAnswer answer) {
            if (released) {
                assertThat(proof).as("proof in %s", answer).isTrue();
            }
            assertThat(released && refusal != null).isFalse();
            if (refusal != null) {
                assertThat(refusal.getKey())
                        .as("%s after %s", refusal.toString(), answer)
                        .isNotEqualTo("ChangePoller.Failed");
            }
        }

        @Override
        public void save() {
            // Nothing outlives the try.
        }

        @Override
        public void report(Localizable news) {
            assertThat(news.toString()).isNotBlank().doesNotContain("\n");
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            assertThat(decision.reason().toString()).isNotBlank();
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            released = true;
        }

        @Override
        public void refuse(Localizable reason) {
            assertThat(reason.toString()).isNotBlank().doesNotContain("\n");
            refusal = reason;
        }
    }
}
