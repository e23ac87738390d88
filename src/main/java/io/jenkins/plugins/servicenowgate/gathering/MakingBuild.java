package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Actionable;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Fingerprint;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.Run;
import hudson.scm.NullSCM;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.servicenowgate.policy.DefinedParameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.triggers.SCMTriggerItem;

/**
 * Finds the build that made the version which another build deploys. {@code docs/user-guide.md} describes the order. Where
 * nothing proves it, the build is not known.
 */
final class MakingBuild {
    private static final int MAX_UPSTREAM = 10;
    private static final int MAX_FINGERPRINTS = 50;

    private final Job<?, ?> job;
    private final Actionable origin;
    private final String version;

    private MakingBuild(Job<?, ?> job, Actionable origin, String version) {
        this.job = job;
        this.origin = origin;
        this.version = version;
    }

    /**
     * @param origin the build or item that deploys; null if it is gone
     */
    @CheckForNull
    static Run<?, ?> of(@NonNull Job<?, ?> job, @CheckForNull Actionable origin, @NonNull String version) {
        return origin == null ? null : new MakingBuild(job, origin, version).find();
    }

    private Run<?, ?> find() {
        Run<?, ?> own = origin instanceof Run<?, ?> run ? run : null;
        boolean archives = own != null && own.getHasArtifacts();
        boolean given = isParameter();
        if (archives && !given) {
            // Also if a build of another job made equal files first.
            return own;
        }
        Set<Run<?, ?>> makers = makersByFingerprint(own);
        if (archives) {
            // What it archives may be the version or, for example, a log of its deployment: only fingerprints tell.
            return makers.size() == 1 ? makers.iterator().next() : null;
        }
        makers.remove(own);
        if (makers.size() == 1) {
            return makers.iterator().next();
        }
        Run<?, ?> upstream = upstream(given);
        if (upstream != null || !makers.isEmpty()) {
            return upstream;
        }
        return given ? null : own;
    }

    /** Whether the version was given to the build from outside. */
    private boolean isParameter() {
        return DefinedParameters.of(job, origin).stream()
                .map(ParameterValue::getValue)
                .anyMatch(value -> version.equals(String.valueOf(value)));
    }

    /** The builds that made the files which this one made or used. */
    private static Set<Run<?, ?>> makersByFingerprint(@CheckForNull Run<?, ?> own) {
        Set<Run<?, ?>> makers = new HashSet<>();
        if (own == null) {
            return makers;
        }
        Fingerprinter.FingerprintAction action = own.getAction(Fingerprinter.FingerprintAction.class);
        if (action != null && action.getRecords().size() <= MAX_FINGERPRINTS) {
            for (Fingerprint fingerprint : action.getFingerprints().values()) {
                Fingerprint.BuildPtr original = fingerprint.getOriginal();
                Run<?, ?> maker = original == null ? null : original.getRun();
                if (maker != null) {
                    // A file that did not change since an earlier build of the job is made by both.
                    makers.add(maker.getParent().equals(own.getParent()) ? own : maker);
                }
            }
        }
        return makers;
    }

    private Run<?, ?> upstream(boolean given) {
        List<Run<?, ?>> chain = new ArrayList<>();
        Run<?, ?> next = cause(origin);
        while (next != null && chain.size() < MAX_UPSTREAM && !chain.contains(next)) {
            chain.add(next);
            next = cause(next);
        }
        for (Run<?, ?> run : chain) {
            String name = run.getDisplayName();
            if (version.equals(name.startsWith("#") ? name.substring(1) : name)) {
                return run;
            }
        }
        if (given || !hasScm()) {
            return chain.stream()
                    .filter(Run::getHasArtifacts)
                    .findFirst()
                    .orElse(chain.isEmpty() ? null : chain.get(0));
        }
        return null;
    }

    private static Run<?, ?> cause(Actionable caused) {
        Stream<Cause> causes =
                caused.getActions(CauseAction.class).stream().flatMap(action -> action.getCauses().stream());
        return causes.filter(Cause.UpstreamCause.class::isInstance)
                .<Run<?, ?>>map(cause -> ((Cause.UpstreamCause) cause).getUpstreamRun())
                .filter(run -> run != null)
                .findFirst()
                .orElse(null);
    }

    /** Whether the job has sources of its own. */
    private boolean hasScm() {
        SCMTriggerItem item = SCMTriggerItem.SCMTriggerItems.asSCMTriggerItem(job);
        return item != null && item.getSCMs().stream().anyMatch(scm -> !(scm instanceof NullSCM));
    }
}
