package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.model.Cause;
import hudson.model.Run;
import hudson.triggers.SCMTrigger;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jvnet.localizer.Localizable;

/**
 * Who started a build, by its causes: followed through the builds that started it and those that it repeats. A cause of
 * which that is not known leaves the starter unknown.
 */
final class StarterCauses {
    private static final int MAX_CAUSES = 100;

    /** Of the Branch API plugin, which may be missing: a commit or branch that was found. */
    private static final Set<String> BRANCH_CAUSES =
            Set.of("jenkins.branch.BranchEventCause", "jenkins.branch.BranchIndexingCause");

    private final Set<String> users = new LinkedHashSet<>();
    private final Set<String> followed = new HashSet<>();
    private int seen;
    private boolean automatic;
    private Localizable unknown;

    private StarterCauses() {}

    @NonNull
    static StarterCauses of(@NonNull List<Cause> causes) {
        StarterCauses starters = new StarterCauses();
        starters.follow(causes);
        return starters;
    }

    /** The ids of the users. */
    @NonNull
    Set<String> users() {
        return users;
    }

    /** Whether a timer or a commit takes part. */
    boolean isAutomatic() {
        return automatic;
    }

    /** Why somebody who takes part is not known; null if all are. */
    @CheckForNull
    Localizable unknown() {
        return unknown;
    }

    private void follow(List<? extends Cause> causes) {
        if (causes.isEmpty()) {
            unknown = Messages._Separation_UnknownCause(Messages.Note_UnknownCause());
        }
        for (Cause cause : causes) {
            if (++seen > MAX_CAUSES) {
                setUnknown(cause);
                return;
            }
            follow(cause);
        }
    }

    private void follow(Cause cause) {
        RepeatedBuild repeated = ExtensionList.lookup(RepeatedBuild.class).stream()
                .filter(kind -> kind.isRepetition(cause))
                .findFirst()
                .orElse(null);
        if (repeated != null) {
            follow(FaultBarrier.call(StarterCauses.class, () -> repeated.original(cause), () -> null), cause);
        } else if (cause instanceof Cause.UserIdCause user) {
            String id = user.getUserId();
            if (id == null || id.isBlank()) {
                setUnknown(cause);
            } else {
                users.add(id);
            }
        } else if (cause instanceof Cause.UpstreamCause upstream) {
            follow(upstream.getUpstreamCauses());
        } else if (cause instanceof TimerTrigger.TimerTriggerCause
                || cause instanceof SCMTrigger.SCMTriggerCause
                || BRANCH_CAUSES.contains(cause.getClass().getName())) {
            automatic = true;
        } else {
            setUnknown(cause);
        }
    }

    private void follow(@CheckForNull Run<?, ?> original, Cause cause) {
        if (original == null) {
            setUnknown(cause);
        } else if (followed.add(original.getExternalizableId())) {
            follow(original.getCauses());
        }
    }

    private void setUnknown(Cause cause) {
        String what = FaultBarrier.call(StarterCauses.class, cause::getShortDescription, () -> null);
        unknown = Messages._Separation_UnknownCause(
                what == null || what.isBlank() ? cause.getClass().getSimpleName() : TextSanitizer.clean(what));
    }
}
