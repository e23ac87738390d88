package io.jenkins.plugins.servicenowgate.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** One line of the table, measured in a process of its own: arguments are the way, the number of gates, the address. */
final class Measurement {
    static final String WATCHER = "one poller for the connection (this plugin)";
    static final String POLLERS = "one poller for each gate";
    static final String SLEEPERS = "sleep, the least that waiting needs";
    static final String PREFIX = "MEASURED;";
    static final int ROUNDS = 6;

    private static final int APPROVALS = 50;
    private static final Duration LONGEST_BEGINNING = Duration.ofMinutes(5);

    private Measurement() {}

    /**
     * What was measured.
     *
     * @param requestsPerMinute while all wait
     * @param heapPerGate bytes after garbage collection
     * @param threads the most at one time, those of the JVM and of the measurement included
     * @param cpuSecondsPerMinute of the process
     * @param restartRequests in the first minute after all waited again
     * @param medianMilliseconds from the approval to the release; -1 where nothing is released
     * @param slowMilliseconds the 99th percentile of it
     */
    record Line(
            String way,
            int gates,
            long requestsPerMinute,
            long heapPerGate,
            int threads,
            double cpuSecondsPerMinute,
            long restartRequests,
            long medianMilliseconds,
            long slowMilliseconds) {
        static Line parse(String text) {
            String[] parts = text.substring(PREFIX.length()).split(";");
            return new Line(
                    parts[0],
                    Integer.parseInt(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    Integer.parseInt(parts[4]),
                    Double.parseDouble(parts[5]),
                    Long.parseLong(parts[6]),
                    Long.parseLong(parts[7]),
                    Long.parseLong(parts[8]));
        }

        String text() {
            return PREFIX
                    + String.format(
                            Locale.ROOT,
                            "%s;%d;%d;%d;%d;%.2f;%d;%d;%d",
                            way,
                            gates,
                            requestsPerMinute,
                            heapPerGate,
                            threads,
                            cpuSecondsPerMinute,
                            restartRequests,
                            medianMilliseconds,
                            slowMilliseconds);
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(measure(arguments[0], Integer.parseInt(arguments[1]), arguments[2])
                .text());
        // The pollers never end.
        System.exit(0);
    }

    private static Line measure(String way, int gates, String baseUrl) throws Exception {
        Instance instance = new Instance(baseUrl);
        instance.client().canReadAnyChange();
        Waiters waiters =
                switch (way) {
                    case WATCHER -> new Watcher(instance);
                    case POLLERS -> new Pollers(instance);
                    default -> new Sleepers();
                };
        waiters.begin(gates);
        awaitAll(waiters, gates);
        Thread.sleep(Waiters.INTERVAL.multipliedBy(2).toMillis());

        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        threads.resetPeakThreadCount();
        long requests = instance.requests();
        long cpu = system.getProcessCpuTime();
        Thread.sleep(Waiters.INTERVAL.multipliedBy(ROUNDS).toMillis());
        requests = instance.requests() - requests;
        cpu = system.getProcessCpuTime() - cpu;
        int mostThreads = threads.getPeakThreadCount();
        long heap = heap();

        long restart = instance.requests();
        waiters.restart();
        Thread.sleep(60_000);
        restart = instance.requests() - restart;
        long[] took = way.equals(SLEEPERS) ? new long[] {-1} : approveSome(instance, waiters, gates);
        waiters.end();
        heap -= heap();
        double minutes = Waiters.INTERVAL.multipliedBy(ROUNDS).toMillis() / 60000.0;
        return new Line(
                way,
                gates,
                Math.round(requests / minutes),
                heap / gates,
                mostThreads,
                cpu / 1e9 / minutes,
                restart,
                took[took.length / 2],
                took[(int) Math.ceil(took.length * 0.99) - 1]);
    }

    private static void awaitAll(Waiters waiters, int gates) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_BEGINNING.toNanos();
        while (waiters.waiting() < gates) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(waiters.waiting() + " of " + gates + " wait");
            }
            Thread.sleep(100);
        }
    }

    /** Approves changes at odd times, spread over the gates, and waits until all of them were let go. */
    private static long[] approveSome(Instance instance, Waiters waiters, int gates)
            throws IOException, InterruptedException {
        int[] which = new int[APPROVALS];
        long[] approved = new long[APPROVALS];
        for (int i = 0; i < APPROVALS; i++) {
            which[i] = (int) ((long) i * gates / APPROVALS);
            approved[i] = System.nanoTime();
            instance.approve(waiters.number(which[i]));
            Thread.sleep(731);
        }
        long[] took = new long[APPROVALS];
        long end = System.nanoTime() + Waiters.INTERVAL.multipliedBy(6).toNanos();
        for (int i = 0; i < APPROVALS; i++) {
            while (waiters.released(which[i]) == 0 && System.nanoTime() < end) {
                Thread.sleep(10);
            }
            long released = waiters.released(which[i]);
            took[i] = (released == 0 ? end - approved[i] : released - approved[i]) / 1_000_000;
        }
        Arrays.sort(took);
        return took;
    }

    /** The least of several: an answer that is just being read is no part of waiting. */
    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 7; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            Thread.sleep(300);
        }
        return least;
    }
}
