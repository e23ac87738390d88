package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/** Matches the configured name of a Standard change template, or of a change model, with those of an instance. */
enum TemplateMatch {
    TEMPLATE {
        @Override
        Localizable notUnique(String name, String rows) {
            return Messages._TemplateMatch_NotUnique(name, rows);
        }

        @Override
        Localizable notFound(String name, String names) {
            return names.isEmpty()
                    ? Messages._TemplateMatch_NoneAtAll(name)
                    : Messages._TemplateMatch_NotFound(name, names);
        }
    },
    MODEL {
        @Override
        Localizable notUnique(String name, String rows) {
            return Messages._TemplateMatch_ModelNotUnique(name, rows);
        }

        @Override
        Localizable notFound(String name, String names) {
            return names.isEmpty()
                    ? Messages._TemplateMatch_NoModelAtAll(name)
                    : Messages._TemplateMatch_ModelNotFound(name, names);
        }
    };

    /** The number of template names in a message. */
    private static final int MAX_NAMES = 20;

    abstract Localizable notUnique(String name, String rows);

    abstract Localizable notFound(String name, String names);

    /** Why no change can be created from what was found; null if one can. */
    @CheckForNull
    Localizable problem(@NonNull String name, @NonNull List<ServiceNowClient.Template> found) {
        List<ServiceNowClient.Template> named =
                found.stream().filter(template -> template.name().equals(name)).toList();
        if (named.size() > 1) {
            String rows = named.stream()
                    .map(template -> template.sysId().value())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return notUnique(name, rows);
        }
        if (named.isEmpty()) {
            String names = found.stream()
                    .map(template -> '"' + TextSanitizer.clean(template.name(), 80) + '"')
                    .distinct()
                    .sorted()
                    .limit(MAX_NAMES)
                    .collect(Collectors.joining(", "));
            return notFound(name, names);
        }
        return null;
    }
}
