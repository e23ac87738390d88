package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeEnd;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.ChangeSettings;
import io.jenkins.plugins.servicenowgate.polling.ChangeSpec;
import io.jenkins.plugins.servicenowgate.rules.ChangeFields;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.io.Serial;
import java.io.Serializable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How the change of a deployment is created and what becomes of it, as it was settled when the deployment asked: later
 * changes of the configuration don't alter it. Part of the stored record.
 */
final class StoredChangeSpec implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String template;
    /** Null for what the template says. */
    private final String changeModel;

    private final boolean emergency;
    private final AutomaticTransition automaticTransition;
    private final LinkedHashMap<String, String> fields;
    private final String configurationItem;
    private final String service;
    /** Null where nothing is set. */
    private final String afterDeployment;

    private final boolean tasksClosed;
    private final boolean waitsAfterRejection;
    private final boolean cancelsAbandoned;

    /** Whether administrators decide who approves, and whether they allow Emergency changes. */
    private final boolean strict;

    private final boolean emergencyAllowed;

    /** The name of the job when the deployment was requested. */
    private final String job;

    /** What approvers are told; null for nothing. */
    private final EvidenceSettings evidence;

    /** Whether the archived artifacts must be those of the evidence; null for no. */
    private final Boolean sameArtifacts;

    /** In which a new change is planned; null for none. */
    private final String window;

    /** The variables of the build that template name and fields contained; null for none. */
    private final LinkedHashMap<String, String> variables;

    /**
     * @param ownFields columns of a new change that win over those of the settings
     * @param job the name of the job
     * @param ownEvidence what the step adds to the evidence of the settings
     * @param ownItems rows of the CMDB that win over those of the settings
     * @param ownWindow wins over that of the settings; null for none
     * @param used variables of the build that template name and fields contained
     */
    StoredChangeSpec(
            @NonNull ChangeSettings settings,
            boolean emergency,
            @NonNull Map<String, String> ownFields,
            @NonNull String job,
            @NonNull EvidenceRequest ownEvidence,
            @NonNull Map<ItemSetting, String> ownItems,
            @CheckForNull DeploymentWindow ownWindow,
            @NonNull Map<String, String> used) {
        this.job = job;
        this.template = settings.standardChangeTemplate();
        this.changeModel = settings.changeModel();
        this.emergency = emergency;
        this.automaticTransition = settings.automaticTransition();
        this.strict = settings.decidedByAdministrators();
        this.emergencyAllowed = settings.allowEmergency();
        this.afterDeployment = Util.fixEmpty(settings.ending().afterDeployment());
        this.tasksClosed = settings.ending().tasksClosed();
        this.waitsAfterRejection = settings.ending().waitsAfterRejection();
        this.cancelsAbandoned = settings.ending().cancelsAbandoned();
        this.fields = new LinkedHashMap<>(ChangeFields.merge(settings.fields(), ownFields));
        EvidenceRequest all = ownEvidence.with(settings.evidence(), settings.sameArtifacts());
        this.evidence = EvidenceSettings.orNull(all.settings());
        this.sameArtifacts = all.sameArtifacts() ? Boolean.TRUE : null;
        this.configurationItem = item(ItemSetting.CONFIGURATION_ITEM, settings, ownItems);
        this.service = item(ItemSetting.SERVICE, settings, ownItems);
        DeploymentWindow planned = ownWindow == null ? settings.window() : ownWindow;
        this.window = planned == null ? null : planned.text();
        this.variables = used.isEmpty() ? null : new LinkedHashMap<>(used);
    }

    private static String item(ItemSetting item, ChangeSettings settings, Map<ItemSetting, String> ownItems) {
        return ownItems.getOrDefault(item, settings.items().get(item));
    }

    /** A setting whose column is in the fields, too; null if there is none. */
    @CheckForNull
    ItemSetting setTwice() {
        return items().keySet().stream()
                .filter(item -> fields.containsKey(item.column()))
                .findFirst()
                .orElse(null);
    }

    /** The variables of the build that template name and fields contained, with their values. */
    @NonNull
    Map<String, String> variables() {
        return variables == null ? Map.of() : variables;
    }

    /** A column of the planned window that is in the fields, too; null if there is none. */
    @CheckForNull
    String plannedTwice() {
        return window == null
                ? null
                : Stream.of("start_date", "end_date")
                        .filter(fields::containsKey)
                        .findFirst()
                        .orElse(null);
    }

    private Map<ItemSetting, String> items() {
        return ItemSetting.of(configurationItem, service);
    }

    /** Whether the change is moved to Review after the deployment. */
    boolean isReviewed() {
        return afterDeployment != null || automaticTransition != AutomaticTransition.OFF;
    }

    /** Whether it is then moved on to Closed. */
    boolean isClosed() {
        return afterDeployment == null
                ? automaticTransition == AutomaticTransition.CLOSE
                : afterDeployment.equals(ChangeEnd.CLOSE);
    }

    /** Whether its open tasks are closed after the deployment. */
    boolean areTasksClosed() {
        return tasksClosed;
    }

    /** Whether it is canceled if the deployment does not take place. */
    boolean isCanceledIfAbandoned() {
        return cancelsAbandoned;
    }

    /** What approvers are to be told; null for nothing. */
    @CheckForNull
    EvidenceSettings evidence() {
        return evidence;
    }

    /** Whether the archived artifacts must be those of the evidence, when it was requested or by now. */
    boolean requiresSameArtifacts(@CheckForNull ChangeSettings now) {
        return sameArtifacts != null || now != null && now.sameArtifacts();
    }

    @CheckForNull
    String job() {
        return job;
    }

    /** Whether the current settings, whoever decides who approves, still allow what was requested. */
    boolean isAllowedBy(@NonNull ChangeSettings now) {
        return !emergency || now.allowEmergency();
    }

    /** Whether the current settings of administrators, who decide who approves, accept the change. */
    boolean isAcceptedBy(@NonNull ChangeSettings now, @NonNull ChangeRequest change) {
        return strict
                && Objects.equals(template, now.standardChangeTemplate())
                && Objects.equals(changeModel, now.changeModel())
                && (automaticTransition == AutomaticTransition.OFF
                        || now.automaticTransition() != AutomaticTransition.OFF)
                && (!emergency && NewChange.isOfType(change, usualChange().type())
                        || change.type().equals(new NewChange.Emergency().type()) && now.allowEmergency());
    }

    /** What is created unless an Emergency change is requested. */
    private NewChange usualChange() {
        if (changeModel != null) {
            return new NewChange.OfModel(changeModel);
        }
        return template == null ? new NewChange.Normal() : new NewChange.Standard(template);
    }

    /**
     * The change that the deployment requests.
     *
     * @param title of the change that is searched for and created
     * @param number of the only change that counts, or null
     * @param description of a new change, where neither the evidence nor a field says more
     * @param told the evidence, or null
     */
    @NonNull
    ChangeSpec toSpec(
            @NonNull String title,
            @CheckForNull String number,
            @NonNull String description,
            @CheckForNull ChangeEvidence told) {
        NewChange newChange = emergency ? new NewChange.Emergency() : usualChange();
        Map<String, String> all = new LinkedHashMap<>();
        if (!(newChange instanceof NewChange.Standard)
                && (told == null || told.description().isEmpty())) {
            // A template has a description of its own, and protects it.
            all.put("description", description);
        }
        all.putAll(fields);
        return new ChangeSpec(
                        title,
                        number,
                        newChange,
                        all,
                        !emergency && automaticTransition != AutomaticTransition.OFF,
                        acceptedTypes(newChange))
                .withEvidence(told)
                .withItems(items())
                .withWindow(window == null ? null : DeploymentWindow.parse(window))
                .waitingAfterRejection(waitsAfterRejection);
    }

    private Set<String> acceptedTypes(NewChange newChange) {
        if (!strict) {
            return Set.of();
        }
        Set<String> types = new HashSet<>(Set.of(newChange.type()));
        if (emergencyAllowed) {
            types.add(new NewChange.Emergency().type());
        }
        return types;
    }
}
