package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox.Fact;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The work notes about a deployment: which facts, in which words. Each is added to the record's outbox once, where it is
 * stored before it is sent; without work notes, or without a change, nothing is added.
 */
final class WorkNotes {
    private WorkNotes() {}

    /** Returns whether the note is new. */
    static boolean waiting(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        return add(record, Fact.WAITING, "waiting", () -> Messages.Note_Waiting(record.description(), link(host)));
    }

    static void started(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        add(
                record,
                Fact.STARTED,
                "started",
                () -> Messages.Note_Started(record.description(), host.startedBy(), link(host)));
    }

    static void bypassed(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        BreakGlassRelease bypass = record.getBypass();
        if (bypass != null) {
            add(
                    record,
                    Fact.BYPASSED,
                    "bypassed",
                    () -> Messages.Note_Bypassed(
                            record.description(), bypass.getPerson(), bypass.getReason(), link(host)));
        }
    }

    static void finished(@NonNull DeploymentHost host, @NonNull DeploymentRecord record, @NonNull CloseCode code) {
        add(record, Fact.FINISHED, "finished", () -> result(host, record, code));
    }

    static void notDeployed(@NonNull DeploymentHost host, @NonNull DeploymentRecord record, @NonNull String reason) {
        add(record, Fact.ENDED_UNSTARTED, "ended", () -> abandoned(host, record, reason));
    }

    /**
     * What approvers need to know, unless the change was created with it. Without work notes, only the attachments.
     *
     * @return whether something was added
     */
    static boolean evidence(@NonNull DeploymentRecord record) {
        ChangeEvidence evidence = record.outbox().has(Fact.EVIDENCE) ? null : record.evidence();
        return evidence != null
                && record.changeLink().isLinked()
                && record.outbox()
                        .evidence(
                                evidence,
                                record.changeLink().isEvidenceInColumns(),
                                ServiceNowGateConfiguration.get().isWorkNotesEnabled(),
                                record.getId());
    }

    private static boolean add(DeploymentRecord record, Fact fact, String word, Supplier<String> text) {
        return record.changeLink().isLinked()
                && ServiceNowGateConfiguration.get().isWorkNotesEnabled()
                && record.outbox().report(fact, text, record.getId() + " " + word);
    }

    /** The result of a deployment, also for the close notes of its change. */
    @NonNull
    static String result(@NonNull DeploymentHost host, @NonNull DeploymentRecord record, @NonNull CloseCode code) {
        return Messages.Note_Finished(
                record.description(),
                code.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Util.getTimeSpanString(record.timeline().duration()),
                link(host));
    }

    /** The reason with which the change of a deployment that did not take place is canceled. */
    @NonNull
    static String abandoned(@NonNull DeploymentHost host, @NonNull DeploymentRecord record, @NonNull String reason) {
        return Messages.Note_NotDeployed(record.description(), reason, link(host));
    }

    private static String link(DeploymentHost host) {
        String url = host.url();
        return url == null ? host.name() : url;
    }

    /** The close code for the result of a build or body. */
    @NonNull
    static CloseCode closeCode(@CheckForNull Result result) {
        if (Result.SUCCESS.equals(result)) {
            return CloseCode.SUCCESSFUL;
        }
        return Result.UNSTABLE.equals(result) ? CloseCode.SUCCESSFUL_ISSUES : CloseCode.UNSUCCESSFUL;
    }
}
