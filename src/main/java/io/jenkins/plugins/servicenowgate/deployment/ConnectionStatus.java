package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ConnectionHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The status of a connection, from memory, for administrators.
 *
 * @param pausedUntil until when requests are paused; null if they are not
 * @param intervalFactor the factor by which poll intervals are longer than configured
 * @param clockDifference by how much the instance's clock is ahead; zero for small differences
 * @param gates the number of waiting deployments
 */
@Restricted(NoExternalUse.class)
@ExportedBean(defaultVisibility = 2)
public record ConnectionStatus(
        @NonNull String name,
        @NonNull ConnectionHealth.State health,
        @CheckForNull Instant pausedUntil,
        double intervalFactor,
        @NonNull Duration clockDifference,
        int gates) {

    @NonNull
    static ConnectionStatus of(
            @NonNull String name,
            @CheckForNull ConnectionHealth.State health,
            @CheckForNull ConnectionRuntime runtime) {
        return new ConnectionStatus(
                name,
                health == null ? new ConnectionHealth().state() : health,
                runtime == null ? null : runtime.pausedUntil(),
                runtime == null ? 1 : runtime.intervalFactor(),
                runtime == null ? Duration.ZERO : runtime.clockDifference(),
                runtime == null ? 0 : runtime.poller().size());
    }

    @Exported
    public String getName() {
        return name;
    }

    /** {@code UNUSED}, {@code ANSWERS} or {@code FAILS}. */
    @NonNull
    @Exported
    public Condition getCondition() {
        if (health.failingSince() != null) {
            return Condition.FAILS;
        }
        return health.lastSuccess() == null ? Condition.UNUSED : Condition.ANSWERS;
    }

    /** The values of {@link #getCondition}, part of the REST API. */
    public enum Condition {
        UNUSED,
        ANSWERS,
        FAILS
    }

    @CheckForNull
    public DisplayTime getLastSuccessAt() {
        return DisplayTime.of(health.lastSuccess());
    }

    @CheckForNull
    public DisplayTime getFailingSinceAt() {
        return DisplayTime.of(health.failingSince());
    }

    @CheckForNull
    public DisplayTime getPausedUntilAt() {
        return DisplayTime.of(pausedUntil);
    }

    @CheckForNull
    @Exported
    public String getLastSuccess() {
        return text(health.lastSuccess());
    }

    @CheckForNull
    @Exported
    public String getFailingSince() {
        return text(health.failingSince());
    }

    @CheckForNull
    @Exported
    public String getPausedUntil() {
        return text(pausedUntil);
    }

    @CheckForNull
    @Exported
    public String getLastError() {
        Localizable error = health.lastError();
        return error == null ? null : error.toString();
    }

    /** The number of 429 responses. */
    @Exported
    public long getRateLimitedResponses() {
        return health.rateLimitedResponses();
    }

    @NonNull
    @Exported
    public String getIntervalFactor() {
        return String.format(Locale.ROOT, "%.1f", intervalFactor);
    }

    @Exported
    public long getClockDifferenceSeconds() {
        return clockDifference.toSeconds();
    }

    @Exported
    public int getGates() {
        return gates;
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
