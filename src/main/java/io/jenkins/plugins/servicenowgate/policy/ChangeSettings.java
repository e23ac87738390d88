package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The resolved settings of a change.
 *
 * @param standardChangeTemplate name of the Standard change template; null for a Normal change
 * @param changeModel name of the change model of a new change; null for what the other settings say
 * @param automaticTransition how far the plugin moves the change; always OFF without a template
 * @param allowEmergency whether an Emergency change may be requested
 * @param items the rows of the CMDB that a new change concerns, each by its exact name or its sys_id
 * @param fields the column values of a new change
 * @param duties whether somebody else than the starter of a build must approve
 * @param jobFields the other columns that a step may set; null for all, if jobs decide the approval settings
 * @param evidence what approvers are told
 * @param sameArtifacts whether a release is refused if the archived artifacts differ from the evidence
 * @param ending what becomes of the change
 * @param conflicts what a conflict means for the release
 * @param window in which a new change is planned, or null
 */
public record ChangeSettings(
        @CheckForNull String standardChangeTemplate,
        @CheckForNull String changeModel,
        @NonNull AutomaticTransition automaticTransition,
        boolean allowEmergency,
        @NonNull Map<ItemSetting, String> items,
        @NonNull Map<String, String> fields,
        @NonNull DutySettings duties,
        @CheckForNull Set<String> jobFields,
        @NonNull EvidenceSettings evidence,
        boolean sameArtifacts,
        @NonNull ChangeEnding ending,
        @NonNull ConflictPolicy conflicts,
        @CheckForNull DeploymentWindow window) {
    public ChangeSettings {
        items = Map.copyOf(items);
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        jobFields = jobFields == null ? null : Set.copyOf(jobFields);
    }

    /** Settings without restrictions by administrators. */
    public ChangeSettings(
            @CheckForNull String standardChangeTemplate,
            @NonNull AutomaticTransition automaticTransition,
            boolean allowEmergency,
            @NonNull Map<String, String> fields) {
        this(
                standardChangeTemplate,
                null,
                automaticTransition,
                allowEmergency,
                Map.of(),
                fields,
                DutySettings.NONE,
                null,
                new EvidenceSettings(),
                false,
                ChangeEnding.DEFAULT,
                ConflictPolicy.UNSET,
                null);
    }

    /**
     * Whether administrators decide the approval settings. An existing change must then match the change that would be
     * created.
     */
    public boolean decidedByAdministrators() {
        return jobFields != null;
    }

    /** Whether a step may name a row of the CMDB: an administrator's choice may only be repeated. */
    public boolean mayBeSet(@NonNull ItemSetting setting, @NonNull String value) {
        return jobFields == null || value.equals(items.get(setting));
    }

    /** Whether a step may set a window: an administrator's choice may only be repeated. */
    public boolean mayBeSet(@NonNull DeploymentWindow planned) {
        return jobFields == null || planned.equals(window);
    }

    /** Whether a step may set a column to a value. */
    public boolean mayBeSet(@NonNull String column, @NonNull String value) {
        return jobFields == null || jobFields.contains(column) || value.equals(fields.get(column));
    }
}
