package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.stream.Collectors;

/** Matches the configured name of a Standard change template with the templates of an instance. */
final class TemplateMatch {
    /** The number of template names in a message. */
    private static final int MAX_NAMES = 20;

    private TemplateMatch() {}

    /** Why no change can be created from the found templates; null if one can. */
    @CheckForNull
    static Phrase problem(@NonNull String name, @NonNull List<ServiceNowClient.Template> found) {
        List<ServiceNowClient.Template> named =
                found.stream().filter(template -> template.name().equals(name)).toList();
        if (named.size() > 1) {
            String rows = named.stream()
                    .map(template -> template.sysId().value())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return Phrase.of(Reason.TEMPLATE_NOT_UNIQUE, name, rows);
        }
        if (named.isEmpty()) {
            String names = found.stream()
                    .map(template -> '"' + TextSanitizer.clean(template.name(), 80) + '"')
                    .distinct()
                    .sorted()
                    .limit(MAX_NAMES)
                    .collect(Collectors.joining(", "));
            return names.isEmpty()
                    ? Phrase.of(Reason.TEMPLATE_NONE_AT_ALL, name)
                    : Phrase.of(Reason.TEMPLATE_NOT_FOUND, name, names);
        }
        return null;
    }
}
