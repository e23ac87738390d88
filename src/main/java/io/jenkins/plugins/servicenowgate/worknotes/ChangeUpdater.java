package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes one attempt to write one entry of the books into its change: a note that must not stand there twice, or a
 * transition that is read back. When there is another attempt is for the {@link ChangeUpdateQueue} to say.
 */
final class ChangeUpdater {
    private final ChangePoller.ClientSource clients;
    private final Supplier<PollingPolicy> policy;
    private final InstantSource clock;

    ChangeUpdater(
            @NonNull ChangePoller.ClientSource clients,
            @NonNull Supplier<PollingPolicy> policy,
            @NonNull InstantSource clock) {
        this.clients = clients;
        this.policy = policy;
        this.clock = clock;
    }

    /** What an attempt came to. */
    sealed interface WriteResult {
        /** It stands in the change, or is not to stand there any more. */
        record Written() implements WriteResult {}

        /** An earlier request may still come true for that long. */
        record Uncertain(@NonNull Duration left) implements WriteResult {}

        /** The instance did not take it; people may mend that. */
        record NotTaken(@NonNull String why) implements WriteResult {}

        /** It will never be taken. */
        record Lost(@NonNull String why) implements WriteResult {}
    }

    @NonNull
    WriteResult write(@NonNull ChangeUpdateQueue.DeploymentUpdates updates, @NonNull PendingUpdate entry)
            throws ServiceNowException, IOException {
        ServiceNowClient client = clients.get();
        return entry.target() == null ? note(updates, entry, client) : move(updates, entry, client);
    }

    private WriteResult note(ChangeUpdateQueue.DeploymentUpdates updates, PendingUpdate entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        Instant sent = entry.sent();
        if (sent != null) {
            // The journal tells, where it is shown, whether the request without an answer came true.
            Optional<String> journal = journal(updates, client);
            if (journal.isPresent() && journal.get().contains(entry.signature())) {
                return new WriteResult.Written();
            }
            Duration left =
                    Duration.between(clock.instant(), sent.plus(policy.get().settle()));
            if (!left.isNegative() && !left.isZero()) {
                return new WriteResult.Uncertain(left);
            }
        }
        entry.sentAt(clock.instant());
        updates.owner().save();
        List<String> ignored;
        try {
            ignored = client.update(updates.change(), Map.of("work_notes", entry.signedText()));
        } catch (ServiceNowException e) {
            entry.sentAt(e.isOutcomeUnknown() ? clock.instant() : null);
            updates.owner().save();
            throw e;
        }
        return ignored.contains("work_notes")
                ? new WriteResult.Lost(
                        Phrase.of(Reason.BOOK_IGNORED, "work_notes").text())
                : new WriteResult.Written();
    }

    /** A journal that the user must not read proves as little as one that is not shown. */
    private static Optional<String> journal(ChangeUpdateQueue.DeploymentUpdates updates, ServiceNowClient client)
            throws ServiceNowException {
        try {
            return client.workNotes(updates.change());
        } catch (ServiceNowException e) {
            if (e.problem().isTransient()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static WriteResult move(
            ChangeUpdateQueue.DeploymentUpdates updates, PendingUpdate entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        ChangeState target = entry.target();
        ChangeRequest change = read(updates, client);
        if (change == null || isThere(change, target)) {
            return moved(updates, change, target);
        }
        ChangeState from = target == ChangeState.CLOSED ? ChangeState.REVIEW : ChangeState.IMPLEMENT;
        if (change.state() != from) {
            return new WriteResult.Lost(wrongState(updates, change));
        }
        if (!updates.owner().finishing(updates.change())) {
            updates.outbox().dropTransitions();
            return new WriteResult.Written();
        }
        send(updates, entry, target, client);
        return moved(updates, read(updates, client), target);
    }

    private static void send(
            ChangeUpdateQueue.DeploymentUpdates updates,
            PendingUpdate entry,
            ChangeState target,
            ServiceNowClient client)
            throws ServiceNowException {
        Map<String, String> fields = new HashMap<>();
        fields.put("state", String.valueOf(target.value()));
        fields.put("close_code", entry.closeCode().value());
        fields.put("close_notes", entry.signedText());
        try {
            client.update(updates.change(), fields);
        } catch (ServiceNowException e) {
            if (e.problem() != FailureKind.REJECTED || target == ChangeState.CLOSED) {
                throw e;
            }
            // Some instances take these two only later; the state matters more.
            client.update(updates.change(), Map.of("state", String.valueOf(target.value())));
        }
    }

    private static WriteResult moved(
            ChangeUpdateQueue.DeploymentUpdates updates, @CheckForNull ChangeRequest change, ChangeState target) {
        if (change == null) {
            return new WriteResult.NotTaken(Phrase.of(Reason.BOOK_ABSENT).text());
        }
        return isThere(change, target)
                ? new WriteResult.Written()
                : new WriteResult.NotTaken(wrongState(updates, change));
    }

    private static boolean isThere(ChangeRequest change, ChangeState target) {
        return change.state() == target || change.state() == ChangeState.CLOSED;
    }

    private static String wrongState(ChangeUpdateQueue.DeploymentUpdates updates, ChangeRequest change) {
        return Phrase.of(Reason.BOOK_WRONG_STATE, updates.number(), change.stateLabel())
                .text();
    }

    @CheckForNull
    private static ChangeRequest read(ChangeUpdateQueue.DeploymentUpdates updates, ServiceNowClient client)
            throws ServiceNowException {
        ServiceNowClient.ReadResult look =
                client.read(List.of(updates.change())).get(updates.change());
        return look instanceof ServiceNowClient.ReadResult.Seen seen ? seen.change() : null;
    }
}
