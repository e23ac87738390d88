package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeApproval;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowUser;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.localizer.Localizable;

/** What approvals say, and whether another person than the starter approved. */
class ApprovalRoundTest {
    private static final Instant T0 = Instant.parse("2026-12-01T20:00:00Z");
    private static final ChangeRequest CHANGE = ChangeFixture.change()
            .sysId(id('c'))
            .title("title")
            .state(-3)
            .approval("requested")
            .get();
    private static final ServiceNowUser ALICE = new ServiceNowUser(id('a'), "alice", "Alice", "alice@corp.example");
    private static final ServiceNowUser GATE = new ServiceNowUser(id('e'), "jenkins.integration", "", "");

    private static SysId id(char digit) {
        return new SysId(String.valueOf(digit).repeat(32));
    }

    private static ChangeApproval approval(
            char who, String user, String group, String state, int created, int updated, String by) {
        return new ChangeApproval(
                id(who),
                user,
                user.isEmpty() ? "" : user.toUpperCase(Locale.ROOT),
                user + "@corp.example",
                group,
                state,
                "",
                by,
                T0.plusSeconds(created),
                T0.plusSeconds(updated));
    }

    private static ChangeApproval approved(char who, String user, int created, int updated) {
        return approval(who, user, "CAB", "approved", created, updated, user);
    }

    private static ApprovalRound round(ChangeApproval... approvals) {
        return new ApprovalRound(List.of(approvals));
    }

    private static String text(Localizable text) {
        return text == null ? null : text.toString(Locale.ROOT);
    }

    @Test
    void tellsForWhomAChangeWaits() {
        ApprovalRound round = round(
                approved('b', "bob", 0, 5),
                approval('d', "dora", "CAB", "requested", 0, 0, "system"),
                approval('f', "fred", "CAB", "requested", 0, 0, "system"),
                approval('0', "zoe", "", "requested", 0, 0, "system"),
                approval('1', "done", "Peers", "approved", 0, 0, "done"));

        assertThat(text(round.waitsFor(CHANGE)))
                .isEqualTo("Waiting: CHG1 is in Authorize and waits for approval of group CAB (1 of 3: BOB (bob)"
                        + " approved; asked: DORA (dora), FRED (fred)); ZOE (zoe).");
        assertThat(round(approval('d', "dora", "CAB", "requested", 0, 0, "system"))
                        .waitsFor(CHANGE))
                .hasToString("Waiting: CHG1 is in Authorize and waits for approval of group CAB (0 of 1; asked: DORA"
                        + " (dora)).");
        assertThat(round(approved('b', "bob", 0, 5)).waitsFor(CHANGE)).isNull();
    }

    @Test
    void namesNotMoreThanFivePeople() {
        ApprovalRound round = new ApprovalRound(Stream.of("a", "b", "c", "d", "e", "f", "0")
                .map(user -> approval(user.charAt(0), user, "", "requested", 0, 0, "system"))
                .toList());

        assertThat(text(round.waitsFor(CHANGE))).endsWith("E (e) and 2 more.");
        assertThat(text(new ApprovalRound(round.all().subList(0, 5)).waitsFor(CHANGE)))
                .endsWith("A (a), B (b), C (c), D (d), E (e).");
    }

    @Test
    void tellsWhoRejectedWhenAndWhy() {
        ChangeApproval rejection = new ChangeApproval(
                id('b'), "bob", "Bob", "", "CAB", "rejected", "Not in\nthe freeze", "bob", T0, T0.plusSeconds(60));

        assertThat(text(round(approved('d', "dora", 0, 5), rejection).rejected(CHANGE)))
                .isEqualTo("Refused: CHG1 was rejected by Bob (bob) of group CAB at 2026-12-01 20:01:00 UTC: Not in the"
                        + " freeze - Cancel the change or request approval again, then build again.");
        assertThat(round(approved('d', "dora", 0, 5)).rejected(CHANGE)).isNull();
        assertThat(text(round(approval('b', "bob", "", "rejected", 0, 60, "bob"))
                        .rejected(CHANGE)))
                .startsWith("Refused: CHG1 was rejected by BOB (bob) at 2026-12-01 20:01:00 UTC, without a comment.");
    }

    @Test
    void tellsWhoApprovedAndWhen() {
        ApprovalRound round = round(approved('d', "dora", 0, 9), approved('b', "bob", 0, 5));

        assertThat(round.approvedBy()).isEqualTo("BOB (bob), DORA (dora)");
        assertThat(round.approvedAt()).isEqualTo(T0.plusSeconds(9));
        assertThat(round().approvedBy()).isEmpty();
        assertThat(round().approvedAt()).isNull();
    }

    /** Requested, decided, by whom entered; after a rejection at 100. */
    @ParameterizedTest
    @CsvSource({
        "0, 50, bob, false",
        "0, 150, bob, true",
        "0, 150, system, false",
        "100, 150, bob, true",
        "101, 150, system, true"
    })
    void whatBelongsToAnEarlierRoundCountsNoMore(int created, int updated, String by, boolean counts) {
        for (String end : List.of("rejected", "cancelled")) {
            ApprovalRound round = round(
                    approval('d', "dora", "CAB", end, 0, 100, "dora"),
                    approval('b', "bob", "CAB", "approved", created, updated, by));
            assertThat(round.approvedBy()).as(end).isEqualTo(counts ? "BOB (bob)" : "");
        }
    }

    @Test
    void anEndWithoutATimeEndsWhateverWasApproved() {
        ChangeApproval rejected = new ChangeApproval(id('d'), "dora", "", "", "", "rejected", "", "dora", T0, null);
        assertThat(round(rejected, approved('b', "bob", 900, 950)).approved()).isEmpty();
    }

