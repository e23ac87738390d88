package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceGathering;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceQuery;
import io.jenkins.plugins.servicenowgate.polling.ApprovalListener;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.polling.PendingApproval;
import io.jenkins.plugins.servicenowgate.polling.ReleaseRequirements;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The wait of one deployment: first for the evidence, if there is to be any, and then for its change. Exactly one caller
 * ends it.
 */
final class DeploymentWait {
    private final DeploymentRecord record;
    private volatile EvidenceGathering gathering;
    private volatile PendingApproval approval;
    private volatile boolean active;

    DeploymentWait(@NonNull DeploymentRecord record) {
        this.record = record;
    }

    boolean isActive() {
        return active;
    }

    /** Whether a request is in progress that a restart should wait for. */
    boolean isActing() {
        PendingApproval pending = approval;
        return pending != null && pending.isActing();
    }

    boolean checkNow() {
        PendingApproval pending = approval;
        return active && pending != null && poller().checkNow(pending);
    }

    /** Waits for the evidence; does not block. */
    void gather(@NonNull EvidenceQuery query, @NonNull BiConsumer<ChangeEvidence, List<String>> done) {
        end();
        active = true;
        gathering = EvidenceGathering.start(query, GateExecutor.get()::forEvidence, GateExecutor.get()::execute, done);
    }

    /** Waits for the change from now on; {@link #poll} starts the polls. */
    void begin(
            @NonNull ChangeSpec spec, @NonNull ApprovalListener listener, @NonNull ReleaseRequirements requirements) {
        approval = new PendingApproval(
                spec.forDeployment(record.getId()), record.changeLink(), listener, requirements, record.getSince());
        active = true;
    }

    /**
     * @param resumed whether it may be one of many that continue after a restart
     */
    void poll(boolean resumed) {
        if (resumed) {
            poller().resume(approval);
        } else {
            // A build that has an executor is checked at once, because it waits on it.
            poller().start(approval);
        }
    }

    private ChangePoller poller() {
        return ConnectionRuntimes.get().of(record.requiredConnection()).poller();
    }

    /** Returns true for the one caller that ends the wait; nothing is called after that. */
    boolean end() {
        EvidenceGathering early = gathering;
        PendingApproval pending = approval;
        boolean ended = early != null && early.cancel() || pending != null && poller().cancel(pending);
        if (ended) {
            active = false;
        }
        return ended;
    }

    /** The poller has ended it. */
    void pollerEnded() {
        active = false;
    }
}
