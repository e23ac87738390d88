package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What the states of one change model mean: an entry of {@code states} of a connection. Immutable once it is bound. */
public final class MappedModel extends AbstractDescribableImpl<MappedModel> {
    private final String model;
    private List<String> waits;
    private List<String> goes;
    private List<String> refused;

    /**
     * @param model the exact name of the change model
     */
    @DataBoundConstructor
    public MappedModel(@NonNull String model) {
        this.model = Util.fixNull(model).strip();
    }

    @NonNull
    public String getModel() {
        return model;
    }

    /** The states in which a deployment waits, each by its label or its value. */
    @NonNull
    public List<String> getWaits() {
        return texts(waits);
    }

    @DataBoundSetter
    public void setWaits(List<String> waits) {
        this.waits = EvidenceFormat.lines(waits);
    }

    /** The states in which a deployment is released, if the change is approved. */
    @NonNull
    public List<String> getGoes() {
        return texts(goes);
    }

    @DataBoundSetter
    public void setGoes(List<String> goes) {
        this.goes = EvidenceFormat.lines(goes);
    }

    /** The states in which a deployment is refused. */
    @NonNull
    public List<String> getRefused() {
        return texts(refused);
    }

    @DataBoundSetter
    public void setRefused(List<String> refused) {
        this.refused = EvidenceFormat.lines(refused);
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getWaitsLines() {
        return String.join("\n", getWaits());
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getGoesLines() {
        return String.join("\n", getGoes());
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getRefusedLines() {
        return String.join("\n", getRefused());
    }

    private static List<String> texts(@CheckForNull List<String> stored) {
        return StoredList.readable(stored, String.class, text -> true).toList();
    }

    private boolean isComplete() {
        return model != null
                && !model.isEmpty()
                && Stream.of(waits, goes, refused)
                        .allMatch(states -> StoredList.isReadable(states, String.class, text -> !text.isBlank()));
    }

    /**
     * Validates a list before it is stored.
     *
     * @throws IllegalArgumentException if a model has no name, occurs twice, or maps no state, or one state twice
     */
    static void check(@NonNull Collection<MappedModel> models) {
        UniqueNames.check(
                models.stream().map(MappedModel::getModel),
                Messages.MappedModel_Missing(),
                Messages::MappedModel_Twice);
        for (MappedModel one : models) {
            List<String> states = Stream.of(one.getWaits(), one.getGoes(), one.getRefused())
                    .flatMap(List::stream)
                    .toList();
            if (states.isEmpty()) {
                throw new IllegalArgumentException(Messages.MappedModel_NoState(one.model));
            }
            Set<String> known = new HashSet<>();
            for (String state : states) {
                if (!known.add(state)) {
                    throw new IllegalArgumentException(
                            Messages.MappedModel_StateTwice(TextSanitizer.clean(state, 80), one.model));
                }
            }
        }
    }

    /** The readable entries of a stored list. */
    @NonNull
    static List<MappedModel> readable(@CheckForNull List<MappedModel> stored) {
        return StoredList.readable(stored, MappedModel.class, MappedModel::isComplete)
                .toList();
    }

    /** What the entries of a stored list mean; one that can't be read may have taken a release away. */
    @NonNull
    static ModelStates states(@CheckForNull List<MappedModel> stored) {
        Map<String, ModelStates.StateMap> maps = new TreeMap<>();
        boolean readable = StoredList.isReadable(stored, MappedModel.class, MappedModel::isComplete);
        for (MappedModel one : readable(stored)) {
            ModelStates.StateMap map = new ModelStates.StateMap(
                    Set.copyOf(one.getWaits()), Set.copyOf(one.getGoes()), Set.copyOf(one.getRefused()));
            readable &= maps.put(one.model, map) == null;
        }
        return new ModelStates(maps, readable);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MappedModel that
                && model.equals(that.model)
                && getWaits().equals(that.getWaits())
                && getGoes().equals(that.getGoes())
                && getRefused().equals(that.getRefused());
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, getGoes());
    }

    @Extension
    @Symbol("serviceNowModel")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<MappedModel> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MappedModel_DisplayName();
        }

        @POST
        public FormValidation doCheckModel(@QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null && Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                    ? FormValidation.error(Messages.MappedModel_Missing())
                    : FormValidation.ok();
        }
    }
}
