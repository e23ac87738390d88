package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/** Matches the configured name of a Standard change template, or of a change model, with those of an instance. */
enum TemplateMatch {
    TEMPLATE(Messages::_TemplateMatch_NotUnique, Messages::_TemplateMatch_NotFound, Messages::_TemplateMatch_NoneAtAll),
    MODEL(
            Messages::_TemplateMatch_ModelNotUnique,
            Messages::_TemplateMatch_ModelNotFound,
            Messages::_TemplateMatch_NoModelAtAll);

    /** The number of template names in a message. */
    private static final int MAX_NAMES = 20;

    private final BiFunction<String, String, Localizable> notUnique;
    private final BiFunction<String, String, Localizable> notFound;
    private final Function<String, Localizable> noneAtAll;

    TemplateMatch(
            BiFunction<String, String, Localizable> notUnique,
            BiFunction<String, String, Localizable> notFound,
            Function<String, Localizable> noneAtAll) {
        this.notUnique = notUnique;
        this.notFound = notFound;
        this.noneAtAll = noneAtAll;
    }

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
            return notUnique.apply(name, rows);
        }
        if (named.isEmpty()) {
            String names = found.stream()
                    .map(template -> '"' + TextSanitizer.clean(template.name(), 80) + '"')
                    .distinct()
                    .sorted()
                    .limit(MAX_NAMES)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? noneAtAll.apply(name) : notFound.apply(name, names);
        }
        return null;
    }
}
