package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdater.WriteResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Makes one attempt to attach one file of a deployment's evidence. The attachments of the change show whether it is there:
 * before it is sent first, and after a request whose outcome is unknown. A name that the change has with other content, such
 * as that of an earlier build, gets the beginning of the deployment's id.
 */
final class AttachmentUpdater {
    private final ChangeUpdater updater;

    AttachmentUpdater(@NonNull ChangeUpdater updater) {
        this.updater = updater;
    }

    @NonNull
    WriteResult attach(
            @NonNull ChangeUpdateQueue.DeploymentUpdates updates,
            @NonNull PendingUpdate entry,
            @NonNull ServiceNowClient client)
            throws ServiceNowException, IOException {
        AttachedFile file;
        try {
            file = AttachedFile.read(updates.owner().evidence(), entry.file());
        } catch (AttachedFile.UnusableFileException e) {
            return new WriteResult.Lost(e.getMessage());
        }
        String sentAs = entry.attachedAs();
        if (entry.sent() != null && sentAs != null) {
            // No earlier attachment had this name.
            if (named(client, updates.change(), sentAs).stream().anyMatch(file::mayBe)) {
                return new WriteResult.Written();
            }
            Duration left = updater.unsettled(entry);
            if (!left.isZero()) {
                return new WriteResult.Uncertain(left);
            }
        } else {
            List<ServiceNowClient.Attachment> same = named(client, updates.change(), file.name());
            if (same.stream().anyMatch(file::is)) {
                return new WriteResult.Written();
            }
            sentAs = same.isEmpty() ? file.name() : file.nameFor(entry.mark());
            entry.attachAs(sentAs);
        }
        String name = sentAs;
        updater.sendOnce(
                updates, entry, () -> client.attach(updates.change(), name, file.contentType(), file.content()));
        return new WriteResult.Written();
    }

    /** Empty if the user may not read attachments: one may then be attached twice rather than not at all. */
    private static List<ServiceNowClient.Attachment> named(ServiceNowClient client, SysId change, String name)
            throws ServiceNowException {
        try {
            return client.attachments(change, name);
        } catch (ServiceNowException e) {
            if (e.problem() == FailureKind.FORBIDDEN || e.problem() == FailureKind.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** The name of an attachment for messages. */
    @NonNull
    static String name(@CheckForNull ChangeEvidence evidence, @NonNull PendingUpdate entry) {
        String sentAs = entry.attachedAs();
        return sentAs == null ? AttachedFile.name(evidence, entry.file()) : sentAs;
    }
}
