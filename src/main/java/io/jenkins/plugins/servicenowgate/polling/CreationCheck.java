package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jvnet.localizer.Localizable;

/** What would keep a change from being created with some settings, as far as reading shows it before a deployment does. */
public final class CreationCheck {
    private CreationCheck() {}

    /**
     * The lines with which a deployment would be refused; empty if none is known.
     *
     * @param template name of a Standard change template; null for none
     * @param model name of a change model; null for none
     */
    @NonNull
    public static List<Localizable> problems(
            @NonNull ServiceNowClient client,
            @CheckForNull String template,
            @CheckForNull String model,
            @NonNull Map<ItemSetting, String> items)
            throws ServiceNowException {
        List<Localizable> problems = new ArrayList<>();
        if (template != null) {
            add(problems, TemplateMatch.TEMPLATE.problem(template, client.activeTemplates(template)));
        }
        if (model != null) {
            add(problems, TemplateMatch.MODEL.problem(model, client.activeModels(model)));
        }
        for (Map.Entry<ItemSetting, String> item : items.entrySet()) {
            add(problems, ItemMatch.find(item.getKey(), item.getValue(), client).problem());
        }
        return problems;
    }

    private static void add(List<Localizable> problems, @CheckForNull Localizable problem) {
        if (problem != null) {
            problems.add(problem);
        }
    }
}
