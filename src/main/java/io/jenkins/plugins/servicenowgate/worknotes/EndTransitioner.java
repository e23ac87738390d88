package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.rules.AbandonedChangeRule;
import io.jenkins.plugins.servicenowgate.servicenow.ApprovalsResult;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeTasks;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.StoredTime;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue.DeploymentUpdates;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue.Turn;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdater.WriteResult;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/**
 * Makes one attempt to move a change to the state in which its deployment leaves it: to Review or Closed after it, or to
 * Canceled if it did not take place. Each attempt reads the change first and again afterwards, so that nothing is done
 * twice after a crash, and what people did already is success.
 */
final class EndTransitioner {
    private static final int MAX_NAMED_TASKS = 10;

    /** The state Closed of a task (ServiceNow product documentation, "Create a change task"). */
    private static final String TASK_CLOSED = "3";

    private final ConnectionContext context;

    EndTransitioner(@NonNull ConnectionContext context) {
        this.context = context;
    }

    @NonNull
    WriteResult move(@NonNull DeploymentUpdates updates, @NonNull PendingUpdate entry, @NonNull ServiceNowClient client)
            throws ServiceNowException, IOException {
        Turn turn = updates.owner().turn(updates.change());
        if (turn != Turn.NOW) {
            return notNow(updates, turn);
        }
        ChangeState target = entry.target();
        ChangeRequest change = read(updates, client);
        if (change == null) {
            return absent();
        }
        if (!context.states().get().hasDefaultLifeCycle(change)) {
            return otherModel(updates, change, target);
        }
        if (isDone(change, target)) {
            return done(updates, change);
        }
        if (target == ChangeState.CANCELED) {
            return cancel(updates, entry, client, change);
        }
        ChangeState from = target == ChangeState.CLOSED ? ChangeState.REVIEW : ChangeState.IMPLEMENT;
        if (change.state() != from) {
            return new WriteResult.Lost(wrongState(updates, change));
        }
        if (change.onHold()) {
            return new WriteResult.Lost(
                    Messages._ChangeUpdater_OnHold(updates.number(), TextSanitizer.clean(change.onHoldReason(), 200))
                            .toString());
        }
        // A deployment may have found the change since.
        turn = updates.owner().turn(updates.change());
        if (turn != Turn.NOW) {
            return notNow(updates, turn);
        }
        updates.owner().finishing(updates.change());
        if (entry.closesTasks()) {
            closeTasks(updates, entry, client);
        }
        return sendAndVerify(updates, client, change, target, variants(entry, target));
    }

    /** The states of other models mean something else, so their changes are left to people. */
    private static WriteResult otherModel(DeploymentUpdates updates, ChangeRequest change, ChangeState target) {
        if (!change.active()) {
            return done(updates, change);
        }
        ChangeModel model = change.model();
        Localizable why = Messages._ChangeUpdater_OtherModel(
                updates.number(), TextSanitizer.clean(model == null ? "" : model.name(), 80));
        if (target == ChangeState.CANCELED) {
            updates.owner().kept(why);
            return new WriteResult.Written();
        }
        return new WriteResult.Lost(why.toString());
    }

    /** Another deployment that uses the change moves it after its end, or this one does when that one has ended. */
    private WriteResult notNow(DeploymentUpdates updates, Turn turn) {
        if (turn == Turn.NEVER) {
            updates.outbox().dropTransitions();
            return new WriteResult.Written();
        }
        return new WriteResult.Deferred(context.policy().get().interval());
    }

    private static WriteResult done(DeploymentUpdates updates, ChangeRequest change) {
        updates.owner().moved(change.stateLabel());
        return new WriteResult.Written();
    }

    private static boolean isDone(ChangeRequest change, ChangeState target) {
        return change.state() == target
                || change.state() == ChangeState.CLOSED
                || target == ChangeState.CANCELED && !change.active();
    }

    // ---- requests

    /** What is sent, the most complete request first; the next one is for instances that reject a field of it. */
    private static List<Map<String, String>> variants(PendingUpdate entry, ChangeState target) {
        Map<String, String> fields = new HashMap<>();
        fields.put("state", String.valueOf(target.value()));
        List<Map<String, String>> variants = new ArrayList<>();
        if (target == ChangeState.REVIEW) {
            variants.add(Map.copyOf(fields));
        }
        fields.put("close_code", entry.closeCode().value());
        fields.put("close_notes", entry.signedText());
        variants.add(0, Map.copyOf(fields));
        Instant start = entry.workStart();
        Instant end = entry.workEnd();
        if (target == ChangeState.REVIEW && start != null && end != null) {
            fields.put("work_start", StoredTime.format(start));
            fields.put("work_end", StoredTime.format(end));
            variants.add(0, Map.copyOf(fields));
        }
        return variants;
    }

    /** A change with a model, or with one that is hidden, is moved only if the model offers the transition. */
    private static WriteResult sendAndVerify(
            DeploymentUpdates updates,
            ServiceNowClient client,
            ChangeRequest before,
            ChangeState target,
            List<Map<String, String>> variants)
            throws ServiceNowException {
        if (before.mayHaveModel() && !client.transitions(updates.change()).isAvailable(target)) {
            return new WriteResult.NotTaken(explained(
                    updates,
                    client,
                    target,
                    Messages._ChangeUpdater_Unavailable(before.stateLabel(), target.label())
                            .toString()));
        }
        for (int i = 0; i < variants.size(); i++) {
            try {
                client.update(updates.change(), variants.get(i));
                break;
            } catch (ServiceNowException e) {
                if (!isObjection(e)) {
                    throw e;
                }
                if (e.problem() != FailureKind.REJECTED || i == variants.size() - 1) {
                    return new WriteResult.NotTaken(
                            explained(updates, client, target, e.localizable().toString()));
                }
            }
        }
        ChangeRequest change = read(updates, client);
        if (change == null) {
            return absent();
        }
        return isDone(change, target)
                ? done(updates, change)
                : new WriteResult.NotTaken(explained(updates, client, target, wrongState(updates, change)));
    }

