package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.rules.ChangeFields;
import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A column of {@code change_request} and the value that a new change gets in it. */
public final class ChangeField extends AbstractDescribableImpl<ChangeField> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String value;

    /**
     * @throws IllegalArgumentException if the column can't be set
     */
    @DataBoundConstructor
    public ChangeField(@NonNull String name, @NonNull String value) {
        this.name = Util.fixNull(name).strip();
        this.value = Util.fixNull(value);
        checkName(this.name);
    }

    @NonNull
    public String getName() {
        return name;
    }

    @NonNull
    public String getValue() {
        return value;
    }

    /** The readable entries of a stored list. */
    @NonNull
    public static List<ChangeField> readable(@CheckForNull List<ChangeField> stored) {
        return StoredList.readable(stored, ChangeField.class, ChangeField::isComplete)
                .toList();
    }

    /** Whether all entries of a stored list are readable. */
    public static boolean isReadable(@CheckForNull List<ChangeField> stored) {
        return StoredList.isReadable(stored, ChangeField.class, ChangeField::isComplete);
    }

    private boolean isComplete() {
        return name != null && value != null;
    }

    private static void checkName(String name) {
        Localizable problem = ChangeFields.problem(name);
        if (problem != null) {
            throw new IllegalArgumentException(problem.toString());
        }
    }

    /**
     * Validates a list before it is stored.
     *
     * @throws IllegalArgumentException if the column can't be set, or is set twice
     */
    public static void check(@NonNull Collection<ChangeField> fields) {
        toMap(fields);
    }

    /**
     * The values by column, in the order of the list.
     *
     * @throws IllegalArgumentException if the column can't be set, or is set twice
     */
    @NonNull
    public static Map<String, String> toMap(@NonNull Collection<ChangeField> fields) {
        Map<String, String> values = new LinkedHashMap<>();
        for (ChangeField field : fields) {
            checkName(field.getName());
            if (values.put(field.getName(), field.getValue()) != null) {
                throw new IllegalArgumentException(Messages.ChangeField_NameTwice(field.getName()));
            }
        }
        return values;
    }

    @Extension
    @Symbol("serviceNowField")
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
            Localizable problem = ChangeFields.problem(Util.fixNull(value).strip());
            return problem == null ? FormValidation.ok() : FormValidation.error(problem.toString());
        }
    }
}
