package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one attempt to write one pending update into its change: a work note, which must not be written twice, an
 * attachment, which neither must be, or a transition, which is read back. {@link ChangeUpdateQueue} decides about further attempts.
 */
final class ChangeUpdater {
    private final ConnectionContext context;
    private final AttachmentUpdater attachments = new AttachmentUpdater(this);
    private final EndTransitioner transitions;

    ChangeUpdater(@NonNull ConnectionContext context) {
        this.context = context;
        this.transitions = new EndTransitioner(context);
    }

    /** The result of one attempt. */
    sealed interface WriteResult {
        /** The update is in the change, or is not needed any more. */
        record Written() implements WriteResult {}

        /** An earlier request may still be executed for this time. */
        record Uncertain(@NonNull Duration left) implements WriteResult {}

        /** Another deployment still uses the change; it is checked again after this time. */
        record Deferred(@NonNull Duration left) implements WriteResult {}

        /** The instance did not apply the update; people may correct the cause. */
        record NotTaken(@NonNull String why) implements WriteResult {}

        /** The update can never be written. */
        record Lost(@NonNull String why) implements WriteResult {}
    }

    @NonNull
    WriteResult write(@NonNull ChangeUpdateQueue.DeploymentUpdates updates, @NonNull PendingUpdate entry)
            throws ServiceNowException, IOException {
        ServiceNowClient client = context.clients().get();
        if (entry.isAttachment()) {
            return attachments.attach(updates, entry, client);
        }
        return entry.target() == null ? note(updates, entry, client) : transitions.move(updates, entry, client);
    }

    private WriteResult note(ChangeUpdateQueue.DeploymentUpdates updates, PendingUpdate entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        if (entry.sent() != null) {
            // The journal, if the instance returns it, shows whether the unanswered request was executed.
            Optional<String> journal = journal(updates, client);
            if (journal.isPresent() && journal.get().contains(entry.signature())) {
                return new WriteResult.Written();
            }
            Duration left = unsettled(entry);
            if (!left.isZero()) {
                return new WriteResult.Uncertain(left);
            }
        }
        List<String> ignored = new ArrayList<>();
        sendOnce(
                updates,
                entry,
                () -> ignored.addAll(client.update(updates.change(), Map.of("work_notes", entry.signedText()))));
        return ignored.contains("work_notes")
                ? new WriteResult.Lost(
                        Messages._ChangeUpdater_FieldIgnored("work_notes").toString())
                : new WriteResult.Written();
    }

    /** A request that must not be repeated unless it is certain that it was not executed. */
    @FunctionalInterface
    interface Sending {
        void send() throws ServiceNowException;
    }

    /** Stores that an update is sent, and sends it; a request without a valid response remains marked as sent. */
    void sendOnce(@NonNull ChangeUpdateQueue.DeploymentUpdates updates, @NonNull PendingUpdate entry, Sending request)
            throws ServiceNowException, IOException {
        entry.sentAt(now());
        updates.owner().save();
        try {
            request.send();
        } catch (ServiceNowException e) {
            entry.sentAt(e.isOutcomeUnknown() ? now() : null);
            updates.owner().save();
            throw e;
        }
    }

    /** How long the unanswered request of an update may still be executed. */
    @NonNull
    Duration unsettled(@NonNull PendingUpdate entry) {
        return entry.unsettled(now(), context.policy().get().settle());
    }

    private Instant now() {
        return context.instanceClock().local();
    }

    /** Empty if the journal is not returned, or the user may not read it. */
    private static Optional<String> journal(ChangeUpdateQueue.DeploymentUpdates updates, ServiceNowClient client)
            throws ServiceNowException {
        try {
            return client.workNotes(updates.change());
        } catch (ServiceNowException e) {
            if (e.problem() == FailureKind.FORBIDDEN || e.problem() == FailureKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
