package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which row of the CMDB it is, of those that the instance returns: exactly one, or the reason why there is none. */
class ItemMatchTest extends ScriptedInstanceTestBase {
    private static final String INSTANCE = "https://scripted.example";

    private static String item(char sysId, String name, String className) {
        return item(id(sysId).value(), name, className);
    }

    private static String item(String sysId, String name, String className) {
        return "{\"sys_id\":\"" + sysId + "\",\"name\":\"" + name + "\",\"sys_class_name\":\"" + className + "\"}";
    }

    private ItemMatch find(String value) throws ServiceNowException {
        return ItemMatch.find(ItemSetting.CONFIGURATION_ITEM, value, client);
    }

    private static void isRefused(ItemMatch match, String reason) {
        assertThat(match.problem()).hasToString(reason);
        assertThat(match.found()).isNull();
    }

    @Test
    void isTheOneOfExactlyTheName() throws Exception {
        instance.json(list(item('a', "shop", "x"), item('b', "SHOP", "x"), item('c', "shop ", "x")));
        ItemMatch match = find("shop");
        assertThat(match.required()).isEqualTo(id('a'));
        assertThat(match.problem()).isNull();
        assertThat(instance.sent()).containsExactly("GET /api/now/table/cmdb_ci name=shop");
    }

    /** In digits of any case; a row whose name looks like it is another one. */
    @ParameterizedTest
    @ValueSource(strings = {"cccccccccccccccccccccccccccccccc", " CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC\t"})
    void isTheOneOfTheSysId(String value) throws Exception {
        instance.json(list(item('a', id('c').value(), "x"), item('c', "other", "x")));
        ItemMatch match = ItemMatch.find(ItemSetting.SERVICE, value, client);
        assertThat(match.required()).isEqualTo(id('c'));
        assertThat(instance.sent()).containsExactly("GET /api/now/table/cmdb_ci_service sys_id=" + id('c'));
    }

    @ParameterizedTest
    @CsvSource({"shop, Shop", "dddddddddddddddddddddddddddddddd, dddddddddddddddddddddddddddddddd"})
    void anotherRowIsNotTheRow(String value, String name) throws Exception {
        instance.json(list(item('a', name, "x")));
        isRefused(find(value), Messages.ItemMatch_NotFound("configurationItem", value, INSTANCE, "cmdb_ci"));
    }

    @Test
    void isNoneWhereTheInstanceReturnsNone() throws Exception {
        instance.json(NONE);
        isRefused(
                ItemMatch.find(ItemSetting.SERVICE, "shop\u202e", client),
                Messages.ItemMatch_NotFound("service", "shop", INSTANCE, "cmdb_ci_service"));
    }

    /** Such as a script, which the instance would run. */
    @ParameterizedTest
    @ValueSource(strings = {"javascript:gs.now()", "shop\u0007"})
    void aTextThatNoQueryContainsIsNotSent(String value) throws Exception {
        isRefused(
                find(value),
                Messages.ItemMatch_NotFound("configurationItem", value.replace("\u0007", ""), INSTANCE, "cmdb_ci"));
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void oneOfSeveralIsNotChosen() throws Exception {
        instance.json(list(item('b', "shop", "cmdb_ci_server"), item('a', "shop", "cmdb_ci_linux\\u0007")));
        isRefused(
                find("shop"),
                Messages.ItemMatch_NotUnique(
                        "configurationItem",
                        "shop",
                        INSTANCE,
                        "cmdb_ci_linux " + id('a') + ", cmdb_ci_server " + id('b')));
    }

    @ParameterizedTest
    @CsvSource({"20, ''", "21, ', …'"})
    void twentyOfSeveralAreNamed(int rows, String rest) throws Exception {
        instance.json(list(IntStream.range(0, rows)
                .mapToObj(i -> item(String.format("%032d", i), "shop", "c"))
                .toArray(String[]::new)));
        String problem = String.valueOf(find("shop").problem());
        assertThat(problem)
                .contains(": c " + "0".repeat(32) + ", c ", "c " + String.format("%032d", 19) + rest + ". Specify")
                .doesNotContain(String.format("%032d", 20));
    }

    @Test
    void aTableThatMayNotBeReadIsNamed() throws Exception {
        instance.then(403, "application/json", OWN_ERROR);
        isRefused(
                find("shop"),
                Messages.ItemMatch_Unreadable(
                        "configurationItem",
                        "shop",
                        INSTANCE,
                        io.jenkins.plugins.servicenowgate.servicenow.Messages.Transport_Forbidden(INSTANCE, "no")));
    }

    @Test
    void anOutageIsNoAnswer() {
        instance.then(503, "text/html", "");
        ServiceNowException failure = catchThrowableOfType(ServiceNowException.class, () -> find("shop"));
        assertThat(failure.problem()).isEqualTo(FailureKind.UNAVAILABLE);
    }

    /** Without its sys_id nobody knows whether it is the only one. */
    @ParameterizedTest
    @ValueSource(strings = {"", "abc"})
    void aRowThatCannotBeReadIsNotPassedOver(String sysId) {
        instance.json(list(item('a', "shop", "x"), item(sysId, "shop", "x")));
        ServiceNowException failure = catchThrowableOfType(ServiceNowException.class, () -> find("shop"));
        assertThat(failure.problem()).isEqualTo(FailureKind.BAD_ANSWER);
        assertThat(failure.localizable())
                .hasToString(io.jenkins.plugins.servicenowgate.servicenow.Messages.ChangeApi_UnexpectedFormat(
                        INSTANCE, "sys_id"));
    }
}
