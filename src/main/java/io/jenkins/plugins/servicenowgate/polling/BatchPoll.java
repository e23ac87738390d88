package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Looks at the changes of many gates with one request, and tells each gate what was seen of its own. */
final class BatchPoll {
    private final BiConsumer<PendingApproval, ChangeRequest> seen;
    private final Consumer<PendingApproval> again;
    private final BiConsumer<PendingApproval, Phrase> refused;

    /**
     * @param seen the change could be read
     * @param again it could not; look at it later
     * @param refused it has been missing for too long
     */
    BatchPoll(
            @NonNull BiConsumer<PendingApproval, ChangeRequest> seen,
            @NonNull Consumer<PendingApproval> again,
            @NonNull BiConsumer<PendingApproval, Phrase> refused) {
        this.seen = seen;
        this.again = again;
        this.refused = refused;
    }

    /**
     * @param batch linked gates, at most {@link ServiceNowClient#BATCH}
     * @param left from which each gate is taken that was told, or has ended
     * @param answered called between the answer and the telling
     */
    void poll(
            @NonNull List<PendingApproval> batch,
            @NonNull Collection<PendingApproval> left,
            @NonNull ServiceNowClient client,
            @NonNull PollingPolicy policy,
            @NonNull Runnable answered)
            throws ServiceNowException {
        Map<SysId, List<PendingApproval>> bySysId = new LinkedHashMap<>();
        for (PendingApproval gate : batch) {
            if (gate.isEnded()) {
                left.remove(gate);
            } else {
                bySysId.computeIfAbsent(gate.record().sysId(), unused -> new ArrayList<>())
                        .add(gate);
            }
        }
        if (bySysId.isEmpty()) {
            return;
        }
        Map<SysId, ServiceNowClient.ReadResult> polls = client.read(bySysId.keySet());
        answered.run();
        polls.forEach((sysId, look) -> {
            for (PendingApproval gate : bySysId.get(sysId)) {
                left.remove(gate);
                try {
                    onPolled(gate, look, policy);
                } catch (RuntimeException e) {
                    refused.accept(gate, Phrase.of(Reason.BROKEN, String.valueOf(e)));
                }
            }
        });
    }

    void onPolled(
            @NonNull PendingApproval gate,
            @NonNull ServiceNowClient.ReadResult answered,
            @NonNull PollingPolicy policy) {
        ServiceNowClient.ReadResult look = gate.record().verifyNumber(answered);
        if (look instanceof ServiceNowClient.ReadResult.Seen it) {
            gate.reportRecovery();
            seen.accept(gate, it.change());
        } else if (look instanceof ServiceNowClient.ReadResult.Unreadable unreadable) {
            gate.reportError(unreadable.why());
            again.accept(gate);
        } else {
            missed(gate, policy);
        }
    }

    /** Access rules and replicas lag: one look that misses the change proves nothing. */
    private void missed(PendingApproval gate, PollingPolicy policy) {
        String number = String.valueOf(gate.record().number());
        gate.reportRecovery();
        if (gate.isAbsentTooOften(policy.absences())) {
            refused.accept(gate, Phrase.of(Reason.REFUSED_VANISHED, number));
        } else {
            gate.report(Phrase.of(Reason.ABSENT, number));
            again.accept(gate);
        }
    }
}
