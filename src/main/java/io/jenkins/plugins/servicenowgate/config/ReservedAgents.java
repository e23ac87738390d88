package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.servicenowgate.Messages;
import java.io.Serial;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The global settings for reserved agents. */
public final class ReservedAgents extends AbstractDescribableImpl<ReservedAgents> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int DEFAULT_MINUTES = 10;
    private static final int MAX_MINUTES = 1440;

    /** How long the gate of a {@code serviceNowGate} step stays open. */
    public enum Until {
        /** Until the build completes. */
        BUILD,
        /** Until the end of the first {@code node} block that starts after the gate. */
        NODE
    }

    /** What happens to running work when its change no longer allows the deployment. */
    public enum Running {
        /** Running work continues; only new work is blocked. */
        CONTINUE,
        /** Running work is aborted. */
        ABORT
    }

    private int endWithoutGateMinutes;
    private Until gateOpenUntil;
    private Running runningWork;

    @DataBoundConstructor
    public ReservedAgents() {}

    /**
     * The number of minutes, 1 to 1440, after which a run that waits for a reserved agent without any gate is ended.
     */
    public int getEndWithoutGateMinutes() {
        return endWithoutGateMinutes == 0 ? DEFAULT_MINUTES : endWithoutGateMinutes;
    }

    /**
     * @throws IllegalArgumentException if the value is not in 1 to 1440
     */
    @DataBoundSetter
    public void setEndWithoutGateMinutes(int minutes) {
        if (minutes < 1 || minutes > MAX_MINUTES) {
            throw new IllegalArgumentException(Messages.ReservedAgents_Minutes(String.valueOf(MAX_MINUTES)));
        }
        this.endWithoutGateMinutes = minutes;
    }

    /** {@code build} or {@code node}. */
    @NonNull
    public String getGateOpenUntil() {
        return text(until());
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public void setGateOpenUntil(String gateOpenUntil) {
        this.gateOpenUntil = parse(Until.class, "gateOpenUntil", gateOpenUntil);
    }

    @NonNull
    public Until until() {
        return gateOpenUntil == null ? Until.BUILD : gateOpenUntil;
    }

    /** {@code continue} or {@code abort}. */
    @NonNull
    public String getRunningWork() {
        return text(running());
    }

    /**
     * @throws IllegalArgumentException for any other text
     */
    @DataBoundSetter
    public void setRunningWork(String runningWork) {
        this.runningWork = parse(Running.class, "runningWork", runningWork);
    }

    @NonNull
    public Running running() {
        return runningWork == null ? Running.CONTINUE : runningWork;
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String field, String text) {
        // An unset variable gives the empty text, which is rejected.
        String wanted = String.valueOf(text).strip();
        for (E value : type.getEnumConstants()) {
            if (text(value).equals(wanted)) {
                return value;
            }
        }
        throw new IllegalArgumentException(Messages.ReservedAgents_Unknown(
                wanted,
                field,
                Arrays.stream(type.getEnumConstants()).map(ReservedAgents::text).collect(Collectors.joining(", "))));
    }

    @Extension
    @Symbol("serviceNowReservedAgents")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<ReservedAgents> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ReservedAgents_DisplayName();
        }

        @POST
        public FormValidation doCheckEndWithoutGateMinutes(@QueryParameter String value) {
            return Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                    ? FormValidation.validateIntegerInRange(value, 1, MAX_MINUTES)
                    : FormValidation.ok();
        }

        @POST
        public ListBoxModel doFillGateOpenUntilItems() {
            ListBoxModel items = new ListBoxModel();
            if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                items.add(Messages.ReservedAgents_UntilBuild(), text(Until.BUILD));
                items.add(Messages.ReservedAgents_UntilNode(), text(Until.NODE));
            }
            return items;
        }

        @POST
        public ListBoxModel doFillRunningWorkItems() {
            ListBoxModel items = new ListBoxModel();
            if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                items.add(Messages.ReservedAgents_RunningContinue(), text(Running.CONTINUE));
                items.add(Messages.ReservedAgents_RunningAbort(), text(Running.ABORT));
            }
            return items;
        }
    }
}
