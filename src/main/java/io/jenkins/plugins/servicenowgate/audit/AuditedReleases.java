package io.jenkins.plugins.servicenowgate.audit;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.deployment.GateOutcome;
import io.jenkins.plugins.servicenowgate.gathering.ReleaseHistory;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The versions that were released, from the audit. A deployment that failed does not count: what runs in the environment
 * afterwards is not known, and the commits since the version before it are rather too many than too few.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class AuditedReleases implements ReleaseHistory {
    private static final Pattern BUILD = Pattern.compile("(\\d{1,9})/");

    @CheckForNull
    @Override
    public Released before(
            @NonNull Job<?, ?> job, @NonNull String project, @NonNull String environment, @NonNull String version) {
        return others(project, environment, version)
                .filter(entry -> entry.outcome() != GateOutcome.NOT_REQUIRED || isBy(job, entry))
                .findFirst()
                .map(AuditedReleases::released)
                .orElse(null);
    }

    @CheckForNull
    @Override
    public Released ownBefore(
            @NonNull Job<?, ?> job, @NonNull String project, @NonNull String environment, @NonNull String version) {
        return others(project, environment, version)
                .filter(entry -> isBy(job, entry))
                .filter(entry -> result(entry) != null) // Not one that may still fail.
                .findFirst()
                .map(AuditedReleases::released)
                .orElse(null);
    }

    private static Stream<AuditEntry> others(String project, String environment, String version) {
        return AuditLog.get().newest().stream()
                .filter(entry -> entry.project().equals(project)
                        && entry.environment().equals(environment)
                        && !entry.version().equals(version)
                        && isReleased(entry));
    }

    private static boolean isBy(Job<?, ?> job, AuditEntry entry) {
        return !entry.jobDeleted() && entry.job().equals(job.getFullName());
    }

    private static boolean isReleased(AuditEntry entry) {
        return switch (entry.outcome()) {
            case PROCEED, BYPASSED, SWITCHED_OFF, NOT_REQUIRED -> {
                Result result = result(entry);
                yield result == null || isSuccess(result);
            }
            case WAIT, REFUSE, ABORTED, SKIPPED -> false;
        };
    }

    private static boolean isSuccess(Result result) {
        return result.isBetterOrEqualTo(Result.UNSTABLE);
    }

    /** Of the deployment; one without a change and without a body ends with its build. Null if it is not known. */
    @CheckForNull
    private static Result result(AuditEntry entry) {
        if (entry.closeCode() != null) {
            return entry.closeCode() == CloseCode.UNSUCCESSFUL ? Result.FAILURE : Result.SUCCESS;
        }
        Run<?, ?> run = released(entry).run();
        return run == null || run.isBuilding() ? null : run.getResult();
    }

    private static Released released(AuditEntry entry) {
        Matcher build = BUILD.matcher(entry.place());
        return new Released(
                entry.version(),
                entry.outcome() == GateOutcome.NOT_REQUIRED ? null : entry.number(),
                entry.decided(),
                entry.job(),
                entry.jobDeleted() || !build.matches() ? 0 : Integer.parseInt(build.group(1)));
    }
}
