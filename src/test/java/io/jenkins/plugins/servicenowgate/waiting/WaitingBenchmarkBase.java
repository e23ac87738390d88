package io.jenkins.plugins.servicenowgate.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Measures this plugin's way first, then the recipe of today, then the least that waiting needs; prints table and bounds. */
@Timeout(value = 2, unit = TimeUnit.HOURS)
abstract class WaitingBenchmarkBase {
    private static final int BUILDS = Integer.getInteger("builds", 1000);
    private static final int TIMEOUT_SECONDS = 7200;

    @RegisterExtension
    private final RealJenkinsExtension first = controller();

    @RegisterExtension
    private final RealJenkinsExtension second = controller();

    @RegisterExtension
    private final RealJenkinsExtension third = controller();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private static RealJenkinsExtension controller() {
        return ControlledJenkins.inItsOwnProcess().withTimeout(TIMEOUT_SECONDS);
    }

    final void compare(List<Way> ways) throws Throwable {
        List<RealJenkinsExtension> controllers = List.of(first, second, third);
        List<WaitingFigures> all = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
                all.add(new WaitingMeasurement(ways.get(i), BUILDS, controllers.get(i), agents, simulator).measure());
            }
        }
        WaitingMeasurement.say(WaitingFigures.table(all));
        List<String> bounds = all.get(0).bounds(all.get(all.size() - 1), WaitingMeasurement.INTERVAL_SECONDS);
        bounds.forEach(WaitingMeasurement::say);
        assertThat(bounds).noneMatch(line -> line.startsWith("EXCEEDED"));
    }
}
