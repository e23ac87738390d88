package io.jenkins.plugins.servicenowgate.soak;

import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.soak.SoakVerdict.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The figures of a soak as Markdown, for {@code docs/quality.md}. */
final class SoakReport {
    private final StringBuilder text = new StringBuilder();

    private void line(String format, Object... values) {
        text.append(String.format(format, values)).append('\n');
    }

    SoakReport begin(long seed, Instant began, Duration took, int deployments, int restarts, double share) {
        line(
                "Began %s, took %d minutes; seed %d; Java %s, %d processors, %s.",
                began,
                took.toMinutes(),
                seed,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"));
        line("%d deployments, %d restarts, %.0f %% of the answers wrong.", deployments, restarts, share * 100);
        return this;
    }

    <K> SoakReport outcomes(String title, Map<K, Map<Ending, Integer>> rows) {
        List<Ending> columns = Arrays.asList(Ending.values());
        line("");
        line(
                "| %s | %s |",
                title,
                String.join(" | ", columns.stream().map(SoakReport::words).toList()));
        line("|---|%s", "---:|".repeat(columns.size()));
        rows.forEach((key, counts) -> line(
                "| %s | %s |",
                words(key),
                String.join(
                        " | ",
                        columns.stream()
                                .map(column -> String.valueOf(counts.getOrDefault(column, 0)))
                                .toList())));
        return this;
    }

    private static String words(Object name) {
        return String.valueOf(name).toLowerCase().replace('_', ' ');
    }

    SoakReport counts(String title, Map<String, ? extends Number> rows) {
        line("");
        line("| %s | count |", title);
        line("|---|---:|");
        rows.forEach((key, count) -> line("| %s | %s |", key.replace("|", "\\|"), count));
        return this;
    }

    SoakReport requests(ServiceNowSimulator simulator) {
        line("");
        line("Requests: %d", simulator.requests().count());
        line("");
        line("| endpoint | count |");
        line("|---|---:|");
        for (Endpoint endpoint : Endpoint.values()) {
            line("| %s | %d |", words(endpoint), simulator.requests().count(endpoint));
        }
        return counts("fault", simulator.faults().counts());
    }

    SoakReport problems(List<String> problems) {
        line("");
        line("Problems: %d", problems.size());
        problems.forEach(problem -> line("- %s", problem));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
