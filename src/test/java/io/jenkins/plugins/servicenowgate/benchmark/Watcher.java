package io.jenkins.plugins.servicenowgate.benchmark;

import io.jenkins.plugins.servicenowgate.polling.ApprovalListener;
import io.jenkins.plugins.servicenowgate.polling.ChangeLink;
import io.jenkins.plugins.servicenowgate.polling.ChangePoller;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.polling.InstanceClock;
import io.jenkins.plugins.servicenowgate.polling.NoRequirements;
import io.jenkins.plugins.servicenowgate.polling.PendingApproval;
import io.jenkins.plugins.servicenowgate.polling.PollingPolicy;
import io.jenkins.plugins.servicenowgate.polling.RateLimiter;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jvnet.localizer.Localizable;

/** This plugin's way: one poller that reads all changes in batches. */
final class Watcher implements Waiters {
    private final Instance instance;
    private ChangePoller poller;
    private final AtomicInteger waiting = new AtomicInteger();
    private One[] all;

    Watcher(Instance instance) {
        this.instance = instance;
        poller = newPoller();
    }

    private ChangePoller newPoller() {
        PollingPolicy policy =
                new PollingPolicy(INTERVAL, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(2), 3, 5);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        return new ChangePoller(new ConnectionContext(
                instance::client,
                () -> policy,
                new RateLimiter(),
                Clock.systemUTC(),
                new InstanceClock(Clock.systemUTC()),
                new Random(),
                timer,
                Executors.newFixedThreadPool(4)));
    }

    @Override
    public void begin(int count) {
        all = new One[count];
        for (int i = 0; i < count; i++) {
            all[i] = new One();
            resume(i);
        }
    }

    private void resume(int which) {
        One one = all[which];
        one.approval = new PendingApproval(
                new ChangeSpec(Waiters.title(which), null, new NewChange.Normal(), Map.of(), false),
                one.record,
                one,
                new NoRequirements(),
                Instant.now());
        poller.resume(one.approval);
    }

    @Override
    public void restart() {
        for (One one : all) {
            poller.cancel(one.approval);
        }
        poller = newPoller();
        for (int i = 0; i < all.length; i++) {
            resume(i);
        }
    }

    @Override
    public int waiting() {
        return waiting.get();
    }

    @Override
    public String number(int which) {
        return all[which].record.number();
    }

    @Override
    public long released(int which) {
        return all[which].released;
    }

    @Override
    public void end() {
        for (One one : all) {
            poller.cancel(one.approval);
        }
        all = null;
    }

    private final class One implements ApprovalListener {
        private final ChangeLink record = new ChangeLink();
        private PendingApproval approval;
        private volatile boolean waits;
        private volatile long released;

        @Override
        public void save() {
            // Nothing outlives the measurement.
        }

        @Override
        public void report(Localizable news) {
            // Nobody reads it.
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            if (!waits) {
                waits = true;
                waiting.incrementAndGet();
            }
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            released = System.nanoTime();
        }

        @Override
        public void refuse(Localizable reason) {
            throw new IllegalStateException(reason.toString());
        }
    }
}
