package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows about people, as an instance returns them, and what is sent for them. */
class UserRowsTest extends AgainstScript {
    private static final SysId BOB = new SysId("b".repeat(32));

    private static String row(String name) {
        return "{\"sys_id\":\"" + BOB + "\",\"user_name\":\"" + name + "\",\"name\":\"Bob\",\"email\":\"b@x.example\"}";
    }

    private void answer(String... rows) {
        instance.json("{\"result\":[" + String.join(",", rows) + "]}");
    }

    @Test
    void aBatchHasAtMostAHundred() throws Exception {
        answer(row("bob"));
        assertThat(client.usersByName(Collections.nCopies(100, "bob")))
                .containsExactly(new ServiceNowUser(BOB, "bob", "Bob", "b@x.example"));
        List<SysId> changes = IntStream.range(0, 101)
                .mapToObj(i -> new SysId(String.format("%032x", i)))
                .toList();
        assertThat(client.approvals(changes.subList(0, 100))).containsOnlyKeys(changes.subList(0, 100));
        int sent = instance.sent().size();
        assertThatIllegalArgumentException().isThrownBy(() -> client.usersByName(Collections.nCopies(101, "bob")));
        assertThatIllegalArgumentException().isThrownBy(() -> client.approvals(changes));
        assertThat(instance.sent()).hasSize(sent);
    }

    @Test
    void theIntegrationUserIsTheOneOfTheSignIn() throws Exception {
        answer(row("jenkins"), row("other"));
        assertThat(client.integrationUser())
                .hasValueSatisfying(user -> assertThat(user.userName()).isEqualTo("jenkins"));
        assertThat(instance.sent()).containsExactly("GET /api/now/table/sys_user user_nameINjenkins");
        assertThat(ServiceNowClient.isUserName("bob")).isTrue();
        assertThat(ServiceNowClient.isUserName("a,b")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "machine, '', true",
        "'', true, true",
        "human, false, false",
        "human, '', false",
        "'', false, false",
        "'', '',"
    })
    void theOwnUserIsAMachineOrNot(String type, String webServiceOnly, Boolean machine) throws Exception {
        answer("{\"sys_id\":\"" + BOB + "\",\"user_name\":\"bob\",\"identity_type\":\"" + type
                + "\",\"web_service_access_only\":\"" + webServiceOnly + "\"}");
        assertThat(client.ownUser()).hasValue(new IntegrationUser(BOB, "bob", machine));
        assertThat(instance.sent()).containsExactly("GET /api/now/table/sys_user sys_id=javascript:gs.getUserID()");
    }

    @Test
    void severalOwnUsersAreNone() throws Exception {
        answer(row("bob"), row("eve"));
        assertThat(client.ownUser()).isEmpty();
        answer("{\"sys_id\":\"?\",\"user_name\":\"bob\"}");
        assertThat(client.ownUser()).isEmpty();
    }

    @Test
    void rolesOfOthersAreNone() throws Exception {
        answer(
                "{\"user\":\"" + BOB + "\",\"role.name\":\"sn_change_write\"}",
                "{\"user\":\"" + "e".repeat(32) + "\",\"role.name\":\"admin\"}");
        assertThat(client.roles(BOB)).containsExactly("sn_change_write");
        assertThat(instance.sent()).containsExactly("GET /api/now/table/sys_user_has_role user=" + BOB);
    }

    /** With the displayed values; of a row of the journal only the newest entry, without its head. */
    @Test
    void anApprovalIsReadWithItsTimes() throws Exception {
        SysId change = new SysId("c".repeat(32));
        String row = """
                {"sysapproval":{"value":"%s"},"approver":{"value":"%s"},"approver.user_name":{"value":"bob"},\
                "approver.name":{"value":"Bob"},"approver.email":{"value":"b@x.example"},\
                "group":{"value":"x","display_value":"CAB"},"state":{"value":"rejected"},\
                "comments":{"display_value":"2026-12-01 20:00:00 - Bob (Comments)\\nNot now\\n\\nolder"},\
                "sys_created_on":{"value":"2026-12-01 19:00:00"},"sys_updated_on":{"value":"yesterday"},\
                "sys_updated_by":{"value":"bob"}}\
                """.formatted(change, BOB);
        instance.answer(
                request -> ScriptedAnswers.response(200, "application/json", "{\"result\":[" + row.strip() + "]}"));
        assertThat(client.approvals(List.of(change)))
                .containsExactly(Map.entry(
                        change,
                        new ApprovalsResult.Read(List.of(new ChangeApproval(
                                BOB,
                                "bob",
                                "Bob",
                                "b@x.example",
                                "CAB",
                                "rejected",
                                "Not now",
                                "bob",
                                Instant.parse("2026-12-01T19:00:00Z"),
                                null)))));
        assertThat(instance.sent()).containsExactly("GET /api/now/table/sysapproval_approver sysapprovalIN" + change);
    }
}