    /** Whether the instance rejects this request, and perhaps no other one. */
    private static boolean isObjection(ServiceNowException e) {
        return e.problem() == FailureKind.REJECTED || e.problem() == FailureKind.FORBIDDEN;
    }

    // ---- tasks

    /** Closes the open tasks, as far as the instance permits; the transition shows whether that was enough. */
    private static void closeTasks(DeploymentUpdates updates, PendingUpdate entry, ServiceNowClient client)
            throws ServiceNowException {
        Map<String, String> fields = Map.of(
                "state", TASK_CLOSED, "close_code", entry.closeCode().value(), "close_notes", entry.signedText());
        List<ChangeTasks.Task> open = List.of();
        try {
            open = client.tasks().open(updates.change());
        } catch (ServiceNowException e) {
            throwUnlessAboutTasks(e);
        }
        for (ChangeTasks.Task task : open) {
            try {
                client.tasks().update(updates.change(), task, fields);
            } catch (ServiceNowException e) {
                throwUnlessAboutTasks(e);
            }
        }
    }

    /** What the instance says about tasks alone does not keep the change from being moved. */
    private static void throwUnlessAboutTasks(ServiceNowException e) throws ServiceNowException {
        switch (e.problem()) {
            case REJECTED, FORBIDDEN, NOT_FOUND, BAD_ANSWER, TOO_LARGE, QUERY_NOT_APPLIED -> {
                // The transition, if it is refused, lists the tasks that are still open.
            }
            default -> throw e;
        }
    }

    /** Why a transition was refused: in the words of the response, with the open tasks and the failed conditions. */
    private static String explained(
            DeploymentUpdates updates, ServiceNowClient client, ChangeState target, String why) {
        List<ChangeTasks.Task> tasks = List.of();
        Set<String> conditions = Set.of();
        try {
            conditions = client.transitions(updates.change()).failedConditions(target);
            tasks = target == ChangeState.CANCELED ? tasks : client.tasks().open(updates.change());
        } catch (ServiceNowException e) {
            // The transition itself is retried or reported; this only adds details.
            return why;
        }
        String all = why;
        if (!tasks.isEmpty()) {
            String named = tasks.stream()
                    .limit(MAX_NAMED_TASKS)
                    .map(task -> task.number() + " (" + TextSanitizer.clean(task.title(), 80) + ")")
                    .collect(Collectors.joining(", "));
            all = Messages._ChangeUpdater_OpenTasks(all, String.valueOf(tasks.size()), named)
                    .toString();
        }
        return conditions.isEmpty()
                ? all
                : Messages._ChangeUpdater_FailedConditions(all, String.join(", ", conditions))
                        .toString();
    }

    // ---- a change whose deployment did not take place

    private WriteResult cancel(
            DeploymentUpdates updates, PendingUpdate entry, ServiceNowClient client, ChangeRequest change)
            throws ServiceNowException {
        boolean deployed = updates.owner().isDeployedUnapproved(updates.change());
        Localizable kept = AbandonedChangeRule.reasonToKeep(change, entry.deployment(), deployed);
        if (kept == null) {
            kept = AbandonedChangeRule.reasonToKeep(change, approvals(updates.change(), client));
        }
        if (kept != null) {
            updates.owner().kept(kept);
            return new WriteResult.Written();
        }
        // A deployment may have found the change since.
        Turn turn = updates.owner().turn(updates.change());
        if (turn != Turn.NOW) {
            return notNow(updates, turn);
        }
        return sendAndVerify(
                updates,
                client,
                change,
                ChangeState.CANCELED,
                List.of(Map.of("state", String.valueOf(ChangeState.CANCELED.value()), "reason", entry.text())));
    }

    /** The approvals of a change; what only people with more rights may read is unreadable. */
    private static ApprovalsResult approvals(SysId change, ServiceNowClient client) throws ServiceNowException {
        try {
            return Objects.requireNonNull(client.approvals(List.of(change)).get(change), "not read");
        } catch (ServiceNowException e) {
            return switch (e.problem()) {
                case FORBIDDEN, NOT_FOUND, REJECTED, QUERY_NOT_APPLIED ->
                    new ApprovalsResult.Unreadable(e.localizable());
                default -> throw e;
            };
        }
    }

    private static WriteResult absent() {
        return new WriteResult.NotTaken(Messages._ChangeUpdater_Absent().toString());
    }

    private static String wrongState(DeploymentUpdates updates, ChangeRequest change) {
        return Messages._ChangeUpdater_WrongState(updates.number(), change.stateLabel())
                .toString();
    }

    @CheckForNull
    private static ChangeRequest read(DeploymentUpdates updates, ServiceNowClient client) throws ServiceNowException {
        SysId change = updates.change();
        return client.read(List.of(change)).get(change) instanceof ServiceNowClient.ReadResult.Seen seen
                ? seen.change()
                : null;
    }
}
