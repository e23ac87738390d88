package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/** Matches the configured name of a Standard change template with the templates of an instance. */
final class TemplateMatch {
    /** The number of template names in a message. */
    private static final int MAX_NAMES = 20;

    private TemplateMatch() {}

    /** Why no change can be created from the found templates; null if one can. */
    @CheckForNull
    static Localizable problem(@NonNull String name, @NonNull List<ServiceNowClient.Template> found) {
        List<ServiceNowClient.Template> named =
                found.stream().filter(template -> template.name().equals(name)).toList();
        if (named.size() > 1) {
            String rows = named.stream()
                    .map(template -> template.sysId().value())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return Messages._TemplateMatch_NotUnique(name, rows);
        }
        if (named.isEmpty()) {
            String names = found.stream()
                    .map(template -> '"' + TextSanitizer.clean(template.name(), 80) + '"')
                    .distinct()
                    .sorted()
                    .limit(MAX_NAMES)
                    .collect(Collectors.joining(", "));
            return names.isEmpty()
                    ? Messages._TemplateMatch_NoneAtAll(name)
                    : Messages._TemplateMatch_NotFound(name, names);
        }
        return null;
    }
}
