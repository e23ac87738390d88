package io.jenkins.plugins.servicenowgate.waiting;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What waiting in one way cost.
 *
 * @param requestsPerMinute while all wait
 * @param threads the most at one time, in the process of the controller
 * @param heapPerBuild bytes after garbage collection
 * @param processorSecondsPerMinute while all wait
 * @param writtenPerMinute bytes into files while all wait
 * @param changedFiles of builds, of the queue and of this plugin, while all wait
 * @param restartRequests in the first minute after a restart
 * @param median milliseconds from the approval to the release; -1 where nothing is approved
 * @param slow the 99th percentile of it
 */
record WaitingFigures(
        Way way,
        int builds,
        long requestsPerMinute,
        int threads,
        long heapPerBuild,
        double processorSecondsPerMinute,
        long writtenPerMinute,
        Set<String> changedFiles,
        long restartRequests,
        long median,
        long slow) {

    /** Threads of the connection and of Jenkins that come and go, whatever the number of builds. */
    private static final int MORE_THREADS = 20;

    /** With the number of changed files, of which there may be thousands. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %d builds, %d requests/min, %d threads, %d bytes of heap per build, %.2f s/min, %d bytes/min written,"
                        + " %d files changed, %d requests after the restart, release after %d ms, 99 %% after %d ms",
                way.title(),
                builds,
                requestsPerMinute,
                threads,
                heapPerBuild,
                processorSecondsPerMinute,
                writtenPerMinute,
                changedFiles.size(),
                restartRequests,
                median,
                slow);
    }

    static String table(List<WaitingFigures> all) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, Java %s, %d processors, %s %s%n%n",
                LocalDate.now(ZoneOffset.UTC),
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
        table.append("| way of waiting | builds | requests/min | threads | heap per build (bytes) | processor (s/min) |"
                + " written (kB/min) | requests in the first minute after a restart | approval to release, median (s) |"
                + " 99th percentile (s) |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (WaitingFigures one : all) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %d | %,d | %.2f | %,d | %,d | %s | %s |%n",
                    one.way.title(),
                    one.builds,
                    one.requestsPerMinute,
                    one.threads,
                    one.heapPerBuild,
                    one.processorSecondsPerMinute,
                    one.writtenPerMinute / 1000,
                    one.restartRequests,
                    seconds(one.median),
                    seconds(one.slow)));
        }
        return table.toString();
    }

    private static String seconds(long milliseconds) {
        return milliseconds < 0 ? "" : String.format(Locale.ROOT, "%.1f", milliseconds / 1000.0);
    }

    /** A line for each bound of this plugin's way, beside the least that is needed. */
    List<String> bounds(WaitingFigures least, int intervalSeconds) {
        List<String> lines = new ArrayList<>();
        // One interval more fits into a minute whose ends both fall into one; and the token.
        long requests = (60 / intervalSeconds + 1) * ((builds + 99L) / 100) + 1;
        lines.add(line("requests/min", requestsPerMinute, requests));
        lines.add(line("threads", threads, least.threads + MORE_THREADS));
        if (way == Way.GATE) {
            lines.add(line("heap per build, at most 1.2 times the least", heapPerBuild, least.heapPerBuild * 12 / 10));
        }
        lines.add(line("approval to release, 99 % (ms)", slow, (intervalSeconds + 1) * 1000L));
        lines.add(line("files written while nothing changes", changedFiles.size(), 0));
        changedFiles.stream().limit(10).forEach(file -> lines.add("  " + file));
        return lines;
    }

    static String line(String what, long measured, long bound) {
        return String.format(
                Locale.ROOT, "%s: %s: %,d, bound %,d", measured <= bound ? "OK" : "EXCEEDED", what, measured, bound);
    }
}
