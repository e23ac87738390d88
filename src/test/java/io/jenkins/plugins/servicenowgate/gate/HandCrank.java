package io.jenkins.plugins.servicenowgate.gate;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer without a thread or a clock: what is due now runs when the test turns the crank, the rest never. */
final class HandCrank {
    private record Ring(Runnable what, long milliseconds) {}

    private final List<Ring> rings = new ArrayList<>();

    ScheduledExecutorService timer() {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ScheduledExecutorService.class}, (self, method, given) -> {
                    if (!method.getName().equals("schedule")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Ring ring = new Ring((Runnable) given[0], ((TimeUnit) given[2]).toMillis((long) given[1]));
                    rings.add(ring);
                    return future(ring);
                });
    }

    private ScheduledFuture<?> future(Ring ring) {
        return (ScheduledFuture<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ScheduledFuture.class},
                (self, method, given) -> method.getName().equals("cancel") && rings.remove(ring));
    }

    /** In how many milliseconds something is due, of all that was set and not canceled. */
    List<Long> rings() {
        return rings.stream().map(Ring::milliseconds).toList();
    }

    /** Runs the first thing that was set, as if its time had come. */
    void ring() {
        rings.remove(0).what().run();
    }

    /** Runs what is due now, and what that makes due. */
    void turn() {
        for (int turns = 0; turns < 100; turns++) {
            Ring due = rings.stream()
                    .filter(ring -> ring.milliseconds() <= 1)
                    .findFirst()
                    .orElse(null);
            if (due == null) {
                return;
            }
            rings.remove(due);
            due.what().run();
        }
        throw new AssertionError("always something to do");
    }
}
