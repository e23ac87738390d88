package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.config.StoredList;
import io.jenkins.plugins.servicenowgate.policy.ChangeControl;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import io.jenkins.plugins.servicenowgate.policy.RootJob;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Gates that a run did not pass although the run that it repeats did: on the console, on the page and in the audit. */
@Restricted(NoExternalUse.class)
public final class SkippedGates {
    private static final Logger LOGGER = Logger.getLogger(SkippedGates.class.getName());

    private SkippedGates() {}

    /** What the run that is repeated passed, noted when the repetition begins: by its end the original may be deleted. */
    @Restricted(NoExternalUse.class)
    public static final class Expected extends InvisibleAction {
        private final List<Skipped> gates;

        Expected(@NonNull List<Skipped> gates) {
            this.gates = new ArrayList<>(gates);
        }
    }

    private static final class Skipped {
        private final String project;
        private final String version;
        private final String environment;
        private final String why;

        /** Whether the version was the name of its build: that of the run that repeats it is another one. */
        private final boolean namedByBuild;

        Skipped(DeploymentRecord passed, Run<?, ?> original, String why) {
            this.namedByBuild = passed.getVersion().equals(name(original)) || isNamedByEarlierBuild(passed, original);
            this.project = passed.getProject();
            this.version = passed.getVersion();
            this.environment = passed.getEnvironment();
            this.why = why;
        }

        Skipped(Skipped before, String why) {
            this.namedByBuild = before.namedByBuild;
            this.project = before.project;
            this.version = before.version;
            this.environment = before.environment;
            this.why = why;
        }

        /** A gate that the original skipped itself. */
        private static boolean isNamedByEarlierBuild(DeploymentRecord passed, Run<?, ?> original) {
            Expected before = original.getAction(Expected.class);
            return before != null
                    && StoredList.readable(before.gates, Skipped.class, Skipped::isComplete)
                            .anyMatch(gate -> gate.namedByBuild && gate.isSame(passed, original));
        }

        boolean isComplete() {
            return project != null && version != null && environment != null && why != null;
        }

        /** Whether a gate of the run is this one, and not that of another deployment to the environment. */
        boolean isSame(DeploymentRecord passed, Run<?, ?> run) {
            return environment.equals(passed.getEnvironment())
                    && project.equals(passed.getProject())
                    && (version.equals(passed.getVersion())
                            || namedByBuild && passed.getVersion().equals(name(run)));
        }
    }

    /**
     * Notes the gates of the original that the run does not come to.
     *
     * @param from when the part of the original began that the run repeats; null if that is unknown
     * @param why makes one sentence for an environment
     */
    public static void expect(
            @NonNull Run<?, ?> run,
            @NonNull Run<?, ?> original,
            @CheckForNull Instant from,
            @NonNull UnaryOperator<String> why) {
        ChangeRequestsAction before = original.getAction(ChangeRequestsAction.class);
        Expected expected = original.getAction(Expected.class);
        if (before != null || expected != null) {
            List<DeploymentRecord> known = before == null ? List.of() : before.getDeployments();
            Stream<Skipped> passed = known.stream()
                    .filter(deployment -> deployment.getOutcome() == GateOutcome.SKIPPED
                            || (from == null || deployment.getSince().isBefore(from)) && isNeeded(run, deployment))
                    .map(deployment -> new Skipped(deployment, original, why.apply(deployment.getEnvironment())));
            // Those that the original skipped, if Jenkins ended before they were recorded.
            Stream<Skipped> skipped = expected == null
                    ? Stream.empty()
                    : StoredList.readable(expected.gates, Skipped.class, Skipped::isComplete)
                            .filter(gate -> known.stream()
                                    .filter(one -> one.getOutcome() == GateOutcome.SKIPPED)
                                    .noneMatch(one -> gate.isSame(one, original)))
                            .map(gate -> new Skipped(gate, why.apply(gate.environment)));
            run.addAction(new Expected(Stream.concat(passed, skipped).toList()));
        }
    }

    /** A gate that needed no change matters if it needs one now, or if change control was off. */
    private static boolean isNeeded(Run<?, ?> run, DeploymentRecord deployment) {
        return deployment.getOutcome() != GateOutcome.NOT_REQUIRED
                || ChangeControl.isRequired(run.getParent(), deployment.getEnvironment(), deployment.getProject());
    }

    /** The default version of a build. */
    private static String name(Run<?, ?> run) {
        return run.getDisplayName().replaceFirst("^#", "");
    }

    /**
     * Records each of them that the run has not passed itself before it came to what it repeats: a gate that it passed
     * later, even one of the same version, did not hold back the work before.
     *
     * @param from when the repeated part of the run began; null if it did not come to that
     */
    public static void record(@NonNull Run<?, ?> run, @CheckForNull Instant from, @NonNull TaskListener listener) {
        Expected expected = run.getAction(Expected.class);
        if (expected == null) {
            return;
        }
        ChangeRequestsAction now = run.getAction(ChangeRequestsAction.class);
        List<DeploymentRecord> passed = now == null
                ? List.of()
                : now.getDeployments().stream()
                        .filter(deployment -> deployment.getOutcome().opens())
                        .filter(deployment ->
                                from == null || deployment.getSince().isBefore(from))
                        .toList();
        BuildHost host = new BuildHost(run, listener);
        StoredList.readable(expected.gates, Skipped.class, Skipped::isComplete)
                .filter(gate -> passed.stream().noneMatch(deployment -> gate.isSame(deployment, run)))
                .forEach(gate -> record(host, gate));
    }

    /**
     * Reports to listeners that a build did work of an environment without having requested a gate for it. Nothing is
     * stored with the build.
     *
     * @param outcome why no gate was needed
     */
    public static void ungated(
            @NonNull Run<?, ?> run, @NonNull String environment, @NonNull GateOutcome outcome, @NonNull String why) {
        BuildHost host = new BuildHost(run);
        // The same for all work of the build, so that it is one entry.
        String id = UUID.nameUUIDFromBytes(
                        (run.getExternalizableId() + ' ' + environment).getBytes(StandardCharsets.UTF_8))
                .toString();
        Job<?, ?> root = RootJob.of(run.getParent());
        DeploymentRecord record = new DeploymentRecord(
                id,
                new ChangeTitle(ProjectName.of(root == null ? run.getParent() : root), name(run), environment),
                Instant.ofEpochMilli(run.getStartTimeInMillis()));
        record.transitionTo(outcome, why);
        DeploymentListener.fireChanged(
                new Deployment(host, record, DeploymentRegistry.get()),
                DeploymentState.REQUESTED,
                DeploymentState.of(record));
    }

    private static void record(BuildHost host, Skipped gate) {
        DeploymentRecord skipped = new DeploymentRecord(
                UUID.randomUUID().toString(),
                new ChangeTitle(gate.project, gate.version, gate.environment),
                Instant.now());
        skipped.transitionTo(GateOutcome.SKIPPED, gate.why);
        skipped.timeline().end();
        host.print(gate.why, null, null);
        LOGGER.log(Level.WARNING, () -> host.name() + ": " + gate.why);
        try {
            host.add(skipped);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store the skipped gate of " + host.name());
        }
        DeploymentListener.fireChanged(
                new Deployment(host, skipped, DeploymentRegistry.get()),
                DeploymentState.REQUESTED,
                DeploymentState.SKIPPED);
    }
}
