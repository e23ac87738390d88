package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.CreationOrigin;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Set;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/**
 * Whether a deployment may use a change: its title, type, model and template. Compared when the change is linked and each time it
 * is read afterwards, because people can edit it in ServiceNow while it waits for its approval.
 */
final class ChangeMatch {
    private ChangeMatch() {}

    /** Why a deployment must not be linked to a change that exists; null if it may. */
    @CheckForNull
    static Localizable problem(@NonNull ChangeSpec spec, @NonNull ChangeRequest change, boolean byNumber) {
        if (titleCounts(spec, byNumber) && !change.shortDescription().equals(spec.title())) {
            return Messages._ChangeResolver_FoundOtherTitle(
                    change.number(), TextSanitizer.clean(change.shortDescription()), spec.title());
        }
        Localizable notAccepted = notAccepted(spec, change, requiredTemplate(spec, change), false);
        if (notAccepted != null) {
            return notAccepted;
        }
        // A deployment created it, maybe one that was refused or that a crash ended before it compared the type.
        String requested = byNumber ? null : requestedType(spec, change, false);
        return requested == null || NewChange.isOfType(change, requested)
                ? null
                : createdAsOtherType(change, requested);
    }

    /** Why a deployment must not use a change that was just created for it; null if it may. */
    @CheckForNull
    static Localizable createdAsOtherType(@NonNull ChangeSpec spec, @NonNull ChangeRequest change) {
        String requested = spec.newChange().type();
        return NewChange.isOfType(change, requested) ? null : createdAsOtherType(change, requested);
    }

    private static Localizable createdAsOtherType(ChangeRequest change, String requested) {
        return Messages._ChangeResolver_CreatedOtherType(change.number(), type(change, requested), type(requested));
    }

    /** Why a deployment must not use its linked change any more; null if it may. */
    @CheckForNull
    static Localizable problemSinceLinked(
            @NonNull ChangeSpec spec, @NonNull ChangeLink link, @NonNull ChangeRequest change) {
        String linked = link.title();
        String title = linked == null ? spec.title() : linked;
        if (titleCounts(spec, link.isByNumber()) && !change.shortDescription().equals(title)) {
            return Messages._ChangeMatch_Renamed(
                    change.number(), TextSanitizer.clean(title), TextSanitizer.clean(change.shortDescription()));
        }
        String requested = link.isByNumber() ? null : requestedType(spec, change, link.isOwn());
        if (requested != null && !NewChange.isOfType(change, requested)) {
            return Messages._ChangeMatch_TypeChanged(change.number(), type(requested), type(change, requested));
        }
        ChangeModel model = change.model();
        if (modelCounts(spec, link) && model != null && !model.sysId().equals(link.model())) {
            return Messages._ChangeMatch_ModelChanged(change.number(), TextSanitizer.clean(model.name(), 80));
        }
        return notAccepted(spec, change, templateSinceLinked(spec, link, change), link.isOwn());
    }

    /** Whether the model must be that of the linked change, because other people may approve changes of another one. */
    private static boolean modelCounts(ChangeSpec spec, ChangeLink link) {
        return link.model() != null && titleCounts(spec, link.isByNumber());
    }

    /** A column that is compared and has no value, which proves nothing: the user may not read it at the moment. */
    @CheckForNull
    static String missingColumn(@NonNull ChangeSpec spec, @NonNull ChangeLink link, @NonNull ChangeRequest change) {
        boolean byNumber = link.isByNumber();
        if (titleCounts(spec, byNumber) && change.shortDescription().isEmpty()) {
            return "short_description";
        }
        boolean typeCounts =
                !spec.acceptedTypes().isEmpty() || !byNumber && requestedType(spec, change, link.isOwn()) != null;
        if (typeCounts && change.type().isEmpty()) {
            return "type";
        }
        // Without its model, the values of its states would mean something else.
        if (typeCounts && isModelMissing(spec, change) || link.model() != null && change.model() == null) {
            return "chg_model";
        }
        return templateSinceLinked(spec, link, change) != null
                        && change.template().isEmpty()
                ? "std_change_producer_version"
                : null;
    }

    /** Whether a model is requested, and it is not readable which one the change has. */
    private static boolean isModelMissing(ChangeSpec spec, ChangeRequest change) {
        ChangeModel model = change.model();
        return spec.newChange() instanceof NewChange.OfModel && model != null && !model.isReadable();
    }

    /** Whether the title must be that of the deployment; whoever specifies a number may choose any change where jobs decide. */
    private static boolean titleCounts(ChangeSpec spec, boolean byNumber) {
        return !byNumber || !spec.acceptedTypes().isEmpty();
    }

    /** The type with which the plugin requested the change; null if it did not create it. */
    @CheckForNull
    private static String requestedType(ChangeSpec spec, ChangeRequest change, boolean own) {
        CreationOrigin origin = change.origin();
        if (own || origin != null && origin.requestedType().isEmpty()) {
            return spec.newChange().type();
        }
        return origin == null ? null : origin.requestedType();
    }

    /** The template from which a Standard change must have been created; null if any will do. */
    @CheckForNull
    private static String requiredTemplate(ChangeSpec spec, ChangeRequest change) {
        return !spec.acceptedTypes().isEmpty()
                        && change.isStandard()
                        && spec.newChange() instanceof NewChange.Standard standard
                ? standard.template()
                : null;
    }

    /** The same for a linked change: the plugin chose the template of its own one, which it may not be able to read. */
    @CheckForNull
    private static String templateSinceLinked(ChangeSpec spec, ChangeLink link, ChangeRequest change) {
        return link.isOwn() && change.template().isEmpty() ? null : requiredTemplate(spec, change);
    }

    /**
     * Why administrators, if they decide who approves, do not accept the type, model or template of a change.
     *
     * @param own whether it was created for the deployment, so that its model is the one that the instance chose
     */
    @CheckForNull
    private static Localizable notAccepted(
            ChangeSpec spec, ChangeRequest change, @CheckForNull String template, boolean own) {
        Set<String> accepted = spec.acceptedTypes();
        String requested = spec.newChange().type();
        if (!accepted.isEmpty() && accepted.stream().noneMatch(type -> NewChange.isOfType(change, type))) {
            return Messages._ChangeResolver_FoundOtherType(
                    change.number(),
                    type(change, requested),
                    accepted.stream().sorted().collect(Collectors.joining(", ")));
        }
        ChangeModel model = change.model();
        boolean chosen = own || change.origin() != null;
        boolean wanted = spec.newChange() instanceof NewChange.OfModel && NewChange.isOfType(change, requested);
        if (!accepted.isEmpty() && model != null && !model.isBase() && !chosen && !wanted) {
            return Messages._ChangeResolver_FoundOtherModel(change.number(), TextSanitizer.clean(model.name(), 80));
        }
        return template == null || change.isFromTemplate(template)
                ? null
                : Messages._ChangeResolver_FoundOtherTemplate(
                        change.number(), TextSanitizer.clean(change.template(), 80), template);
    }

    private static String type(String type) {
        return TextSanitizer.clean(type, 80);
    }

    private static String type(ChangeRequest change, String requested) {
        return type(NewChange.actualType(change, requested));
    }
}
