package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.CreationOrigin;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jvnet.localizer.Localizable;

/** The request that creates a change: its template or model, its columns, and the rows that they refer to. */
final class CreationRequest {
    private final NewChange kind;
    private final SysId template;
    private final Map<String, String> columns;
    private final boolean told;
    private final Localizable problem;

    private CreationRequest(
            NewChange kind,
            @CheckForNull SysId template,
            Map<String, String> columns,
            boolean told,
            @CheckForNull Localizable problem) {
        this.kind = kind;
        this.template = template;
        this.columns = columns;
        this.told = told;
        this.problem = problem;
    }

    private static CreationRequest refused(NewChange kind, Localizable problem) {
        return new CreationRequest(kind, null, Map.of(), false, problem);
    }

    /**
     * Looks up what the request refers to.
     *
     * @param withEvidence whether the columns of a Normal or Emergency change have the evidence; a Standard change has those
     *     of its template
     * @param now by the clock of the instance
     */
    @NonNull
    static CreationRequest prepare(
            @NonNull ChangeSpec wanted, boolean withEvidence, @NonNull ServiceNowClient client, @NonNull Instant now)
            throws ServiceNowException {
        NewChange kind = wanted.newChange();
        SysId template = null;
        Localizable unknown = null;
        if (kind instanceof NewChange.Standard standard) {
            List<ServiceNowClient.Template> templates = client.activeTemplates(standard.template());
            unknown = TemplateMatch.TEMPLATE.problem(standard.template(), templates);
            template = unknown == null ? templates.get(0).sysId() : null;
        } else if (kind instanceof NewChange.OfModel ofModel) {
            List<ServiceNowClient.Template> models = client.activeModels(ofModel.model());
            unknown = TemplateMatch.MODEL.problem(ofModel.model(), models);
            template = unknown == null ? models.get(0).sysId() : null;
        }
        if (unknown != null) {
            return refused(kind, unknown);
        }
        Map<String, String> columns = new HashMap<>();
        ChangeEvidence evidence = kind instanceof NewChange.Standard ? null : wanted.evidence();
        Map<String, String> texts = evidence == null ? Map.of() : columns(evidence, withEvidence);
        columns.putAll(texts);
        columns.putAll(wanted.fields());
        DeploymentWindow window = wanted.window();
        if (window != null) {
            columns.putAll(ColumnUpdate.columns(window.at(now)));
        }
        for (ItemSetting setting : ItemSetting.values()) {
            String value = wanted.items().get(setting);
            if (value == null) {
                continue;
            }
            ItemMatch match = ItemMatch.find(setting, value, client);
            if (match.problem() != null) {
                return refused(kind, match.problem());
            }
            columns.put(setting.column(), match.required().value());
        }
        columns.put("short_description", wanted.title());
        String correlationId = wanted.correlationId();
        if (correlationId != null) {
            columns.putAll(new CreationOrigin(correlationId, kind.type()).columns());
        }
        boolean told = withEvidence
                && texts.containsKey("description")
                && !wanted.fields().containsKey("description");
        return new CreationRequest(kind, template, columns, told, null);
    }

    /** Without the evidence, the first line of the description remains: what is deployed. */
    private static Map<String, String> columns(ChangeEvidence evidence, boolean complete) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("description", complete ? evidence.description() : firstLine(evidence.description()));
        if (complete) {
            columns.put("test_plan", evidence.testPlan());
            columns.put("backout_plan", evidence.backoutPlan());
            columns.put("justification", evidence.justification());
        }
        columns.values().removeIf(String::isEmpty);
        return columns;
    }

    private static String firstLine(String text) {
        return TextSanitizer.clean(text.lines().findFirst().orElse(""));
    }

    /** Why the change can't be created; null if it can. */
    @CheckForNull
    Localizable problem() {
        return problem;
    }

    /** Whether the description of the change is the evidence, so that nothing more has to be told. */
    boolean isTold() {
        return told;
    }

    @NonNull
    ServiceNowClient.Created send(@NonNull ServiceNowClient client) throws ServiceNowException {
        if (template != null) {
            return kind instanceof NewChange.OfModel
                    ? client.createOfModel(template, columns)
                    : client.createStandard(template, columns);
        }
        return kind instanceof NewChange.Emergency ? client.createEmergency(columns) : client.createNormal(columns);
    }
}
