package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ApprovalRound;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who approves: what is read with the polls and before a release, and what separation of duties makes of it. */
class ApprovalsPollTest extends PollingTestBase {
    private List<RecordedRequest> table(String name) {
        return simulator.requests().to(Endpoint.TABLE).stream()
                .filter(request -> request.path().equals("/api/now/table/" + name))
                .toList();
    }

    private List<RecordedRequest> approvalRequests() {
        return table("sysapproval_approver");
    }

    private Waiter waiting() {
        Waiter waiter = byTitle();
        theChange();
        runUntil(waiter.record::isLinked);
        return waiter;
    }

    @Test
    void tellsForWhomItWaitsWhenThatChanges() {
        Waiter waiter = waiting();
        simulator.addUser("bob", "Bob Board", "");
        simulator.addUser("dora", "Dora Chair", "");
        simulator.people().requestApproval(waiter.record.number(), "CAB", "bob", "dora");
        runUntil(() -> waiter.lines().contains("ApprovalRound.Waits"));
        assertThat(waiter.texts())
                .last()
                .isEqualTo("Waiting: " + waiter.record.number()
                        + " is in Assess and waits for approval of group CAB (0 of 2; "
                        + "asked: Bob Board (bob), Dora Chair (dora)).");

        int before = approvalRequests().size();
        simulator.people().approveAs(waiter.record.number(), "bob");
        runUntil(() -> approvalRequests().size() >= before + 3);
        assertThat(waiter.texts())
                .filteredOn(text -> text.contains("1 of 2: Bob Board (bob) approved; asked: Dora Chair (dora)"))
                .as("once, when it changes")
                .hasSize(1);
    }

    @Test
    void readsTheApprovalsOfAllChangesAtOnceAndOnlyOnceTheyWaitForApproval() {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            waiters.add(new Waiter(TITLE.replace("shop", "shop" + i), null).admit());
        }
        runUntil(() -> waiters.stream().allMatch(waiter -> waiter.record.isLinked()));
        time.runUntil(() -> simulator.requests().count(Endpoint.LIST) > 90);
        assertThat(approvalRequests()).as("nobody is asked yet").isEmpty();

