package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the other kinds: created from templates or in emergencies, and moved by the gate itself. */
class StandardChangeTest extends PollingTestBase {
    private static final String TEMPLATE = "Deploy to production";

    private String standard(boolean automatic) {
        newChange = new NewChange.Standard(TEMPLATE);
        automaticTransition = automatic;
        return simulator.addTemplate(TEMPLATE, true, Map.of("category", "Software"));
    }

    private List<String> statesSent() {
        return simulator.requests().to(Endpoint.UPDATE).stream()
                .filter(request -> request.json().has("state"))
                .map(request -> request.json().get("state").asString())
                .toList();
    }

    /** A name stands in either of two columns, or in both. */
    @ParameterizedTest
    @ValueSource(strings = {"sys_name", "name", "both"})
    void createsFromTheRowOfTheTemplate(String column) {
        simulator
                .behaviour()
                .templateNamesIn(column.equals("both") ? new String[] {"sys_name", "name"} : new String[] {column});
        String row = standard(false);
        simulator.addTemplate(TEMPLATE, false, Map.of());
        simulator.addTemplate(TEMPLATE.toUpperCase(java.util.Locale.ROOT), true, Map.of());
        Waiter waiter = byTitle();

        runUntil(() -> waiter.record.isLinked());
        assertThat(simulator.requests().to(Endpoint.CREATE_STANDARD))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.path()).endsWith("/change/standard/" + row);
                    assertThat(request.json().get("short_description").stringValue())
                            .isEqualTo(TITLE);
                });
        assertThat(theChange().get("type")).isEqualTo("standard");
        assertThat(waiter.lines()).contains("ChangeResolver.Created");
        assertThat(statesSent()).as("not told to move it").isEmpty();
    }

    @Test
    void refusesWithoutExactlyOneActiveTemplateAndNamesWhatItFound() {
        newChange = new NewChange.Standard(TEMPLATE);
        Waiter noneAtAll = new Waiter(TITLE, null).admit();
        runUntil(() -> "TemplateMatch.NoneAtAll".equals(noneAtAll.refusal()));

        simulator.addTemplate("Restart", true, Map.of());
        simulator.addTemplate("Old", false, Map.of());
        Waiter none = new Waiter(TITLE, null).admit();
        runUntil(() -> "TemplateMatch.NotFound".equals(none.refusal()));
        assertThat(none.refusal.toString()).contains("Active templates: \"Restart\".");

        String first = standard(false);
        String second = standard(false);
        Waiter several = new Waiter(TITLE, null).admit();
        runUntil(() -> "TemplateMatch.NotUnique".equals(several.refusal()));
        assertThat(several.refusal.toString()).contains(first, second);
        assertThat(simulator.changes()).isEmpty();
    }

    @Test
    void createsAnEmergencyChange() {
        newChange = new NewChange.Emergency();
        Waiter waiter = byTitle();

        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForImplement"));
        assertThat(simulator.requests().count(Endpoint.CREATE_EMERGENCY)).isEqualTo(1);
        assertThat(theChange().get("type")).isEqualTo("emergency");
        simulator.people().approve(theChange().number());
        runUntil(waiter::isReleased);
    }

    @Test
    void setsATitleThatTheTemplateProtectsAndReadsItBack() {
        standard(false);
        simulator.behaviour().ignoreFieldsOnCreation("short_description");
        Waiter waiter = byTitle();

        runUntil(() -> waiter.record.isLinked());
        assertThat(theChange().get("short_description")).isEqualTo(TITLE);
        assertThat(waiter.lines())
                .containsSequence(
                        "ChangeResolver.FieldsIgnored", "ChangeResolver.TitleSetAgain", "ChangeResolver.Created");
        assertThat(simulator.requests().to(Endpoint.UPDATE))
                .singleElement()
                .satisfies(request -> assertThat(
                                request.json().get("short_description").stringValue())
                        .isEqualTo(TITLE));
    }

    @Test
    void refusesAChangeThatNeverTakesItsTitle() {
        standard(false);
        simulator.behaviour().ignoreFields("short_description");
        Waiter waiter = byTitle();

        runUntil(() -> "ChangeResolver.TitleNotKept".equals(waiter.refusal()));
        assertThat(simulator.changes()).hasSize(1);
    }

    @Test
    void refusesAChangeWhoseTitleIsForbidden() {
        standard(false);
        simulator.behaviour().ignoreFieldsOnCreation("short_description");
        simulator.faults().on(Endpoint.UPDATE).always(Fault.forbidden());
        Waiter waiter = byTitle();

        runUntil(() -> "ChangeResolver.TitleRejected".equals(waiter.refusal()));
    }

    /** Between creating and setting the title the controller went away, or the instance did. */
    @Test
    void setsTheTitleOfTheChangeItCreatedBeforeInsteadOfCreatingAnother() {
        standard(false);
        simulator.behaviour().ignoreFieldsOnCreation("short_description");
        simulator.faults().on(Endpoint.UPDATE).times(3, Fault.unavailable());
        Waiter waiter = byTitle();

        runUntil(() -> waiter.record.isLinked());
        assertThat(simulator.requests().count(Endpoint.CREATE_STANDARD)).isEqualTo(1);
        assertThat(theChange().get("short_description")).isEqualTo(TITLE);
    }

    @Test
    void movesOneStateAtATimeAndReadsEachBack() {
        standard(true);
        Waiter waiter = byTitle();

        runUntil(waiter::isReleased);
        assertThat(statesSent()).containsExactly("-2", "-1");
        assertThat(waiter.lines())
                .containsExactly(
                        "ChangeResolver.FieldsIgnored",
                        "ChangeResolver.Created",
                        "ChangeTransitioner.Moved",
                        "ChangeTransitioner.Moved");
        List<Endpoint> order = simulator.requests().all().stream()
                .map(RecordedRequest::endpoint)
                .filter(endpoint -> endpoint != Endpoint.TOKEN)
                .toList();
        assertThat(order)
                .containsSubsequence(
                        Endpoint.CREATE_STANDARD, Endpoint.UPDATE, Endpoint.LIST, Endpoint.UPDATE, Endpoint.LIST);
        assertThat(order.get(order.size() - 1)).as("the last poll").isEqualTo(Endpoint.LIST);
    }

    @Test
    void whatIsThereAlreadyIsSuccess() {
        standard(true);
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE, "type", "standard"));
        simulator.people().moveTo(change.number(), SimulatedState.IMPLEMENT);
        Waiter waiter = byTitle();

        runUntil(waiter::isReleased);
        assertThat(statesSent()).isEmpty();
    }

    @Test
    void waitsInScheduledForThePlannedStart() {
        standard(true);
        Instant start = clock.instant().plus(Duration.ofMinutes(30)).truncatedTo(ChronoUnit.SECONDS);
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE, "type", "standard"));
        simulator.people().window(change.number(), start, null);
        Waiter waiter = byTitle();

        runUntil(() -> waiter.lines().contains("ChangeTransitioner.WaitsForStart"));
        assertThat(statesSent()).containsExactly("-2");
        runUntil(waiter::isReleased);
        assertThat(clock.instant()).isBetween(start, start.plusSeconds(1));
        assertThat(statesSent()).containsExactly("-2", "-1");
    }

    /** A change that is on hold, rejected or of another type is never moved by the gate. */
    @ParameterizedTest
    @ValueSource(strings = {"normal", "emergency", "hold", "rejected", "over"})
    void movesNothingThatIsNotItsToMove(String which) {
        standard(true);
        String type = List.of("normal", "emergency").contains(which) ? which : "standard";
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE, "type", type));
        switch (which) {
            case "hold" -> simulator.people().hold(change.number(), "wait");
            case "rejected" -> change.set("approval", "rejected");
            case "over" ->
                simulator.people().window(change.number(), null, clock.instant().minusSeconds(5));
            default -> {
                // The type alone says it.
            }
        }
        Waiter waiter = byTitle();

        runUntil(() -> waiter.refusal() != null || simulator.requests().count(Endpoint.LIST) >= 4);
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
        assertThat(waiter.isReleased()).isFalse();
        if (!type.equals("standard")) {
            assertThat(waiter.lines())
                    .filteredOn("ChangeTransitioner.OtherType"::equals)
                    .hasSize(1);
        }
    }

    /** Renamed, or given another type, before it could be moved. */
    @ParameterizedTest
    @CsvSource({"short_description, ChangeMatch.Renamed", "type, ChangeMatch.TypeChanged"})
    void movesNothingThatWasEditedMeanwhile(String column, String reason) {
        standard(true);
        simulator.faults().on(Endpoint.UPDATE).once(Fault.unavailable());
        Waiter waiter = byTitle();
        runUntil(() -> waiter.outages.contains("ChangePoller.Unavailable"));
        assertThat(statesSent()).containsExactly("-2");
        theChange().set(column, "another");
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo(reason);
        assertThat(statesSent()).as("nothing more").containsExactly("-2");
        assertThat(theChange().state()).contains(SimulatedState.NEW);
    }

    @Test
    void reportsAndAtLastRefusesWhenAnAcceptedTransitionChangesNothing() {
        standard(true);
        simulator.behaviour().silentState(true);
        Waiter waiter = byTitle();

        Instant began = clock.instant();
        runUntil(() -> "ChangeTransitioner.RefusedNotApplied".equals(waiter.refusal()));
        assertThat(Duration.between(began, clock.instant())).isBetween(Duration.ofMinutes(15), Duration.ofMinutes(22));
        assertThat(waiter.lines())
                .filteredOn("ChangeTransitioner.NotApplied"::equals)
                .hasSize(1);
        assertThat(waiter.outages).containsExactly("ChangeTransitioner.NotApplied");
        assertThat(statesSent()).hasSizeBetween(3, 12).containsOnly("-2");
    }

    @Test
    void refusesWithTheWordsOfABusinessRule() {
        standard(true);
        simulator.behaviour().assignmentGroupNeeded(true);
        Waiter waiter = byTitle();

        runUntil(() -> "ChangeTransitioner.RefusedRejected".equals(waiter.refusal()));
        assertThat(waiter.refusal.toString()).contains("Scheduled").containsIgnoringCase("assignment group");
        assertThat(waiter.outages).containsExactly("ChangeTransitioner.Rejected");
        assertThat(waiter.texts())
                .as("the words are shown from the first time, once")
                .filteredOn(text -> text.contains("rejected the transition") && text.contains("ssignment group"))
                .hasSize(1);
        assertThat(statesSent()).hasSizeBetween(3, 12);
    }

    /** Whether the transition came true before the connection broke or not: it ends where it should. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ridesOutABrokenTransition(boolean committed) {
        standard(true);
        Fault broken = Fault.connectionReset();
        simulator.faults().on(Endpoint.UPDATE).times(2, committed ? broken.afterCommit() : broken);
        Waiter waiter = byTitle();

        runUntil(waiter::isReleased);
        assertThat(waiter.lines()).contains("ChangePoller.Unavailable", "ChangePoller.AvailableAgain");
        assertThat(theChange().state()).contains(SimulatedState.IMPLEMENT);
    }

    @Test
    void takesANewChangeAfterOneThatThisPluginFinished() {
        standard(true);
        Waiter first = byTitle();
        runUntil(first::isReleased);
        SimulatedChange old = theChange();
        simulator.people().moveTo(old.number(), SimulatedState.REVIEW);

        Waiter refused = byTitle();
        runUntil(() -> "ReleaseRule.Finished".equals(refused.refusal()));

        finished.add(old.sysId());
        Waiter second = byTitle();
        runUntil(second::isReleased);
        assertThat(second.record.number()).isNotEqualTo(old.number());

        finished.clear();
        simulator.people().moveTo(second.record.number(), SimulatedState.REVIEW);
        old.set("close_notes", "Deployed.\n[ServiceNow Gate]");
        simulator.change(second.record.number()).set("close_notes", "Deployed.\n[ServiceNow Gate]");
        Waiter third = byTitle();
        runUntil(third::isReleased);
        assertThat(simulator.changes()).hasSize(3);
    }
}
