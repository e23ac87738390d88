package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.gate.Deployment;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Gates that a run did not pass although the run that it repeats did: on the console, on the page and in the audit. */
@Restricted(NoExternalUse.class)
public final class SkippedGates {
    private static final Logger LOGGER = Logger.getLogger(SkippedGates.class.getName());

    private SkippedGates() {}

    /**
     * Records each gate of the original that the run did not come to.
     *
     * @param why makes one sentence for an environment
     */
    public static void record(
            @NonNull Run<?, ?> run,
            @NonNull Run<?, ?> original,
            @NonNull UnaryOperator<String> why,
            @NonNull TaskListener listener) {
        ChangeRequestsAction before = original.getAction(ChangeRequestsAction.class);
        if (before == null) {
            return;
        }
        ChangeRequestsAction now = run.getAction(ChangeRequestsAction.class);
        Set<String> passed = now == null
                ? Set.of()
                : now.getDeployments().stream()
                        .map(DeploymentRecord::getEnvironment)
                        .collect(Collectors.toSet());
        BuildHome home = new BuildHome(run, listener);
        for (DeploymentRecord gate : before.getDeployments()) {
            boolean required = gate.getConnection() != null || gate.getDecision() == Outcome.SKIPPED;
            if (required && !passed.contains(gate.getEnvironment())) {
                record(home, gate, why.apply(gate.getEnvironment()));
            }
        }
    }

    private static void record(BuildHome home, DeploymentRecord gate, String why) {
        DeploymentRecord skipped = new DeploymentRecord(
                UUID.randomUUID().toString(),
                new Deployment(gate.getProject(), gate.getVersion(), gate.getEnvironment()),
                Instant.now());
        skipped.became(Outcome.SKIPPED, why);
        skipped.course().end();
        home.print(why, null, null);
        LOGGER.log(Level.WARNING, () -> home.name() + ": " + why);
        try {
            home.add(skipped);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the skipped gate of " + home.name());
        }
        Audit.get().tell(home, skipped);
    }
}
