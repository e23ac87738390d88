package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Changes of models: how they are created, what their states mean, and how they are moved. */
class ChangeModelsTest extends PollingTestBase {
    private static final ModelStates MAPPED = new ModelStates(
            Map.of("Low risk", new ModelStates.StateMap(Set.of("Draft"), Set.of("Ready"), Set.of("Done"))), true);

    private final Map<String, String> lowRisk = new LinkedHashMap<>();
    private String model;

    @BeforeEach
    void addModels() {
        lowRisk.put("10", "Draft");
        lowRisk.put("20", "Ready");
        lowRisk.put("30", "Done");
        model = simulator.addModel("Low risk", true, "normal", lowRisk);
        simulator.addModel("low risk", true, "normal", lowRisk);
        simulator.addModel("Normal", true, "normal", Map.of());
        simulator.addModel("Standard", true, "standard", Map.of());
        simulator.addModel("Old", false, "normal", lowRisk);
        states = MAPPED;
    }

    private void waitALongTime() {
        Instant later = clock.instant().plus(Duration.ofHours(1));
        runUntil(() -> clock.instant().isAfter(later));
    }

    private void isRefused(Waiter waiter, String reason, String... parts) {
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo(reason);
        for (String part : parts) {
            assertThat(waiter.refusal.toString()).contains(part);
        }
        assertThat(waiter.refusal.toString()).doesNotContain("\n");
    }

    @Test
    void aChangeIsCreatedByItsModelAndReleasedInAMappedState() {
        newChange = new NewChange.OfModel("Low risk");
        Waiter waiter = byTitle();
        SimulatedChange change = theChange();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForState"));

        JsonNode sent = simulator.requests().to(Endpoint.CREATE_OF_MODEL).get(0).json();
        assertThat(sent.path("chg_model").asString()).isEqualTo(model);
        assertThat(sent.has("type")).isFalse();
        assertThat(sent.path("correlation_display").asString()).isEqualTo("Jenkins, requested type: model Low risk");
        assertThat(simulator.requests().to(Endpoint.MODELS))
                .extracting(request -> request.query().get("sysparm_query"))
                .containsExactly("active=true^sys_name=Low risk");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        assertThat(waiter.texts())
                .containsExactly(
                        "Created the Low risk change CHG0030001: " + TITLE,
                        "Waiting: CHG0030001 is in Draft (approval: not requested); the deployment is released in a"
                                + " state that administrators have mapped for the change model \"Low risk\".");

        simulator.people().moveTo(change.number(), "20", "requested");
        runUntil(() -> waiter.texts()
                .contains("Waiting: CHG0030001 is in Ready and waits for approval of group CAB"
                        + " (0 of 1; asked: Ann Approver (ann.approver))."));
        assertThat(waiter.isReleased()).isFalse();
        simulator.people().moveTo(change.number(), "20", "approved");
        runUntil(waiter::isReleased);
    }