    private static String refusal(ChangeApproval... approvals) {
        Localizable refusal = SeparationRule.refusal("CHG1", round(approvals), List.of(ALICE), GATE);
        return refusal == null ? "released" : refusal.getKey();
    }

    @Test
    void onlyAnotherPersonsApprovalCounts() {
        assertThat(refusal(approved('b', "bob", 0, 5))).isEqualTo("released");
        assertThat(refusal(approved('a', "alice", 0, 5), approved('b', "bob", 0, 5)))
                .isEqualTo("released");
        assertThat(refusal(approved('a', "other.name", 0, 5))).isEqualTo("SeparationRule.NobodyElse");
        assertThat(refusal(approved('e', "jenkins.integration", 0, 5))).isEqualTo("SeparationRule.NobodyElse");
        assertThat(refusal()).isEqualTo("SeparationRule.NotApproved");
        assertThat(refusal(approval('b', "bob", "CAB", "requested", 0, 0, "system")))
                .isEqualTo("SeparationRule.NotApproved");
    }

    @Test
    void whatAStarterEnteredForAnotherPersonDoesNotCount() {
        for (String by : List.of("alice", "ALICE", "jenkins.integration", "")) {
            assertThat(refusal(approval('b', "bob", "CAB", "approved", 0, 5, by)))
                    .as(by)
                    .isEqualTo("SeparationRule.NobodyElse");
        }
        assertThat(refusal(approval('b', "bob", "CAB", "approved", 0, 5, "system")))
                .isEqualTo("released");
    }

    @Test
    void aSecondAccountWithTheAddressOfTheStarterDoesNotCount() {
        ChangeApproval account = new ChangeApproval(
                id('b'), "alice.admin", "", "Alice@corp.example", "", "approved", "", "alice.admin", T0, T0);
        assertThat(refusal(account)).isEqualTo("SeparationRule.NobodyElse");
    }

    @Test
    void nobodyIsProvenToBeAnotherThanNobody() {
        Localizable refusal = SeparationRule.refusal("CHG1", round(approved('b', "bob", 0, 5)), List.of(), GATE);
        assertThat(refusal).isNotNull();
    }

    @Test
    void knowsWhetherAnythingIsKnown() {
        assertThat(round().isEmpty()).isTrue();
        assertThat(round(approved('b', "bob", 0, 5)).isEmpty()).isFalse();
    }

    @Test
    void tellsWhatADeploymentThatMayBeApprovedAgainWaitsFor() {
        assertThat(text(round(approval('b', "bob", "CAB", "rejected", 0, 60, "bob"))
                        .waitsAfterRejection(CHANGE)))
                .isEqualTo("Waiting: CHG1 was rejected by BOB (bob) of group CAB at 2026-12-01 20:01:00 UTC, without a"
                        + " comment. Ask for the reason, answer in ServiceNow and request approval again; or abort the"
                        + " build.");
        assertThat(round().waitsAfterRejection(CHANGE)).isNull();
    }

    @Test
    void namesTheStartersOfWhomNobodyIsAnother() {
        Localizable refusal = SeparationRule.refusal(
                "CHG1",
                round(approved('a', "alice", 0, 5)),
                List.of(new ServiceNowUser(id('1'), "zoe\u0007", "", ""), ALICE),
                GATE);
        assertThat(text(refusal))
                .startsWith("Refused: CHG1 was approved by ALICE (alice), but nobody else than the starter of the build"
                        + " (alice, zoe) or the integration user is proven to have approved it");
    }

    private static ChangeApproval dated(
            char who, String user, String state, Instant created, Instant updated, String by) {
        return new ChangeApproval(id(who), user, "", "", "", state, "", by, created, updated);
    }

    /** Whether it belongs to the current round, after a rejection at 100 seconds, where something can't be read. */
    @Test
    void whatIsNotReadableBelongsToAnEarlierRound() {
        ChangeApproval rejected = approval('d', "dora", "CAB", "rejected", 0, 100, "dora");
        Instant early = T0.plusSeconds(50);
        Instant late = T0.plusSeconds(150);
        assertThat(round(rejected, dated('b', "bob", "approved", null, null, "bob"))
                        .approved())
                .isEmpty();
        assertThat(round(rejected, dated('b', "bob", "approved", early, null, "bob"))
                        .approved())
                .isEmpty();
        assertThat(round(rejected, dated('b', "", "approved", early, late, "")).approved())
                .isEmpty();
        assertThat(round(rejected, dated('b', "bob", "approved", null, late, "bob"))
                        .approved())
                .hasSize(1);
        assertThat(round(rejected, dated('b', "bob", "approved", late, null, "system"))
                        .approved())
                .hasSize(1);
    }

    @Test
    void aRejectionMayHaveNoTime() {
        assertThat(text(round(dated('b', "bob", "rejected", T0, null, "bob")).rejected(CHANGE)))
                .startsWith("Refused: CHG1 was rejected by bob at an unknown time, without a comment.");
    }

    @Test
    void whoHasAnsweredAloneIsNotWaitedFor() {
        ChangeApproval done = approval('b', "bob", "", "approved", 0, 5, "bob");
        ChangeApproval asked = approval('d', "dora", "", "requested", 0, 0, "system");
        assertThat(text(round(done, asked).waitsFor(CHANGE)))
                .isEqualTo("Waiting: CHG1 is in Authorize and waits for approval of DORA (dora).");
        assertThat(round(done).waitsFor(CHANGE)).isNull();
    }
}
