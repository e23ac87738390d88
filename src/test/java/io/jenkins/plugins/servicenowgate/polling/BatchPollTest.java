package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One look at many changes: each gate hears of its own change alone, and none is lost on the way. */
class BatchPollTest extends ScriptedInstanceTestBase {
    private final List<String> heard = new ArrayList<>();
    private final Waiter first = linkedTo(change('a', "CHG1", ChangeState.NEW));
    private final Waiter second = linkedTo(change('b', "CHG2", ChangeState.NEW));
    private final List<PendingApproval> left = new ArrayList<>();
    private boolean breaks;
    private final BatchPoll batchPoll = new BatchPoll(
            (gate, change) -> {
                if (breaks) {
                    throw new IllegalStateException("ours");
                }
                heard.add(name(gate) + " saw " + change.number());
            },
            gate -> heard.add(name(gate) + " again"),
            (gate, reason) -> heard.add(name(gate) + " refused " + reason.key()));

    private String name(PendingApproval gate) {
        return gate == first.gate ? "first" : gate == second.gate ? "second" : "third";
    }

    private void poll(Waiter... waiters) throws ServiceNowException {
        List<PendingApproval> batch =
                Stream.of(waiters).map(waiter -> waiter.gate).toList();
        left.addAll(batch);
        batchPoll.poll(batch, left, client, PACE, () -> heard.add("answered"));
    }

    @Test
    void oneRequestIsForAll() throws Exception {
        Waiter third = linkedTo(change('a', "CHG1", ChangeState.NEW));
        instance.json(list(row('b', "CHG2", TITLE), row('a', "CHG1", TITLE)));
        poll(first, second, third);

        assertThat(heard).containsExactly("answered", "first saw CHG1", "third saw CHG1", "second saw CHG2");
        assertThat(left).isEmpty();
        assertThat(instance.sent()).containsExactly("GET sys_idIN" + id('a') + "," + id('b'));
    }

    @Test
    void nobodyAsksForGatesThatHaveEnded() throws Exception {
        first.gate.end();
        poll(first);
        assertThat(heard).isEmpty();
        assertThat(instance.sent()).isEmpty();

        instance.json(list(row('b', "CHG2", TITLE)));
        poll(first, second);
        assertThat(heard).containsExactly("answered", "second saw CHG2");
        assertThat(left).isEmpty();
        assertThat(instance.sent()).containsExactly("GET sys_idIN" + id('b'));
    }

    @Test
    void whoWasNotToldIsLeft() {
        instance.then(502, "text/html", "");

        assertThatThrownBy(() -> poll(first, second)).isInstanceOf(ServiceNowException.class);
        assertThat(heard).isEmpty();
        assertThat(left).containsExactly(first.gate, second.gate);
    }

    @Test
    void anUnreadableRowIsTroubleUntilItCanBeRead() throws Exception {
        instance.json(list(
                        row('a', "CHG1", TITLE).replace("approved", "\\u0000").replace("\"active\"", "\"x\"")))
                .json(list(row('a', "CHG9", TITLE)))
                .json(list(row('a', "CHG1", TITLE)));
        poll(first);
        poll(first);
        poll(first);

        assertThat(heard)
                .containsExactly("answered", "first again", "answered", "first again", "answered", "first saw CHG1");
        assertThat(first.told).extracting(Phrase::key).containsExactly(Reason.TROUBLE_BEGAN, Reason.TROUBLE_ENDED);
    }

    @Test
    void aChangeThatStaysAwayIsGone() throws Exception {
        first.gate.reportError(Phrase.of(Reason.ABSENT, "x"));
        for (int i = 0; i < PACE.absences(); i++) {
            instance.json(list(row('b', "CHG2", TITLE)));
            poll(first);
        }

        assertThat(heard).filteredOn(line -> line.equals("first again")).hasSize(PACE.absences() - 1);
        assertThat(heard).last().isEqualTo("first refused REFUSED_VANISHED");
        assertThat(first.told)
                .containsExactly(
                        Phrase.of(
                                Reason.TROUBLE_BEGAN,
                                Phrase.of(Reason.ABSENT, "x").text()),
                        Phrase.of(Reason.TROUBLE_ENDED),
                        Phrase.of(Reason.ABSENT, "CHG1"));
    }

    @Test
    void anAccidentEndsTheGateOfItsOwn() throws Exception {
        breaks = true;
        instance.json(list(row('a', "CHG1", TITLE)));
        poll(first, second);

        assertThat(heard).containsExactly("answered", "first refused BROKEN", "second again");
        assertThat(left).isEmpty();
    }
}