    @Test
    void aModelThatIsNotThereOrTwiceIsRefusedBeforeAnythingIsCreated() {
        newChange = new NewChange.OfModel("LOW RISK");
        isRefused(byTitle(), "TemplateMatch.ModelNotFound", "\"Low risk\"", "\"Normal\"", "\"low risk\"");
        newChange = new NewChange.OfModel("Old");
        isRefused(byTitle(), "TemplateMatch.ModelNotFound");
        simulator.addModel("Low risk", true, "normal", lowRisk);
        newChange = new NewChange.OfModel("Low risk");
        isRefused(byTitle(), "TemplateMatch.ModelNotUnique", model);
        simulator.behaviour().readRole(false);
        isRefused(byTitle(), "TemplateMatch.NoModelAtAll");
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void aChangeThatIsCreatedAsAnotherModelIsRefused() {
        simulator.behaviour().ignoreFieldsOnCreation("chg_model");
        newChange = new NewChange.OfModel("Low risk");
        isRefused(byTitle(), "ChangeResolver.CreatedOtherType", "CHG0030001", "\"model Low risk\"");
        // The next build finds it by its title, and does not take it either.
        isRefused(byTitle(), "ChangeResolver.CreatedOtherType", "CHG0030001", "\"model Low risk\"");
        assertThat(simulator.changes()).hasSize(1);
    }

    /** The response to the creation is lost: the change is found again, and it is still of the model. */
    @Test
    void aCreationWithoutAnAnswerIsNotRepeated() {
        simulator.faults().on(Endpoint.CREATE_OF_MODEL).once(Fault.connectionReset());
        newChange = new NewChange.OfModel("Low risk");
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        assertThat(simulator.changes()).hasSize(1);
        simulator.people().moveTo("CHG0030001", "20", "approved");
        runUntil(waiter::isReleased);
    }

    /** Since the Brazil release, a change manager decides of which model a Normal change is. */
    @Test
    void aDesignatedModelThatNobodyMappedIsRefusedByName() {
        states = ModelStates.DEFAULT;
        simulator.newer().designateModels(Map.of("normal", "Low risk"));
        isRefused(
                byTitle(),
                "ReleaseRule.UnmappedState",
                "CHG0030001 is in the state \"Draft\" of the change model \"Low risk\"",
                "administrator maps");
    }

    @Test
    void aStateThatNobodyMappedIsRefusedByName() {
        lowRisk.put("40", "Paused");
        simulator.addModel("Other", true, "normal", lowRisk);
        simulator.newer().designateModels(Map.of("normal", "Low risk"));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        simulator.people().moveTo("CHG0030001", "-1", "approved");
        isRefused(waiter, "ReleaseRule.UnmappedState", "the state \"-1\" of the change model \"Low risk\"");
    }

    @Test
    void aDesignatedBaseModelNeedsNoMap() {
        simulator.newer().designateModels(Map.of("normal", "Normal"));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        simulator.people().approve("CHG0030001");
        runUntil(waiter::isReleased);
        assertThat(simulator.requests().count(Endpoint.NEXT_STATES)).isZero();
    }

    /** Both release deployments, but other people approve their changes. */
    @Test
    void anotherModelAfterItWasLinkedIsRefused() {
        simulator.newer().designateModels(Map.of("normal", "Normal"));
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        simulator.change("CHG0030001").set("chg_model", "Low risk");
        simulator.people().moveTo("CHG0030001", "20", "approved");
        isRefused(waiter, "ChangeMatch.ModelChanged", "CHG0030001 was given another change model (\"Low risk\")");
    }

    @Test
    void aModelWhoseNameIsNotReadableReleasesNothing() {
        simulator.newer().designateModels(Map.of("normal", "Normal")).unnamedModels(true);
        isRefused(byTitle(), "ReleaseRule.UnreadableModel", "(without a readable name)", "read access to chg_model");
    }

    /** The first state of this model has the value of Implement. */
    @Test
    void aModelThatIsHiddenReleasesNothingBeforeItsApproval() {
        simulator.addModel("Fast", true, "normal", Map.of("-1", "Draft"));
        simulator.newer().designateModels(Map.of("normal", "Fast")).hiddenModels(true);
        isRefused(byTitle(), "ReleaseRule.UnreadableModel", "(without a readable name)", "read access to chg_model");

        states = ModelStates.DEFAULT;
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForApproval"));
        waitALongTime();
        assertThat(waiter.isReleased()).isFalse();
        assertThat(simulator.changes()).hasSize(1);
        simulator.people().moveTo("CHG0030001", "-1", "approved");
        runUntil(waiter::isReleased);
    }

    /** With one request for each state of a model, not with each poll. */
    @Test
    void theStatesThatNobodyMappedAreKnown() {
        states = new ModelStates(
                Map.of("Low risk", new ModelStates.StateMap(Set.of("Draft"), Set.of(), Set.of())), true);
        newChange = new NewChange.OfModel("Low risk");
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForState"));
        waitALongTime();

        assertThat(simulator.requests().count(Endpoint.NEXT_STATES)).isEqualTo(1);
        assertThat(context.seenStates().unmapped(states, "Low risk"))
                .containsExactly(new SeenModelStates.Unmapped("Low risk", "Ready", 20));
        assertThat(context.seenStates().unmapped(states, "Normal")).isEmpty();
        assertThat(context.seenStates().unmapped(MAPPED, null)).isEmpty();
        assertThat(context.seenStates().isSeen("Low risk")).isTrue();
        assertThat(context.seenStates().isSeen("Other")).isFalse();
    }

    @Test
    void aChangeIsMovedOnlyWhereItsModelOffersTheTransition() {
        simulator.addTemplate("Deploy", true, Map.of());
        simulator.newer().designateModels(Map.of("standard", "Standard"));
        simulator.behaviour().failedCondition("Risk is assessed");
        newChange = new NewChange.Standard("Deploy");
        automaticTransition = true;
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ChangeTransitioner.UnavailableBecause"));
        waitALongTime();
        assertThat(waiter.texts())
                .last()
                .isEqualTo("Waiting: CHG0030001 is in New, and its change model offers no transition to Scheduled"
                        + " until these conditions are met: Risk is assessed.");
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();

        simulator.behaviour().failedCondition(null);
        runUntil(waiter::isReleased);
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .extracting(RecordedRequest::json)
                .extracting(json -> json.path("state").asString())
                .containsExactly("-2", "-1");
    }

    /** An instance that knows no transitions offers none. */
    @Test
    void noKnownTransitionIsNoTransition() {
        simulator.addTemplate("Deploy", true, Map.of());
        simulator.newer().designateModels(Map.of("standard", "Standard"));
        simulator.behaviour().modelDriven(false);
        newChange = new NewChange.Standard("Deploy");
        automaticTransition = true;
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ChangeTransitioner.Unavailable"));
        waitALongTime();
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        simulator.people().moveTo("CHG0030001", SimulatedState.IMPLEMENT);
        runUntil(waiter::isReleased);
    }

    @Test
    void aStandardChangeOfAnotherModelIsLeftToPeople() {
        simulator.addTemplate("Deploy", true, Map.of());
        simulator.newer().designateModels(Map.of("standard", "Low risk"));
        newChange = new NewChange.Standard("Deploy");
        automaticTransition = true;
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ChangeTransitioner.OtherModel"));
        simulator.people().moveTo("CHG0030001", "20", "approved");
        runUntil(waiter::isReleased);
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
    }
}
