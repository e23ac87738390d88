package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.RecordingOwner;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that was executed, and whose response was lost, is not repeated: whoever would repeat it, and however. */
class CreatedOnceAnywayTest extends PollingTestBase {
    private static final String ROCKET = new String(Character.toChars(0x1F680));

    /** A load balancer that lost its backend after the commit; OkHttp would repeat the request by itself. */
    @Test
    void theHttpClientRepeatsNoCreation() {
        simulator
                .faults()
                .on(Endpoint.CREATE_NORMAL)
                .once(Fault.unavailable(Duration.ZERO).afterCommit());
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(simulator.changes()).hasSize(1);
        assertThat(waiter.lines()).contains("ChangeResolver.LinkedByTitle");
    }

    @Test
    void theHttpClientRepeatsNoNote() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.behaviour().journalShown(true);
        simulator
                .faults()
                .on(Endpoint.UPDATE)
                .once(Fault.unavailable(Duration.ZERO).afterCommit());
        writeNote(change, "It started.");

        assertThat(change.workNotes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isEqualTo(1);
    }

    @Test
    void aCreationSendsTheIdOfItsDeployment() {
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> assertThat(
                                request.json().get("correlation_id").stringValue())
                        .isEqualTo(waiter.id));
        assertThat(simulator.requests().to(Endpoint.LIST))
                .as("no search without need")
                .noneMatch(request -> request.query().toString().contains("correlation_id"));
    }

    private void titleReplaced() {
        simulator.addTemplate("Deploy", true, Map.of("short_description", "Title of the template"));
        simulator.behaviour().ignoreFieldsOnCreation("short_description");
        newChange = new NewChange.Standard("Deploy");
    }

    /** The title of the change is the template's, so only the id of the deployment finds it. */
    @Test
    void aCreationWithAnotherTitleIsFoundByTheIdOfTheDeployment() {
        titleReplaced();
        simulator
                .faults()
                .on(Endpoint.CREATE_STANDARD)
                .once(Fault.connectionReset().afterCommit());
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(simulator.requests().count(Endpoint.CREATE_STANDARD)).isEqualTo(1);
        assertThat(simulator.changes())
                .singleElement()
                .satisfies(change -> assertThat(change.get("short_description")).isEqualTo(TITLE));
    }

    /** As after a crash between sending and remembering. */
    @Test
    void anotherControllersLifeFindsItToo() {
        titleReplaced();
        simulator
                .faults()
                .on(Endpoint.CREATE_STANDARD)
                .once(Fault.connectionReset().afterCommit());
        Waiter before = byTitle();
        runUntil(() -> before.lines().contains("ChangePoller.Unavailable"));
        poller.cancel(before.approval);
        poller = new ChangePoller(context);
        Waiter after = new Waiter(TITLE, null, before.id, before.record);
        time.runFor(Duration.ofHours(1));
        after.admit();
        runUntil(after.record::isLinked);

        assertThat(simulator.changes()).hasSize(1);
        assertThat(simulator.requests().count(Endpoint.CREATE_STANDARD)).isEqualTo(1);
    }

    /** Conditions that the instance ignores would return the changes of others. */
    @Test
    void aSearchThatTheInstanceDoesNotPermitFindsNothing() {
        simulator.addChange(Map.of("short_description", "another change"));
        simulator.behaviour().hideColumn("correlation_id");
        simulator.faults().on(Endpoint.CREATE_NORMAL).once(Fault.connectionReset());
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(simulator.changes()).hasSize(2);
        assertThat(waiter.record.number()).isEqualTo(simulator.changes().get(1).number());
    }

    /** The signature proves the note also where an emoji cuts it. */
    @Test
    void aNoteThatIsCutAtAnEmojiIsWrittenOnce() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        simulator.behaviour().journalShown(true).fullUnicode(false);
        simulator.faults().on(Endpoint.UPDATE).once(Fault.connectionReset().afterCommit());
        writeNote(change, "Version 1 " + ROCKET + " started.");

        assertThat(change.workNotes()).singleElement().asString().contains("[ServiceNow Gate 1-a]", "Version 1 ");
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isEqualTo(1);
    }

    /** Such a title can never be found again; there is one change all the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTitleThatIsCutAtAnEmojiIsRefused(boolean answerLost) {
        simulator.behaviour().fullUnicode(false);
        if (answerLost) {
            simulator
                    .faults()
                    .on(Endpoint.CREATE_NORMAL)
                    .once(Fault.connectionReset().afterCommit());
        }
        Waiter waiter = new Waiter(TITLE.replace("shop", "shop " + ROCKET), null).admit();
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ChangeResolver.TitleNotKept");
        assertThat(simulator.changes()).hasSize(1);
    }

    private void writeNote(SimulatedChange change, String text) {
        ChangeOutbox outbox = outboxWith(text);
        RecordingOwner owner = write(change, outbox);
        runUntil(outbox::isEmpty);
        assertThat(owner.givenUp).isEmpty();
    }
}
