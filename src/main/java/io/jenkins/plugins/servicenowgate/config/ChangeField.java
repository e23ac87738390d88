package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.gate.ChangeFields;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A column of the change table and the value that a new change is given there. */
public final class ChangeField extends AbstractDescribableImpl<ChangeField> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String value;

    @DataBoundConstructor
    public ChangeField(@NonNull String name, @CheckForNull String value) {
        this.name = Util.fixNull(name).strip();
        this.value = Util.fixNull(value);
    }

    @NonNull
    public String getName() {
        return name;
    }

    @NonNull
    public String getValue() {
        return value;
    }

    /**
     * Checks a list before it replaces another.
     *
     * @throws IllegalArgumentException for a column that can't be set, or that is set twice
     */
    @NonNull
    public static List<ChangeField> checked(@CheckForNull List<ChangeField> fields) {
        List<ChangeField> all = List.copyOf(Util.fixNull(fields));
        if (ChangeFields.merge(Map.of(), toMap(all)).size() < all.size()) {
            throw new IllegalArgumentException(Messages.ChangeField_Twice());
        }
        return all;
    }

    @NonNull
    public static Map<String, String> toMap(@NonNull List<ChangeField> fields) {
        Map<String, String> map = new LinkedHashMap<>();
        fields.forEach(field -> map.put(field.getName(), field.getValue()));
        return map;
    }

    @Extension
    @Symbol("changeField")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<ChangeField> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ChangeField_DisplayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            if (!ConfigurationAccess.mayConfigureSomewhere()) {
                return FormValidation.ok();
            }
            Phrase problem = ChangeFields.problem(Util.fixNull(value).strip());
            return problem == null ? FormValidation.ok() : FormValidation.error(problem.text());
        }
    }
}
