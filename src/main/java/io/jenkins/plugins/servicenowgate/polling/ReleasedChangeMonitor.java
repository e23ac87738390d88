package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/**
 * Polls the changes of released deployments, all of a connection together, while new work of them may begin: a change
 * can be cancelled, put on hold, or pass the end of its window while its deployment runs.
 */
public final class ReleasedChangeMonitor {
    private final ConnectionContext context;
    private final BatchReader reader;
    private final WakeUpTimer wakeUp;

    private final Set<MonitoredDeployment> monitored = new LinkedHashSet<>();
    private boolean polling;
    private int failures;
    private Instant next = Instant.MAX;

    /** A released deployment. Called on worker threads. */
    public interface MonitoredDeployment {
        @NonNull
        SysId change();

        /** The number of the change; a row with another number proves nothing. */
        @NonNull
        String number();

        /** Whether the change still matters; queried before each poll. */
        boolean isOpen();

        /** The change was read. */
        void onPolled(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision);

        /** The change could not be read. */
        void onPollFailed(@NonNull Localizable why);
    }

    public ReleasedChangeMonitor(@NonNull ConnectionContext context) {
        this.context = context;
        this.reader = new BatchReader(context);
        this.wakeUp = new WakeUpTimer(
                context.timer(), context.clock(), () -> context.workers().execute(this::poll));
    }

    /**
     * Polls the change of a deployment until it is not open any more; returns at once.
     *
     * @param soon whether nothing is known of the change yet
     */
    public void watch(@NonNull MonitoredDeployment deployment, boolean soon) {
        Instant first = now().plus(soon ? Duration.ZERO : context.policy().get().interval());
        synchronized (this) {
            monitored.add(deployment);
            schedule(first);
        }
    }

    /** The number of monitored deployments. */
    public synchronized int size() {
        return monitored.size();
    }

    private Instant now() {
        return context.clock().instant();
    }

    private synchronized void schedule(Instant when) {
        next = earliest(next, when);
        if (!polling) {
            wakeUp.set(next.equals(Instant.MAX) ? null : next);
        }
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private void poll() {
        List<MonitoredDeployment> open;
        synchronized (this) {
            monitored.removeIf(deployment -> !deployment.isOpen());
            open = new ArrayList<>(monitored);
            polling = true;
            next = Instant.MAX;
        }
        Instant again = now();
        try {
            Instant pausedUntil = context.rateLimiter().pausedUntil();
            again = pausedUntil.isAfter(again) ? pausedUntil : poll(open);
        } finally {
            synchronized (this) {
                polling = false;
                schedule(monitored.isEmpty() ? Instant.MAX : again);
            }
        }
    }

    /** Returns the time of the next poll: after an interval, at the end of a window, or after a delay for a failure. */
    private Instant poll(List<MonitoredDeployment> open) {
        Set<MonitoredDeployment> left = new LinkedHashSet<>(open);
        Instant usual = now().plus(context.rateLimiter()
                .intervalFactor(context.policy().get().interval()));
        Instant[] again = {usual};
        try {
            reader.read(open, MonitoredDeployment::change, (deployment, result) -> {
                left.remove(deployment);
                again[0] = earliest(again[0], report(deployment, result));
            });
            failures = 0;
            context.rateLimiter().succeeded();
            return again[0];
        } catch (ServiceNowException e) {
            left.forEach(deployment -> deployment.onPollFailed(e.localizable()));
            return now().plus(context.failed(e, ++failures));
        } catch (RuntimeException e) {
            Localizable broken = Messages._ChangePoller_Failed(String.valueOf(e));
            left.forEach(deployment -> deployment.onPollFailed(broken));
            return usual;
        }
    }

    /** Returns when the change's window ends. */
    private Instant report(MonitoredDeployment deployment, ServiceNowClient.ReadResult result) {
        if (result instanceof ServiceNowClient.ReadResult.Unreadable unreadable) {
            deployment.onPollFailed(unreadable.why());
        } else if (result instanceof ServiceNowClient.ReadResult.Seen seen) {
            ChangeRequest change = seen.change();
            if (change.number().equals(deployment.number())) {
                Instant now = context.instanceClock().instant();
                deployment.onPolled(
                        change,
                        ReleaseRule.decide(change, now, false, context.states().get()));
                Instant end = change.plannedEnd();
                return end == null || now.isAfter(end)
                        ? Instant.MAX
                        : now().plus(Duration.between(now, end)).plusMillis(1);
            }
            deployment.onPollFailed(Messages._ChangePoller_OtherNumber(deployment.number(), change.number()));
        } else {
            deployment.onPollFailed(Messages._ChangePoller_Absent(deployment.number()));
        }
        return Instant.MAX;
    }
}
