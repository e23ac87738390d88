package io.jenkins.plugins.servicenowgate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jenkins.plugins.servicenowgate.contract.FactTable.Observation;
import io.jenkins.plugins.servicenowgate.contract.FactTable.Verdict;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.RawInstance;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.simulator.Behaviour;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract test against the simulator, in every build: what the plugin relies on, and that deviations are noticed. */
@Timeout(120)
class ContractTest {
    private static final HttpClients.Timeouts TIMEOUTS =
            new HttpClients.Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofSeconds(60));

    /** What an instance without change models and conflict detection does not show. */
    private static final Set<Fact> OF_MODELS_AND_CONFLICTS = EnumSet.of(
            Fact.COLUMNS,
            Fact.CONFLICT_STATUS,
            Fact.MODELS,
            Fact.MODEL,
            Fact.MODEL_IN_BODY,
            Fact.CREATE_BY_MODEL,
            Fact.CONFLICT_READ,
            Fact.CONFLICT_EMPTY,
            Fact.CONFLICT_WITHOUT_ITEM,
            Fact.CONFLICT_STARTED,
            Fact.CONFLICT_RESULT);

    private ServiceNowSimulator simulator;
    private SimulatedChange foreign;
    private ContractTestRun run;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void start() {
        simulator = ServiceNowSimulator.start();
        simulator.addChange(Map.of("short_description", "Firewall of the head office"));
        foreign = simulator.addChange(Map.of("short_description", "Mail server of Ann"));
        simulator.people().approve(foreign.number());
        simulator.addTemplate("Deploy shop", true, Map.of());
        simulator.addRow("cmdb_ci", Map.of("name", "web-shop-prod"));
        run = new ContractTestRun(
                new RawInstance(
                        HttpClients.create(TIMEOUTS),
                        InstanceUrl.parse(simulator.baseUrl()),
                        SignIn.password(
                                ServiceNowSimulator.CLIENT_ID,
                                ServiceNowSimulator.CLIENT_SECRET,
                                ServiceNowSimulator.USER_NAME,
                                ServiceNowSimulator.PASSWORD)),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private boolean write() {
        return run.run(new WriteChecks.Options("Deploy shop", null, () -> {}));
    }

    private List<SimulatedChange> created() {
        return simulator.changes().stream()
                .filter(change -> change.get("correlation_display").equals("contract"))
                .toList();
    }

    @Test
    void readingWritesNothing() {
        Map<String, String> before = foreign.snapshot();

        assertThat(run.run(null)).isTrue();

        assertThat(simulator.requests().all())
                .hasSizeGreaterThan(15)
                .filteredOn(request -> request.endpoint() != Endpoint.TOKEN)
                .extracting(RecordedRequest::method)
                .containsOnly("GET");
        assertThat(simulator.changes()).hasSize(2);
        assertThat(foreign.snapshot()).isEqualTo(before);
        assertThat(run.facts().get(Fact.CREATE))
                .isEqualTo(new Observation(Verdict.UNTESTED, "not tested: needs --write"));
    }

    @Test
    void theSimulatorDoesWhatThePluginReliesOn() {
        assertThat(write()).isTrue();

        for (Fact fact : EnumSet.complementOf(EnumSet.copyOf(OF_MODELS_AND_CONFLICTS))) {
            assertThat(run.facts().get(fact).verdict())
                    .as("%s: %s", fact, run.facts().get(fact).text())
                    .isEqualTo(fact == Fact.TYPE_IN_BODY ? Verdict.DIFFERS : Verdict.HOLDS);
        }
        assertThat(run.facts().get(Fact.TYPE_IN_BODY).text()).isEqualTo("no: the change is normal");
    }

    @Test
    void theSimulatorHasModelsAndConflictsAsDocumented() {
        simulator.addModel("Normal", true, "normal", Map.of());
        simulator.addModel("Low risk", true, "normal", Map.of());
        simulator.newer().designateModels(Map.of("normal", "Normal")).conflictWithEmptyList(true);
        simulator.changes().forEach(change -> simulator.people().checkConflicts(change.number()));

        assertThat(run.run(
                        new WriteChecks.Options(null, simulator.addRow("cmdb_ci", Map.of("name", "shop")), () -> {})))
                .isTrue();

        for (Fact fact : OF_MODELS_AND_CONFLICTS) {
            assertThat(run.facts().get(fact).verdict())
                    .as("%s: %s", fact, run.facts().get(fact).text())
                    .isEqualTo(Verdict.HOLDS);
        }
        assertThat(run.facts().get(Fact.CONFLICT_RESULT).text()).isEqualTo("Conflict with an empty list");
        assertThat(created())
                .hasSizeGreaterThan(4)
                .allSatisfy(change -> assertThat(change.state()).isEqualTo(Optional.of(SimulatedState.CANCELED)));
    }

    @Test
    void onlyItsOwnChangesAreWrittenAndAllAreCanceled() {
        Map<String, String> before = foreign.snapshot();

        assertThat(write()).isTrue();

        assertThat(created())
                .hasSizeGreaterThan(3)
                .allSatisfy(change -> assertThat(change.state()).isEqualTo(Optional.of(SimulatedState.CANCELED)));
        Set<String> own =
                Set.copyOf(created().stream().map(SimulatedChange::sysId).toList());
        assertThat(simulator.requests().all().stream()
                        .filter(request -> request.method().equals("PATCH"))
                        .map(request -> request.path().replaceFirst(".*/", "")))
                .isNotEmpty()
                .allMatch(own::contains);
        assertThat(foreign.snapshot()).isEqualTo(before);
        assertThat(simulator.attachments(foreign.number())).isEmpty();
    }

    /** What only a simulator showed proves nothing about ServiceNow. */
    @Test
    void aSimulatorMakesNothingSeen() {
        write();

        String[] lines = run.facts().markdown(false).split("\n");
        assertThat(lines).hasSize(Fact.values().length + 2);
        for (Fact fact : Fact.values()) {
            assertThat(lines[fact.ordinal() + 2]).contains("| " + fact.mark() + " |");
        }
        assertThat(run.facts().markdown(true).split("\n"))
                .anyMatch(line -> line.contains("A title of 160 characters") && line.contains("| [seen] | yes |"))
                .anyMatch(line -> line.contains("type in the body") && line.contains("| [seen] | no: "));
    }

    @Test
    void theTableHasNoNamesAndNoSecrets() {
        write();

        String table = run.facts().markdown(false);
        assertThat(table)
                .doesNotContain(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD,
                        simulator.baseUrl(),
                        "127.0.0.1",
                        "CHG",
                        "Mail server",
                        "Firewall",
                        "Deploy shop",
                        "web-shop")
                .doesNotContainPattern("[0-9a-f]{32}");
        assertThatIllegalArgumentException().isThrownBy(() -> run.facts().holds(Fact.CASE, "Ann <b>"));
    }

    @Test
    void aCreatedChangeIsCanceledIfItsResponseWasLost() {
        simulator
                .faults()
                .on(Endpoint.CREATE_NORMAL)
                .once(Fault.connectionReset().afterCommit());

        assertThat(write()).isTrue();

        assertThat(created())
                .singleElement()
                .satisfies(change -> assertThat(change.state()).isEqualTo(Optional.of(SimulatedState.CANCELED)));
        assertThat(run.facts().get(Fact.CREATE)).isEqualTo(new Observation(Verdict.UNTESTED, "no response"));
        assertThat(foreign.state()).isNotEqualTo(Optional.of(SimulatedState.CANCELED));
    }

    /** The condition on a hidden column is dropped, so the list has other people's changes. */
    @Test
    void nobodyElsesChangeIsCanceledIfTheSearchIsAnsweredWithOthers() {
        simulator.behaviour().hideColumn("correlation_id");
        simulator
                .faults()
                .on(Endpoint.CREATE_NORMAL)
                .once(Fault.connectionReset().afterCommit());

        assertThat(write()).isFalse();

        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("NOT CANCELED, do it by hand", "(may exist)");
        assertThat(simulator.requests().all())
                .extracting(RecordedRequest::method)
                .doesNotContain("PATCH");
    }

    @Test
    void whatCouldNotBeCanceledIsTold() {
        simulator.behaviour().businessRule("Changes are frozen", 403);

        assertThat(write()).isFalse();

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("NOT CANCELED, do it by hand: Contract test of the ServiceNow Gate plugin", "(sys_id ")
                .doesNotContain(ServiceNowSimulator.PASSWORD);
    }

    private static Arguments deviation(Consumer<Behaviour> change, Fact fact, Verdict verdict, String observed) {
        return Arguments.of(fact + ": " + observed, change, fact, new Observation(verdict, observed));
    }

    static Stream<Arguments> deviations() {
        return Stream.of(
                deviation(b -> b.titleLength(80), Fact.TITLE_LENGTH, Verdict.DIFFERS, "80 characters"),
                deviation(
                        b -> b.hideColumn("correlation_id"),
                        Fact.CORRELATION_QUERY,
                        Verdict.DIFFERS,
                        "other rows: the condition was dropped"),
                deviation(
                        b -> b.ignoreFields("correlation_display"),
                        Fact.CORRELATION_ID,
                        Verdict.DIFFERS,
                        "only correlation_id"),
                deviation(
                        b -> b.ignoreFieldsOnCreation("short_description"),
                        Fact.STANDARD,
                        Verdict.DIFFERS,
                        "only correlation_id"),
                deviation(b -> b.attachmentHash(false), Fact.ATTACH_HASH, Verdict.DIFFERS, "no hash"),
                deviation(b -> b.attachmentRole(false), Fact.ATTACH, Verdict.UNTESTED, "HTTP 403, JSON error"),
                deviation(b -> b.resultAsArray(true), Fact.CREATE_SHAPE, Verdict.DIFFERS, "an array"),
                deviation(b -> b.metaInObjects(false), Fact.IGNORED_FIELDS, Verdict.DIFFERS, "without __meta"),
                deviation(b -> b.metaInLists(false), Fact.LIST_META, Verdict.DIFFERS, "no"),
                deviation(b -> b.metaInLists(false), Fact.UNKNOWN_COLUMN, Verdict.DIFFERS, "dropped, and not listed"),
                deviation(b -> b.ignoreCase(false), Fact.CASE, Verdict.DIFFERS, "no"),
                deviation(b -> b.honourLimit(false), Fact.LIST_LIMIT, Verdict.DIFFERS, "no"),
                deviation(
                        b -> b.refuseTables("sysapproval_approver"),
                        Fact.APPROVALS,
                        Verdict.UNTESTED,
                        "HTTP 403, JSON error"),
                deviation(
                        b -> b.emptyTables("sysapproval_approver"),
                        Fact.APPROVALS,
                        Verdict.UNTESTED,
                        "an empty list: no approval, or no right to read one"),
                deviation(
                        b -> b.hideTableColumns("approver.user_name"),
                        Fact.APPROVALS,
                        Verdict.DIFFERS,
                        "rows without approver.user_name"),
                deviation(
                        b -> b.currentUserScript(false),
                        Fact.OWN_USER,
                        Verdict.DIFFERS,
                        "more than one row: not evaluated"),
                deviation(b -> b.userRoles(), Fact.OWN_ROLES, Verdict.DIFFERS, "no readable row"),
                deviation(
                        b -> b.emptyTables("cmdb_ci"),
                        Fact.ITEMS,
                        Verdict.UNTESTED,
                        "an empty list: no item, or no right to read one"),
                deviation(b -> {}, Fact.MODELS, Verdict.UNTESTED, "an empty list: no model, or no right to read one"),
                deviation(
                        b -> b.silentState(true),
                        Fact.STATE_SKIPPED,
                        Verdict.DIFFERS,
                        "accepted, and the state is as it was"),
                deviation(
                        b -> b.silentState(true),
                        Fact.CANCEL,
                        Verdict.DIFFERS,
                        "accepted, and the change is not canceled"),
                deviation(b -> b.abortStatus(500), Fact.STATE_SKIPPED, Verdict.HOLDS, "HTTP 500, JSON error"),
                deviation(b -> b.writeRole(false), Fact.CREATE, Verdict.UNTESTED, "HTTP 403, JSON error"),
                deviation(
                        b -> b.readRole(false),
                        Fact.NEXT_STATES,
                        Verdict.UNTESTED,
                        "no readable change; list: HTTP 200"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deviations")
    void deviationsAreNoticed(String name, Consumer<Behaviour> change, Fact fact, Observation expected) {
        change.accept(simulator.behaviour());

        write();

        assertThat(run.facts().get(fact)).isEqualTo(expected);
        assertThat(run.facts().markdown(true)).contains(expected.text());
    }
}
