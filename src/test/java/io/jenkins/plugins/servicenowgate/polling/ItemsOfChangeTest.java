package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration item and the service of a new change: exactly the ones that are configured, or an error. */
class ItemsOfChangeTest extends PollingTestBase {
    private String server;
    private String service;

    @BeforeEach
    void rows() {
        server = simulator.addRow("cmdb_ci", Map.of("name", "shop", "sys_class_name", "cmdb_ci_server"));
        simulator.addRow("cmdb_ci", Map.of("name", "SHOP "));
        service = simulator.addRow("cmdb_ci_service", Map.of("name", "Web shop"));
        items = Map.of(ItemSetting.CONFIGURATION_ITEM, "shop", ItemSetting.SERVICE, "Web shop");
    }

    private void isRefused(String reason, String... parts) {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo(reason);
        assertThat(waiter.refusal.toString())
                .startsWith("Refused: ")
                .contains(parts)
                .doesNotContain("\n");
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
    }

    @Test
    void areSetInTheCreatingRequest() {
        runUntil(byTitle().record::isLinked);

        RecordedRequest creation =
                simulator.requests().to(Endpoint.CREATE_NORMAL).get(0);
        assertThat(creation.json().path("cmdb_ci").asString()).isEqualTo(server);
        assertThat(creation.json().path("business_service").asString()).isEqualTo(service);
        assertThat(simulator.requests().to(Endpoint.TABLE))
                .extracting(RecordedRequest::path, request -> request.query().get("sysparm_query"))
                .containsExactlyInAnyOrder(
                        tuple("/api/now/table/cmdb_ci", "name=shop"),
                        tuple("/api/now/table/cmdb_ci_service", "name=Web shop"));
    }

    @Test
    void ofAStandardChangeToo() {
        simulator.addTemplate("Deploy", true, Map.of());
        newChange = new NewChange.Standard("Deploy");
        runUntil(byTitle().record::isLinked);
        assertThat(theChange().get("cmdb_ci")).isEqualTo(server);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areFoundBySysId(boolean upperCase) {
        items = Map.of(ItemSetting.CONFIGURATION_ITEM, upperCase ? " " + server.toUpperCase(Locale.ROOT) : server);
        runUntil(byTitle().record::isLinked);
        assertThat(theChange().get("cmdb_ci")).isEqualTo(server);
    }

    @Test
    void areNotLookedUpForAChangeThatIsFound() {
        SimulatedChange change = simulator.addChange(Map.of("short_description", TITLE));
        runUntil(byTitle().record::isLinked);
        assertThat(simulator.requests().count(Endpoint.TABLE)).isZero();
        assertThat(change.get("cmdb_ci")).isEmpty();
    }

    /** The instance ignores case and trailing blanks, the plugin does not. */
    @Test
    void anotherSpellingIsAnotherRow() {
        items = Map.of(ItemSetting.CONFIGURATION_ITEM, "Shop");
        isRefused("ItemMatch.NotFound", "cmdb_ci", "\"Shop\"", "(configurationItem)", simulator.baseUrl(), "cmdb_read");
    }

    @Test
    void severalOfOneNameAreListedWithClassAndSysId() {
        String other = simulator.addRow("cmdb_ci", Map.of("name", "shop", "sys_class_name", "cmdb_ci_appl"));
        isRefused("ItemMatch.NotUnique", "\"shop\"", "cmdb_ci_appl " + other + ", cmdb_ci_server " + server, "sys_id");
    }

    @Test
    void aServiceIsNoOtherConfigurationItem() {
        items = Map.of(ItemSetting.SERVICE, "shop");
        isRefused("ItemMatch.NotFound", "cmdb_ci_service", "(service)");
    }

    @Test
    void aMissingRightLooksAsIfThereWereNone() {
        simulator.behaviour().emptyTables("cmdb_ci");
        isRefused("ItemMatch.NotFound", "cmdb_read");
    }

    @Test
    void aRefusedTableIsNamed() {
        simulator.behaviour().refuseTables("cmdb_ci");
        isRefused("ItemMatch.Unreadable", "\"shop\"", "403", "cmdb_read");
    }

    /** The condition on a column that may not be read is dropped: any row is returned. */
    @Test
    void anyRowIsNotTheRow() {
        simulator.behaviour().hideTableColumns("name");
        isRefused("ItemMatch.NotFound", "\"shop\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:gs.now()", "shop\u0007"})
    void aTextThatNoQueryCanContainIsNotSent(String name) {
        items = Map.of(ItemSetting.CONFIGURATION_ITEM, name);
        isRefused("ItemMatch.NotFound", "(configurationItem)");
        assertThat(simulator.requests().count(Endpoint.TABLE)).isZero();
    }

    @Test
    void anOutageDelaysTheCreation() {
        simulator.faults().on(Endpoint.TABLE).times(2, Fault.unavailable());
        Waiter waiter = byTitle();
        runUntil(waiter.record::isLinked);
        assertThat(theChange().get("cmdb_ci")).isEqualTo(server);
        assertThat(waiter.lines()).contains("ChangePoller.Unavailable", "ChangePoller.AvailableAgain");
    }
}
