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

    private static String approval(String change, String approver, String state, String comments) {
        return ("{'sysapproval':{'value':'" + change + "'},'approver':{'value':'" + approver + "'},'state':{'value':'"
                        + state + "'},'comments':{'display_value':'" + comments + "'}}")
                .replace('\'', '"');
    }

    private ApprovalsResult approvalsOf(SysId change, String... rows) throws ServiceNowException {
        instance.answer(request ->
                ScriptedAnswers.response(200, "application/json", "{\"result\":[" + String.join(",", rows) + "]}"));
        Map<SysId, ApprovalsResult> results = client.approvals(List.of(change));
        assertThat(results).containsOnlyKeys(change);
        return results.get(change);
    }

    /** What can't be read of one row may be anything, so nothing is known of the others either. */
    @Test
    void approvalsOfWhichOneIsNotReadableAreUnreadable() throws Exception {
        SysId change = new SysId("c".repeat(32));
        String good = approval(change.value(), BOB.value(), "approved", "");
        for (String bad : List.of(
                approval(change.value(), "x", "approved", ""),
                approval(change.value(), BOB.value(), "", ""),
                approval("x", BOB.value(), "approved", ""))) {
            assertThat(approvalsOf(change, bad, good)).isInstanceOf(ApprovalsResult.Unreadable.class);
            assertThat(approvalsOf(change, good, bad)).isInstanceOf(ApprovalsResult.Unreadable.class);
        }
        assertThat(approvalsOf(change, Collections.nCopies(10_000, good).toArray(new String[0])))
                .isInstanceOf(ApprovalsResult.Unreadable.class);
    }

    @Test
    void approvalsOfOtherChangesAreNone() throws Exception {
        SysId change = new SysId("c".repeat(32));
        assertThat(approvalsOf(change, approval("d".repeat(32), BOB.value(), "approved", "")))
                .isEqualTo(new ApprovalsResult.Read(List.of()));
    }

    /** With a line that says who wrote it, or without. */
    @ParameterizedTest
    @CsvSource({"Not now, Not now", "'\\nNot now', Not now", "'Not\\nnow', 'Not\nnow'", "'', ''"})
    void aCommentMayHaveNoHead(String comments, String comment) throws Exception {
        SysId change = new SysId("c".repeat(32));
        ApprovalsResult result = approvalsOf(change, approval(change.value(), BOB.value(), "rejected", comments));
        assertThat(((ApprovalsResult.Read) result).approvals().get(0).comment())
                .isEqualTo(comment.replace("\\n", "\n"));
    }

    @Test
    void aUserNameHasNoMoreThanAHundredCharacters() {
        assertThat(ServiceNowClient.isUserName("x".repeat(100))).isTrue();
        assertThat(ServiceNowClient.isUserName("x".repeat(101))).isFalse();
        assertThat(ServiceNowClient.isUserName(" ")).isFalse();
        assertThat(ServiceNowClient.isUserName(" JavaScript:gs.x()")).isFalse();
    }
}
