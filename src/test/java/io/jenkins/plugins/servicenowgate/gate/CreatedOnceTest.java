package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A change is created once, whoever asks for it together, and whatever became of the answer. */
class CreatedOnceTest extends Waiting {
    @Test
    void remembersBeforeItSendsAndAfterItKnows() {
        Waiter waiter = byTitle();
        String number = theChange().number();
        await().until(() -> waiter.record.isLinked());

        assertThat(waiter.saved).containsExactly("null/1/0", number + "/1/1");
    }

    @Test
    void createsOneChangeForTheSameDeploymentTwice() {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Waiter waiter = new Waiter(TITLE, null);
            waiter.slowDisk = true;
            waiters.add(waiter.admit());
        }
        await().until(() -> waiters.stream().allMatch(w -> w.record.isLinked()));

        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    @Test
    void findsTheChangeWhoseCreationWasNotAnswered() {
        for (Fault fault : List.of(
                Fault.transactionCancelled().afterCommit(),
                Fault.connectionReset().afterCommit(),
                Fault.cutOffJson().afterCommit(),
                Fault.slow(Duration.ofMillis(600)))) {
            String title = TITLE.replace("shop", "s" + simulator.changes().size());
            simulator.faults().on(Endpoint.CREATE_NORMAL).once(fault);
            int before = simulator.changes().size();
            Waiter waiter = new Waiter(title, null).admit();

            await().until(() -> waiter.record.isLinked());
            assertThat(simulator.changes()).as(fault.toString()).hasSize(before + 1);
            assertThat(waiter.lines()).contains(Reason.TROUBLE_BEGAN, Reason.LINKED_BY_TITLE);
        }
    }

    @Test
    void createsAgainOnlyAfterTheFirstCanNoLongerComeTrue() {
        simulator.faults().on(Endpoint.CREATE_NORMAL).once(Fault.connectionReset());
        Waiter waiter = byTitle();
        await().until(() -> waiter.record.isLinked());

        List<RecordedRequest> sent = simulator.requests().to(Endpoint.CREATE_NORMAL);
        assertThat(sent).hasSize(2);
        assertThat(Duration.between(sent.get(0).time(), sent.get(1).time())).isGreaterThanOrEqualTo(pace.settle());
        assertThat(simulator.changes()).hasSize(1);
    }

    /** The crash between sending and remembering: the record says that something was sent, and no more. */
    @Test
    void looksBeforeItCreatesAgainAfterACrash() {
        Waiter crashed = new Waiter(TITLE, null);
        crashed.record.creationStarts(Instant.now());
        crashed.admit();
        await().until(() -> crashed.lines().contains(Reason.CREATION_UNCERTAIN));
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        String number = simulator.addChange(Map.of("short_description", TITLE)).number();
        await().until(() -> crashed.record.isLinked());

        assertThat(crashed.record.number()).isEqualTo(number);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    @Test
    void givesUpCreatingWithoutProof() {
        simulator.faults().on(Endpoint.CREATE_NORMAL).always(Fault.badGateway());
        Waiter waiter = byTitle();

        await().until(() -> waiter.refusal() == Reason.CREATION_UNPROVEN);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(3);
    }
}
