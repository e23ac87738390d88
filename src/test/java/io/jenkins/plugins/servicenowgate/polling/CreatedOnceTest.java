package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A change is created once, whoever asks for it together, and whatever became of the answer. */
class CreatedOnceTest extends PollingTestBase {
    @Test
    void remembersBeforeItSendsAndAfterItKnows() {
        Waiter waiter = byTitle();
        String number = theChange().number();
        runUntil(() -> waiter.record.isLinked());

        assertThat(waiter.saved).containsExactly("null/1/0", number + "/1/1");
    }

    @Test
    void findsTheChangeWhoseCreationWasNotAnswered() {
        realReadTimeout(Duration.ofMillis(300));
        for (Fault fault : List.of(
                Fault.transactionCancelled().afterCommit(),
                Fault.connectionReset().afterCommit(),
                Fault.cutOffJson().afterCommit(),
                Fault.slow(Duration.ofMillis(600)))) {
            String title = TITLE.replace("shop", "s" + simulator.changes().size());
            simulator.faults().on(Endpoint.CREATE_NORMAL).once(fault);
            int before = simulator.changes().size();
            Waiter waiter = new Waiter(title, null).admit();

            runUntil(() -> waiter.record.isLinked());
            assertThat(simulator.changes()).as(fault.toString()).hasSize(before + 1);
            assertThat(waiter.lines()).contains("ChangePoller.Unavailable", "ChangeResolver.LinkedByTitle");
        }
    }

    @Test
    void createsAgainOnlyAfterTheFirstCanNoLongerComeTrue() {
        simulator.faults().on(Endpoint.CREATE_NORMAL).once(Fault.connectionReset());
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());

        List<RecordedRequest> sent = simulator.requests().to(Endpoint.CREATE_NORMAL);
        assertThat(sent).hasSize(2);
        assertThat(Duration.between(sent.get(0).time(), sent.get(1).time())).isGreaterThanOrEqualTo(policy.settle());
        assertThat(simulator.changes()).hasSize(1);
    }

    /** The crash between sending and remembering: the record says that something was sent, and no more. */
    @Test
    void searchesBeforeItCreatesAgainAfterACrash() {
        Waiter crashed = new Waiter(TITLE, null);
        crashed.record.creationStarts(clock.instant());
        crashed.admit();
        runUntil(() -> crashed.lines().contains("ChangeResolver.CreationUncertain"));
        assertThat(crashed.outages).contains("ChangeResolver.CreationUncertain");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        String number = simulator.addChange(Map.of("short_description", TITLE)).number();
        runUntil(() -> crashed.record.isLinked());

        assertThat(crashed.record.number()).isEqualTo(number);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    @Test
    void givesUpCreatingWithoutProof() {
        simulator.faults().on(Endpoint.CREATE_NORMAL).always(Fault.badGateway());
        Waiter waiter = byTitle();

        runUntil(() -> "ChangeResolver.CreationUnproven".equals(waiter.refusal()));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(3);
    }
}
