package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a creating request tells approvers, and when the change is known to tell it. */
class EvidenceInColumnsTest extends PollingTestBase {
    @BeforeEach
    void evidence() {
        fields = Map.of();
        evidence = new ChangeEvidence(
                "Version 1 of shop\n3 commits", "12 tests passed", "Deploy 0.9", "Why", "The note", "{}", List.of());
    }

    private JsonNode sent(Endpoint endpoint) {
        List<RecordedRequest> requests = simulator.requests().to(endpoint);
        return requests.get(requests.size() - 1).json();
    }

    @Test
    void aNormalChangeIsCreatedWithIt() {
        Waiter waiter = byTitle();
        SimulatedChange change = theChange();
        runUntil(waiter.record::isLinked);

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(change.get("description")).isEqualTo("Version 1 of shop\n3 commits");
        assertThat(change.get("test_plan")).isEqualTo("12 tests passed");
        assertThat(change.get("backout_plan")).isEqualTo("Deploy 0.9");
        assertThat(change.get("justification")).isEqualTo("Why");
        assertThat(waiter.record.isEvidenceInColumns()).isTrue();
    }

    @Test
    void anEmergencyChangeToo() {
        newChange = new NewChange.Emergency();
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(theChange().get("test_plan")).isEqualTo("12 tests passed");
        assertThat(waiter.record.isEvidenceInColumns()).isTrue();
    }

    /** Their columns are those of the template. */
    @Test
    void aStandardChangeIsNot() {
        simulator.addTemplate("Deploy", true, Map.of("description", "of the template"));
        newChange = new NewChange.Standard("Deploy");
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(sent(Endpoint.CREATE_STANDARD).propertyNames())
                .containsExactlyInAnyOrder("short_description", "correlation_id", "correlation_display");
        assertThat(theChange().get("description")).isEqualTo("of the template");
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
    }

    @Test
    void whatIsSetElsewhereStays() {
        fields = Map.of("test_plan", "by hand");
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        assertThat(theChange().get("test_plan")).isEqualTo("by hand");
        assertThat(theChange().get("backout_plan")).isEqualTo("Deploy 0.9");
        assertThat(waiter.record.isEvidenceInColumns()).isTrue();
    }

    /** Then the change does not tell it yet. */
    @Test
    void aDescriptionThatIsSetElsewhereDoesNotTellIt() {
        fields = Map.of("description", "by hand");
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        assertThat(theChange().get("description")).isEqualTo("by hand");
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
    }

    @Test
    void aDescriptionThatTheInstanceIgnoresDoesNotTellIt() {
        simulator.behaviour().ignoreFieldsOnCreation("description");
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
    }

    @Test
    void emptyTextsAreNotSent() {
        evidence = new ChangeEvidence("What", "", "", "", "", "", List.of());
        runUntil(byTitle().record::isLinked);
        assertThat(sent(Endpoint.CREATE_NORMAL).propertyNames())
                .containsExactlyInAnyOrder("short_description", "correlation_id", "correlation_display", "description");
    }

    @Test
    void aFoundChangeIsNotEdited() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE, "description", "seen"));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(change.get("description")).isEqualTo("seen");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
    }

    /** The answer to the creation is lost: the change that is found then is the one that was created with it. */
    @Test
    void aChangeThatIsFoundAfterALostAnswerHasIt() {
        simulator
                .faults()
                .on(Endpoint.CREATE_NORMAL)
                .once(Fault.connectionReset().afterCommit());
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(waiter.lines()).contains("ChangeResolver.LinkedByTitle");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
        assertThat(waiter.record.isEvidenceInColumns()).isTrue();
    }

    /** A change of another deployment with the same title does not have it, although a creation was sent. */
    @Test
    void aChangeThatAnotherCreatedMeanwhileHasItNot() {
        simulator.faults().on(Endpoint.CREATE_NORMAL).once(Fault.connectionReset());
        Waiter waiter = byTitle();
        runUntil(() -> simulator.requests().count(Endpoint.CREATE_NORMAL) == 1);
        simulator.addChange(Map.of("short_description", TITLE, "correlation_id", "other"));
        runUntil(waiter.record::isLinked);

        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
    }

    /** For example because a rule limits a text: evidence never holds a deployment back. */
    @Test
    void aCreationThatIsRejectedBecauseOfItIsSentWithoutIt() {
        simulator.behaviour().businessRule("short plans", 400, sent -> sent.containsKey("test_plan"));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);

        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(2);
        assertThat(simulator.changes()).hasSize(1);
        assertThat(theChange().get("description")).as("what is deployed").isEqualTo("Version 1 of shop");
        assertThat(theChange().get("test_plan")).isEmpty();
        assertThat(waiter.lines()).containsSequence("ChangeResolver.EvidenceRejected", "ChangeResolver.Created");
        assertThat(waiter.texts().get(0)).contains("short plans");
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
        assertThat(waiter.record.creationsSent()).isEqualTo(1);
    }

    @Test
    void aCreationThatIsRejectedAnywayIsRefused() {
        simulator.behaviour().businessRule("no changes", 400, sent -> sent.containsKey("short_description"));
        Waiter waiter = byTitle();
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ChangePoller.Refused");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(2);
        assertThat(simulator.changes()).isEmpty();
    }
}
