package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
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
final class Round {
    private final BiConsumer<Gate, ChangeRequest> seen;
    private final Consumer<Gate> again;
    private final BiConsumer<Gate, Phrase> refused;

    /**
     * @param seen the change could be read
     * @param again it could not; look at it later
     * @param refused it has been missing for too long
     */
    Round(
            @NonNull BiConsumer<Gate, ChangeRequest> seen,
            @NonNull Consumer<Gate> again,
            @NonNull BiConsumer<Gate, Phrase> refused) {
        this.seen = seen;
        this.again = again;
        this.refused = refused;
    }

    /**
     * @param batch linked gates, at most {@link ServiceNowClient#BATCH}
     * @param left from which each gate is taken that was told, or has ended
     * @param answered called between the answer and the telling
     */
    void look(
            @NonNull List<Gate> batch,
            @NonNull Collection<Gate> left,
            @NonNull ServiceNowClient client,
            @NonNull Pace pace,
            @NonNull Runnable answered)
            throws ServiceNowException {
        Map<SysId, List<Gate>> bySysId = new LinkedHashMap<>();
        for (Gate gate : batch) {
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
        Map<SysId, ServiceNowClient.Look> looks = client.read(bySysId.keySet());
        answered.run();
        looks.forEach((sysId, look) -> {
            for (Gate gate : bySysId.get(sysId)) {
                left.remove(gate);
                try {
                    looked(gate, look, pace);
                } catch (RuntimeException e) {
                    refused.accept(gate, Phrase.of(Reason.BROKEN, String.valueOf(e)));
                }
            }
        });
    }

    void looked(@NonNull Gate gate, @NonNull ServiceNowClient.Look answered, @NonNull Pace pace) {
        ServiceNowClient.Look look = gate.record().strictly(answered);
        if (look instanceof ServiceNowClient.Look.Seen it) {
            gate.recovered();
            seen.accept(gate, it.change());
        } else if (look instanceof ServiceNowClient.Look.Unreadable unreadable) {
            gate.troubled(unreadable.why());
            again.accept(gate);
        } else {
            missed(gate, pace);
        }
    }

    /** Access rules and replicas lag: one look that misses the change proves nothing. */
    private void missed(Gate gate, Pace pace) {
        String number = String.valueOf(gate.record().number());
        gate.recovered();
        if (gate.missedTooOften(pace.absences())) {
            refused.accept(gate, Phrase.of(Reason.REFUSED_VANISHED, number));
        } else {
            gate.say(Phrase.of(Reason.ABSENT, number));
            again.accept(gate);
        }
    }
}
