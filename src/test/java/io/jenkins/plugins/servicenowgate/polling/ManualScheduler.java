package io.jenkins.plugins.servicenowgate.polling;

import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Virtual time: a timer and workers without threads. Tasks run one after another in the test's thread, and the clock is
 * set to the time of the next scheduled task when none is due, so that hours cost nothing. Not for concurrent use.
 */
final class ManualScheduler implements TestTime {
    /** The most that one call lets pass. */
    private static final Duration LIMIT = Duration.ofDays(2);
    /** The most tasks that run without time passing: more than that never come to an end. */
    private static final int MOST_AT_ONCE = 10_000;

    private record Task(Runnable what, Instant due, long order) {}

    private final SettableClock clock;
    private final Queue<Runnable> submitted = new ArrayDeque<>();
    private final PriorityQueue<Task> scheduled =
            new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::order));
    private long order;
    private int ranAtOnce;

    ManualScheduler(SettableClock clock) {
        this.clock = clock;
    }

    @Override
    public SettableClock clock() {
        return clock;
    }

    @Override
    public ScheduledExecutorService timer() {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ScheduledExecutorService.class}, (self, method, given) -> {
                    if (!method.getName().equals("schedule")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Duration delay = Duration.of((long) given[1], ((TimeUnit) given[2]).toChronoUnit());
                    Task task = new Task((Runnable) given[0], clock.instant().plus(delay), order++);
                    scheduled.add(task);
                    return future(task);
                });
    }

    private ScheduledFuture<?> future(Task task) {
        return (ScheduledFuture<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ScheduledFuture.class}, (self, method, given) -> {
                    if (!method.getName().equals("cancel")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return scheduled.remove(task);
                });
    }

    @Override
    public Executor workers() {
        return submitted::add;
    }

    /** In how many milliseconds each scheduled task is due, the next first. */
    List<Long> delays() {
        return scheduled.stream()
                .map(task -> Duration.between(clock.instant(), task.due()).toMillis())
                .sorted()
                .toList();
    }

    @Override
    public int scheduled() {
        return scheduled.size();
    }

    /** Runs the next scheduled task and what it submits, by a clock that stays as it is. */
    void runNextNow() {
        scheduled.remove().what().run();
        runUntil(submitted::isEmpty);
    }

    @Override
    public void runUntil(BooleanSupplier condition) {
        Instant began = clock.instant();
        while (!condition.getAsBoolean()) {
            if (!runOne(began.plus(LIMIT))) {
                throw new AssertionError("The condition did not hold within "
                        + Duration.between(began, clock.instant()) + " of virtual time, and "
                        + (scheduled.isEmpty() ? "nothing is scheduled any more" : "no task is due within " + LIMIT));
            }
        }
    }

    @Override
    public void runFor(Duration duration) {
        Instant end = clock.instant().plus(duration);
        while (runOne(end)) {
            // The next one.
        }
        if (end.isAfter(clock.instant())) {
            clock.set(end);
        }
    }

    /** A submitted task, else the next scheduled one, whose time comes thereby; false where none is due until the end. */
    private boolean runOne(Instant end) {
        if (++ranAtOnce > MOST_AT_ONCE) {
            throw new AssertionError(MOST_AT_ONCE + " tasks ran at " + clock.instant() + ", and there are more");
        }
        Runnable first = submitted.poll();
        if (first != null) {
            first.run();
            return true;
        }
        Task next = scheduled.peek();
        if (next == null || next.due().isAfter(end)) {
            return false;
        }
        scheduled.remove();
        if (next.due().isAfter(clock.instant())) {
            clock.set(next.due());
            ranAtOnce = 0;
        }
        next.what().run();
        return true;
    }

    @Override
    public void elapsed(Duration duration) {
        clock.advance(duration);
    }

    @Override
    public void close() {
        submitted.clear();
        scheduled.clear();
    }
}
