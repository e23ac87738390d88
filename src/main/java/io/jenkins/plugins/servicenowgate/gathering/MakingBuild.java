package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.AbstractBuild;
import hudson.model.Actionable;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Fingerprint;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Run;
import hudson.scm.NullSCM;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.servicenowgate.policy.DefinedParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.triggers.SCMTriggerItem;

/**
 * Finds the build that made the version which another build deploys. {@code docs/user-guide.md} describes the order. Where
 * nothing proves it, the build is not known.
 */
final class MakingBuild {
    private static final Logger LOGGER = Logger.getLogger(MakingBuild.class.getName());
    private static final int MAX_UPSTREAM = 10;
    private static final int MAX_FINGERPRINTS = 50;

    /** Of the plugin Rebuilder, which may be missing: it names the build that is repeated, which need not have made anything. */
    private static final String REBUILD = "com.sonyericsson.rebuild.RebuildCause";

    /** Of declarative Pipelines, whose plugin may be missing. */
    private static final String RESTART =
            "org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause";

    private final Job<?, ?> job;
    private final Actionable origin;
    private final String version;

    /** Whether there are upstream builds of which it is not known whether they made the version. */
    private boolean ambiguous;

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
        if (origin instanceof AbstractBuild<?, ?> build && !(job.getParent() instanceof Item)) {
            return ofPromotion(build, version);
        }
        return origin == null ? null : new MakingBuild(job, origin, version).find();
    }

    /**
     * A promotion, whose job is in a group that is no item, deploys what the promoted build would deploy, unless the version
     * is or contains a parameter of its own.
     */
    private static Run<?, ?> ofPromotion(AbstractBuild<?, ?> promotion, String version) {
        try {
            AbstractBuild<?, ?> promoted = promotion.getRootBuild();
            Map<String, String> before = parameters(promoted.getParent(), promoted);
            // The condition of the promotion defines them, not its job.
            List<ParameterValue> given = promotion.getActions(ParametersAction.class).stream()
                    .flatMap(action -> action.getAllParameters().stream())
                    .toList();
            boolean own = texts(given, promotion).entrySet().stream()
                    .anyMatch(text -> !text.getValue().isEmpty()
                            && version.contains(text.getValue())
                            && !text.getValue().equals(before.get(text.getKey())));
            return own ? null : new MakingBuild(promoted.getParent(), promoted, version).find();
        } catch (IllegalStateException e) {
            LOGGER.log(Level.FINE, e, () -> "The build that " + promotion + " promotes was deleted");
            return null;
        }
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
        return given || (ambiguous && !hasScm()) || isRestarted() ? null : own;
    }

    /** Whether the version was given to the build from outside. */
    private boolean isParameter() {
        return parameters(job, origin).containsValue(version);
    }

    /** Whether the build skipped stages of another one, which may have made the version. */
    private boolean isRestarted() {
        return origin.getActions(CauseAction.class).stream()
                .flatMap(action -> action.getCauses().stream())
                .anyMatch(cause -> RESTART.equals(cause.getClass().getName()));
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
        Set<Run<?, ?>> next = causes(job, origin);
        while (!next.isEmpty() && chain.size() < MAX_UPSTREAM) {
            List<Run<?, ?>> named = next.stream().filter(this::isCalledLikeIt).toList();
            if (named.size() == 1) {
                return named.get(0);
            }
            if (next.size() > 1) {
                ambiguous = true;
                break;
            }
            Run<?, ?> run = next.iterator().next();
            if (chain.contains(run)) {
                break;
            }
            chain.add(run);
            next = causes(run.getParent(), run);
        }
        if (!given && hasScm()) {
            return null;
        }
        return chain.stream()
                .filter(Run::getHasArtifacts)
                .findFirst()
                .orElse(chain.isEmpty() || ambiguous ? null : chain.get(0));
    }

    private boolean isCalledLikeIt(Run<?, ?> run) {
        String name = run.getDisplayName();
        return version.equals(name.startsWith("#") ? name.substring(1) : name);
    }

    /**
     * The builds that started this one: several, where the queue merged what they started; none, where the causes were
     * copied from a build of which it is not known that it is about the same version.
     */
    private Set<Run<?, ?>> causes(Job<?, ?> of, Actionable caused) {
        Set<Run<?, ?>> runs = new LinkedHashSet<>();
        upstreamCauses(caused)
                .filter(cause -> !isRebuild(cause))
                .limit(MAX_UPSTREAM)
                .map(Cause.UpstreamCause::getUpstreamRun)
                .filter(Objects::nonNull)
                .forEach(runs::add);
        if (!runs.isEmpty() && isOfAnotherVersion(of, caused)) {
            ambiguous = true;
            return Set.of();
        }
        return runs;
    }

    private static Stream<Cause.UpstreamCause> upstreamCauses(Actionable caused) {
        return caused.getActions(CauseAction.class).stream()
                .flatMap(action -> action.getCauses().stream())
                .filter(Cause.UpstreamCause.class::isInstance)
                .map(Cause.UpstreamCause.class::cast);
    }

    private static boolean isRebuild(Cause cause) {
        return REBUILD.equals(cause.getClass().getName());
    }

    /** Whether a build repeats another one, and may do so with another version. */
    private boolean isOfAnotherVersion(Job<?, ?> of, Actionable repeating) {
        Actionable later = repeating;
        for (int i = 0; i < MAX_UPSTREAM; i++) {
            Cause.UpstreamCause cause = upstreamCauses(later)
                    .filter(MakingBuild::isRebuild)
                    .findFirst()
                    .orElse(null);
            if (cause == null) {
                return false;
            }
            Run<?, ?> earlier = cause.getUpstreamRun();
            if (earlier == null || !haveSameVersion(parameters(of, later), parameters(of, earlier))) {
                return true;
            }
            later = earlier;
        }
        return true;
    }

    /** Where no parameter is the version, each may be part of it. */
    private boolean haveSameVersion(Map<String, String> later, Map<String, String> earlier) {
        return later.containsValue(version)
                ? later.entrySet().stream()
                        .filter(parameter -> parameter.getValue().equals(version))
                        .allMatch(parameter -> version.equals(earlier.get(parameter.getKey())))
                : later.equals(earlier);
    }

    private static Map<String, String> parameters(Job<?, ?> of, Actionable started) {
        return texts(DefinedParameters.of(of, started), started instanceof Run<?, ?> run ? run : null);
    }

    /** What may be, or be part of, a version: the values and, as Jenkins expands them, the variables of the build. */
    private static Map<String, String> texts(List<ParameterValue> parameters, @CheckForNull Run<?, ?> run) {
        Map<String, String> texts = new HashMap<>();
        EnvVars variables = new EnvVars();
        for (ParameterValue parameter : parameters) {
            texts.put(parameter.getName(), String.valueOf(parameter.getValue()));
            try {
                parameter.buildEnvironment(run, variables);
            } catch (RuntimeException e) {
                LOGGER.log(Level.INFO, e, () -> "The parameter " + parameter.getName() + " sets no variables.");
            }
        }
        EnvVars.resolve(variables);
        variables.forEach((name, text) -> texts.put('$' + name, text));
        return texts;
    }

    /** Whether the job has sources of its own. */
    private boolean hasScm() {
        return hasScm(job);
    }

    static boolean hasScm(@NonNull Job<?, ?> job) {
        SCMTriggerItem item = SCMTriggerItem.SCMTriggerItems.asSCMTriggerItem(job);
        return item != null && item.getSCMs().stream().anyMatch(scm -> !(scm instanceof NullSCM));
    }
}
