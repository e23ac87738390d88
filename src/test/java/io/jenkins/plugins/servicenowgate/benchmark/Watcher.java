package io.jenkins.plugins.servicenowgate.benchmark;

import io.jenkins.plugins.servicenowgate.gate.Budget;
import io.jenkins.plugins.servicenowgate.gate.Decision;
import io.jenkins.plugins.servicenowgate.gate.Gate;
import io.jenkins.plugins.servicenowgate.gate.GateKeeper;
import io.jenkins.plugins.servicenowgate.gate.GateListener;
import io.jenkins.plugins.servicenowgate.gate.GateRecord;
import io.jenkins.plugins.servicenowgate.gate.GateRequest;
import io.jenkins.plugins.servicenowgate.gate.NewChange;
import io.jenkins.plugins.servicenowgate.gate.Pace;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/** This plugin's way: one watcher that looks at all changes together. */
final class Watcher implements Waiters {
    private final GateKeeper keeper;
    private final AtomicInteger waiting = new AtomicInteger();
    private One[] all;

    Watcher(Instance instance) {
        Pace pace = new Pace(INTERVAL, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(2), 3, 5);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        keeper = new GateKeeper(
                instance::client,
                () -> pace,
                new Budget(),
                Clock.systemUTC(),
                new Random(),
                timer,
                Executors.newFixedThreadPool(4));
    }

    @Override
    public void begin(int count) {
        all = new One[count];
        for (int i = 0; i < count; i++) {
            all[i] = new One();
            all[i].gate = new Gate(
                    new GateRequest(Waiters.title(i), null, new NewChange.Normal(), Map.of(), false),
                    all[i].record,
                    all[i],
                    Instant.now());
            keeper.admit(all[i].gate);
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
            keeper.withdraw(one.gate);
        }
        all = null;
    }

    private final class One implements GateListener {
        private final GateRecord record = new GateRecord();
        private Gate gate;
        private volatile boolean waits;
        private volatile long released;

        @Override
        public void save() {
            // Nothing outlives the measurement.
        }

        @Override
        public void tell(Phrase news) {
            // Nobody reads it.
        }

        @Override
        public void looked(ChangeRequest change, Decision decision, Instant next) {
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
        public void proceed(ChangeRequest change) {
            released = System.nanoTime();
        }

        @Override
        public void refuse(Phrase reason) {
            throw new IllegalStateException(reason.text());
        }
    }
}
