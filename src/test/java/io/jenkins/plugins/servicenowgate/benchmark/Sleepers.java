package io.jenkins.plugins.servicenowgate.benchmark;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The least that waiting needs: an entry of a timer for each, as the step {@code sleep} has it. They are never released. */
final class Sleepers implements Waiters {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private List<ScheduledFuture<?>> entries = new ArrayList<>();

    @Override
    public void begin(int count) {
        for (int i = 0; i < count; i++) {
            Instant since = Instant.now();
            entries.add(timer.schedule(since::toString, 1, TimeUnit.DAYS));
        }
    }

    @Override
    public int waiting() {
        return entries.size();
    }

    @Override
    public String number(int which) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long released(int which) {
        return 0;
    }

    @Override
    public void restart() {
        // Nothing to do.
    }

    @Override
    public void end() {
        entries = null;
        timer.shutdownNow();
    }
}