        waiters.forEach(waiter -> simulator.people().advance(waiter.record.number()));
        int polls = simulator.requests().count(Endpoint.LIST);
        runUntil(() -> waiters.stream().allMatch(waiter -> waiter.lines().contains("ApprovalRound.Waits")));
        runUntil(() -> approvalRequests().size() >= 5);
        assertThat(approvalRequests().size())
                .as("at most one request for each poll")
                .isLessThanOrEqualTo(simulator.requests().count(Endpoint.LIST) - polls);
        RecordedRequest request = approvalRequests().get(approvalRequests().size() - 1);
        assertThat(request.query())
                .containsEntry("sysparm_display_value", "all")
                .containsEntry("sysparm_exclude_reference_link", "true")
                .containsEntry("sysparm_limit", "10000")
                .containsEntry(
                        "sysparm_fields",
                        "sysapproval,approver,approver.user_name,approver.name,approver.email,group,"
                                + "group.assignment_group.name,state,comments,sys_created_on,sys_updated_on,sys_updated_by");
        assertThat(request.query().get("sysparm_query")).startsWith("sysapprovalIN");
    }

    @Test
    void readsThemOnceBeforeRelease() {
        Waiter waiter = waiting();
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);

        assertThat(approvalRequests()).hasSize(1);
        ApprovalRound approvals = waiter.approvals.get(waiter.approvals.size() - 1);
        assertThat(approvals.approvedBy()).isEqualTo("Ann Approver (ann.approver)");
        assertThat(approvals.approvedAt()).isNotNull();
        assertThat(table("sys_user")).as("not needed").isEmpty();
    }

    @Test
    void readsNothingForAStandardChange() {
        newChange = new NewChange.Standard("T");
        simulator.addTemplate("T", true, Map.of());
        Waiter waiter = waiting();
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(approvalRequests()).isEmpty();
    }

    @Test
    void tellsWhoRejectedWhenAndWhy() {
        Waiter waiter = waiting();
        simulator.people().requestApproval(waiter.record.number(), "", "bob", "dora");
        simulator.people().rejectAs(waiter.record.number(), "bob", "Not in the freeze\nask again");
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ApprovalRound.RejectedBecause");
        assertThat(waiter.refusal.toString())
                .contains("rejected by bob (bob) at 2026-12-01 2", "Not in the freeze ask again");
    }

    @Test
    void whereARejectionIsWaitedForItTellsWhoRejectedAndGoesOnWithTheNextRound() {
        waitsAfterRejection = true;
        Waiter waiter = waiting();
        String number = waiter.record.number();
        simulator.people().requestApproval(number, "", "bob").rejectAs(number, "bob", "Not in the freeze");
        runUntil(() -> waiter.lines().contains("ApprovalRound.WaitsRejectedBecause"));
        assertThat(waiter.texts())
                .last()
                .asString()
                .startsWith("Waiting: " + number + " was rejected by bob (bob) at ")
                .endsWith(": Not in the freeze - Answer in ServiceNow and request approval again; or abort the build.");

        time.elapsed(Duration.ofMinutes(1));
        simulator.people().requestApproval(number, "", "dora");
        runUntil(() -> waiter.lines().contains("ApprovalRound.Waits"));
        simulator.people().approveAs(number, "dora").approve(number);
        runUntil(waiter::isReleased);
        assertThat(waiter.refusal()).isNull();
        assertThat(waiter.approvals)
                .last()
                .extracting(ApprovalRound::approvedBy)
                .isEqualTo("dora (dora)");
    }

    @Test
    void aRejectionWithoutReadableApprovalsIsWaitedForToo() {
        waitsAfterRejection = true;
        simulator.behaviour().refuseTables("sysapproval_approver");
        Waiter waiter = waiting();
        simulator.people().reject(waiter.record.number());
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsAfterRejection"));
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoRejectedHidesNoOtherReasonOfARefusal(boolean waits) {
        waitsAfterRejection = waits;
        Waiter waiter = waiting();
        String number = waiter.record.number();
        simulator.people().requestApproval(number, "", "bob").rejectAs(number, "bob", "Not in the freeze");
        simulator.people().cancel(number);
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.refusal()).isEqualTo("ReleaseRule.Finished");
    }

    @Test
    void aRejectedChangeWhoseWindowPassedIsRefusedForThat() {
        waitsAfterRejection = true;
        Waiter waiter = waiting();
        String number = waiter.record.number();
        simulator.people().window(number, null, clock.instant().plusSeconds(600));
        simulator.people().requestApproval(number, "", "bob").rejectAs(number, "bob", "Not in the freeze");
        runUntil(() -> waiter.refusal() != null);
        assertThat(waiter.lines()).contains("ApprovalRound.WaitsRejectedBecause");
        assertThat(waiter.refusal()).isEqualTo("ReleaseRule.WindowPassed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "empty", "column"})
    void withoutTheRightItGoesOnAfterOneLine(String right) {
        switch (right) {
            case "refused" -> simulator.behaviour().refuseTables("sysapproval_approver");
            case "empty" -> simulator.behaviour().emptyTables("sysapproval_approver");
            default -> simulator.behaviour().hideTableColumns("approver");
        }
        Waiter waiter = waiting();
        simulator.people().advance(waiter.record.number());
        runUntil(() -> approvalRequests().size() >= 3);
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
        assertThat(waiter.lines())
                .filteredOn("ApprovalCheck.Unreadable"::equals)
                .hasSize(1);
    }

    @Test
    void aFailureThatPassesCostsNoLineAndNoRelease() {
        Waiter waiter = waiting();
        simulator.people().advance(waiter.record.number());
        runUntil(() -> waiter.lines().contains("ApprovalRound.Waits"));
        int lines = waiter.lines().size();
        int asked = approvalRequests().size();
        simulator.faults().on(Endpoint.TABLE).always(Fault.html());
        runUntil(() -> approvalRequests().size() >= asked + 2);
        assertThat(waiter.lines()).as("what was known of it still holds").hasSize(lines);
        simulator.people().approve(waiter.record.number());
        runUntil(waiter::isReleased);
    }

    /** Those of an earlier poll may belong to an earlier round: what is shown was read before the release, or is nothing. */
    @Test
    void whatCanNotBeReadBeforeTheReleaseIsNotShownAsApproved() {
        Waiter waiter = waiting();
        String number = waiter.record.number();
        simulator.people().requestApproval(number, "CAB", "bob", "dora").approveAs(number, "bob");
        runUntil(() -> waiter.texts().stream().anyMatch(text -> text.contains("1 of 2: bob (bob) approved")));
        simulator.faults().on(Endpoint.TABLE).always(Fault.unavailable());
        simulator.people().approve(number);
        runUntil(waiter::isReleased);

        assertThat(waiter.approvals)
                .last()
                .extracting(ApprovalRound::approvedBy)
                .isEqualTo("");
        assertThat(waiter.lines()).contains("ApprovalCheck.NotRead");
    }
}
