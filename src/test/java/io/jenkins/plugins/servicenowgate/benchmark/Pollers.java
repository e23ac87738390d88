package io.jenkins.plugins.servicenowgate.benchmark;

import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.rules.ReleaseRule;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The usual way: each waiting build has a thread that sleeps, asks for its own change, and sleeps again. */
final class Pollers implements Waiters {
    private static final int STACK = 256 * 1024;

    private final Instance instance;
    private final AtomicInteger waiting = new AtomicInteger();
    /** So that beginning is not measured: ten thousand at once would only tell about the sockets. */
    private final Semaphore beginning = new Semaphore(4);

    private Thread[] threads;
    private String[] numbers;
    private volatile long[] released;

    Pollers(Instance instance) {
        this.instance = instance;
    }

    @Override
    public void begin(int count) {
        numbers = new String[count];
        released = new long[count];
        threads = new Thread[count];
        startThreads();
    }

    private void startThreads() {
        for (int i = 0; i < threads.length; i++) {
            int which = i;
            Thread thread = new Thread(null, () -> poll(which), "poller-" + i, STACK);
            thread.setDaemon(true);
            thread.start();
            threads[i] = thread;
        }
    }

    /** Each finds its change again, as it does not know that it did before. */
    @Override
    public void restart() throws InterruptedException {
        stopThreads();
        startThreads();
    }

    private void poll(int which) {
        try {
            ChangeRequest change = find(which);
            synchronized (this) {
                numbers[which] = change.number();
            }
            waiting.incrementAndGet();
            Thread.sleep(ThreadLocalRandom.current().nextLong(INTERVAL.toMillis()));
            while (!(ReleaseRule.decide(change, Instant.now()) instanceof ReleaseDecision.Proceed)) {
                Thread.sleep(INTERVAL.toMillis());
                change = poll(change);
            }
            synchronized (this) {
                released[which] = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ChangeRequest find(int which) throws InterruptedException {
        beginning.acquire();
        try {
            while (true) {
                try {
                    return instance.client()
                            .findActiveByTitle(Waiters.title(which))
                            .get(0);
                } catch (ServiceNowException e) {
                    Thread.sleep(1000);
                }
            }
        } finally {
            beginning.release();
        }
    }

    private ChangeRequest poll(ChangeRequest change) {
        try {
            return instance.client().findByNumber(change.number()).orElse(change);
        } catch (ServiceNowException e) {
            return change;
        }
    }

    @Override
    public void end() throws InterruptedException {
        stopThreads();
        threads = null;
        numbers = null;
        released = null;
    }

    private void stopThreads() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public int waiting() {
        return waiting.get();
    }

    @Override
    public synchronized String number(int which) {
        return numbers[which];
    }

    @Override
    public synchronized long released(int which) {
        return released[which];
    }
}
