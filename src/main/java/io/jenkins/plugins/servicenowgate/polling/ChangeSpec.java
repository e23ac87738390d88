package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The change that a deployment requires.
 *
 * @param title the Short Description of its change, from {@link ChangeTitle#title}
 * @param number the one change that counts, as a person entered it, or null to go by the title
 * @param newChange what is created where there is no change of that title
 * @param fields what a new change is given besides its title: names of columns and their values
 * @param automaticTransition whether a Standard change is moved to Implement by the gate itself
 * @param acceptedTypes the types of which a change that is found must be, where administrators decide who approves: the one
 *     that would be created, of its template, and emergency where that is allowed; empty where any change of the title counts
 * @param waitsAfterRejection whether the deployment waits until approval is requested again, if it was rejected
 * @param correlationId identifies the deployment; sent with a creation, and searched for if its response was lost; or null
 * @param items the rows of the CMDB that a new change concerns, each by its exact name or its sys_id
 * @param evidence what approvers are told, or null; the paths of its files are absolute
 * @param window in which a new change is planned, or null
 */
public record ChangeSpec(
        @NonNull String title,
        @CheckForNull String number,
        @NonNull NewChange newChange,
        @NonNull Map<String, String> fields,
        boolean automaticTransition,
        @NonNull Set<String> acceptedTypes,
        boolean waitsAfterRejection,
        @CheckForNull String correlationId,
        @NonNull Map<ItemSetting, String> items,
        @CheckForNull ChangeEvidence evidence,
        @CheckForNull DeploymentWindow window) {
    public ChangeSpec {
        items = Map.copyOf(items);
        fields = Map.copyOf(fields);
        acceptedTypes = Set.copyOf(acceptedTypes);
    }

    /** For a deployment without an id. */
    public ChangeSpec(
            @NonNull String title,
            @CheckForNull String number,
            @NonNull NewChange newChange,
            @NonNull Map<String, String> fields,
            boolean automaticTransition,
            @NonNull Set<String> acceptedTypes) {
        this(title, number, newChange, fields, automaticTransition, acceptedTypes, false, null, Map.of(), null, null);
    }

    /** The same change for the deployment with this id. */
    @NonNull
    public ChangeSpec forDeployment(@NonNull String id) {
        return copy(copy -> copy.correlationId = id);
    }

    /** The same change for a deployment that waits, or does not wait, after a rejection. */
    @NonNull
    public ChangeSpec waitingAfterRejection(boolean waits) {
        return copy(copy -> copy.waitsAfterRejection = waits);
    }

    /** The same change with this evidence. */
    @NonNull
    public ChangeSpec withEvidence(@CheckForNull ChangeEvidence told) {
        return copy(copy -> copy.evidence = told);
    }

    /** The same change with these rows of the CMDB. */
    @NonNull
    public ChangeSpec withItems(@NonNull Map<ItemSetting, String> concerned) {
        return copy(copy -> copy.items = concerned);
    }

    /** The same change, planned in this window. */
    @NonNull
    public ChangeSpec withWindow(@CheckForNull DeploymentWindow planned) {
        return copy(copy -> copy.window = planned);
    }

    private ChangeSpec copy(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new ChangeSpec(
                title,
                number,
                newChange,
                fields,
                automaticTransition,
                acceptedTypes,
                copy.waitsAfterRejection,
                copy.correlationId,
                copy.items,
                copy.evidence,
                copy.window);
    }

    /** The parts that are set after the others. */
    private static final class Copy {
        private boolean waitsAfterRejection;
        private String correlationId;
        private Map<ItemSetting, String> items;
        private ChangeEvidence evidence;
        private DeploymentWindow window;

        private Copy(ChangeSpec spec) {
            waitsAfterRejection = spec.waitsAfterRejection;
            correlationId = spec.correlationId;
            items = spec.items;
            evidence = spec.evidence;
            window = spec.window;
        }
    }

    /** For a change of any type. */
    public ChangeSpec(
            @NonNull String title,
            @CheckForNull String number,
            @NonNull NewChange newChange,
            @NonNull Map<String, String> fields,
            boolean automaticTransition) {
        this(title, number, newChange, fields, automaticTransition, Set.of());
    }
}
