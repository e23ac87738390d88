package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedProject;
import io.jenkins.plugins.servicenowgate.gate.ChangeFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Which of several values of a setting holds: the nearest environment's, else the nearest folder's, else the job's. Where a
 * declaration of the environment says that administrators decide, only it and what lies further out counts, and whatever
 * is nearer may only say the same.
 */
final class EffectiveSettings {
    /** What a job may always set: it describes the deployment, and decides nothing. */
    private static final Set<String> DESCRIBING = Set.of(
            "description",
            "justification",
            "implementation_plan",
            "test_plan",
            "backout_plan",
            "start_date",
            "end_date");

    /**
     * A declaration of the environment.
     *
     * @param level 0 for the nearest folder, counted outwards; the controller is outside all folders
     */
    record Declared(@NonNull Environment environment, int level) {}

    /**
     * A value and where it stands.
     *
     * @param inside whether administrators decide further out
     */
    private record Value(String text, String place, boolean inside) {}

    private final String name;
    private final List<Declared> declared;
    private final List<Levels.Level> folders;
    private final ChangeControlJobProperty mark;

    /** The outermost declaration by which administrators decide; null where jobs do. */
    private final Declared administrators;

    /**
     * @param declared the declarations of the environment, the nearest first
     * @param folders the folders above the job that say something, the nearest first
     * @param mark of the job; null if it has none
     */
    EffectiveSettings(
            @NonNull String name,
            @NonNull List<Declared> declared,
            @NonNull List<Levels.Level> folders,
            @CheckForNull ChangeControlJobProperty mark) {
        this.name = name;
        this.declared = declared;
        this.folders = folders;
        this.mark = mark;
        Declared outermost = null;
        for (Declared declaration : declared) {
            if (declaration.environment().isDecidedByAdministrators()) {
                outermost = declaration;
            }
        }
        this.administrators = outermost;
    }

    /**
     * @param only the one that is configured, where nothing else says one; null where there are several
     * @throws IllegalArgumentException where something nearer says another value than administrators decided
     */
    @CheckForNull
    String connection(@CheckForNull String only) {
        return decided(
                "connection",
                values(
                        Environment::getConnection,
                        ChangeControlFolderProperty::getConnection,
                        ChangeControlJobProperty::getConnection),
                UnaryOperator.identity(),
                Set.of(),
                only);
    }

    /**
     * The name of the project in titles.
     *
     * @param ofJob what people call the job
     * @param ofStep what the step says; null if it says nothing
     * @throws IllegalArgumentException as {@link #connection}
     */
    @NonNull
    String project(@NonNull String ofJob, @CheckForNull String ofStep) {
        String ofMark = mark == null || mark.getProject().isEmpty() ? null : mark.getProject();
        if (administrators == null) {
            return ofStep != null ? ofStep : ofMark != null ? ofMark : ofJob;
        }
        String decided = administrators.environment().getProjects().stream()
                .filter(mapped -> mapped.getJob().equals(ofJob))
                .map(MappedProject::getName)
                .findFirst()
                .orElse(ofJob);
        for (String other : new String[] {ofMark, ofStep}) {
            if (other != null && !other.equals(decided)) {
                throw refusal("project", other, Messages.Place_Job(), decided);
            }
        }
        return decided;
    }

    /**
     * All else.
     *
     * @throws IllegalArgumentException as {@link #connection}, and for settings that can't be used
     */
    @NonNull
    GateSettings settings() {
        String template = decided(
                "standardChangeTemplate",
                values(
                        Environment::getStandardChangeTemplate,
                        ChangeControlFolderProperty::getStandardChangeTemplate,
                        ChangeControlJobProperty::getStandardChangeTemplate),
                UnaryOperator.identity(),
                administrators == null
                        ? Set.of()
                        : Set.copyOf(administrators.environment().getAllowedTemplates()),
                null);
        AutomaticTransition transition = AutomaticTransition.parse(decided(
                "automaticTransition",
                values(
                        Environment::getAutomaticTransition,
                        ChangeControlFolderProperty::getAutomaticTransition,
                        ChangeControlJobProperty::getAutomaticTransition),
                EffectiveSettings::transition,
                Set.of(),
                null));
        Set<String> jobFields = null;
        if (administrators != null) {
            jobFields = new HashSet<>(DESCRIBING);
            jobFields.addAll(administrators.environment().getJobFields());
        }
        return new GateSettings(
                template,
                transition == null ? AutomaticTransition.OFF : transition,
                declared.stream()
                        .allMatch(declaration -> declaration.environment().isAllowEmergency()),
                fields(jobFields),
                jobFields);
    }

    /** Nothing said and switched off are the same. */
    private static String transition(String text) {
        AutomaticTransition transition = AutomaticTransition.parse(text);
        return transition == null || transition == AutomaticTransition.OFF ? "" : transition.text();
    }

    private List<Value> values(
            Function<Environment, String> ofEnvironment,
            Function<ChangeControlFolderProperty, String> ofFolder,
            Function<ChangeControlJobProperty, String> ofJob) {
        List<Value> values = new ArrayList<>();
        for (Declared declaration : declared) {
            values.add(new Value(
                    ofEnvironment.apply(declaration.environment()),
                    place(declaration.level()),
                    isInside(declaration.level())));
        }
        for (int level = 0; level < folders.size(); level++) {
            values.add(new Value(ofFolder.apply(folders.get(level).property()), place(level), isInside(level)));
        }
        if (mark != null) {
            values.add(new Value(ofJob.apply(mark), Messages.Place_Job(), administrators != null));
        }
        values.removeIf(value -> value.text().isEmpty());
        return values;
    }

    private boolean isInside(int level) {
        return administrators != null && level < administrators.level();
    }

    private String place(int level) {
        return level < folders.size()
                ? Messages.Place_Folder(folders.get(level).folder().getFullName())
                : Messages.Place_Controller();
    }

    /**
     * @param same the form in which values are compared
     * @param choices values of which something nearer may choose one
     * @param otherwise where nothing further out says one
     */
    @CheckForNull
    private String decided(
            String setting,
            List<Value> values,
            UnaryOperator<String> same,
            Set<String> choices,
            @CheckForNull String otherwise) {
        String decided = values.stream()
                .filter(value -> !value.inside())
                .map(Value::text)
                .findFirst()
                .orElse(otherwise);
        String chosen = null;
        for (Value value : values) {
            if (value.inside() && !same.apply(value.text()).equals(decided == null ? "" : same.apply(decided))) {
                if (!choices.contains(value.text())) {
                    throw refusal(setting, value.text(), value.place(), decided);
                }
                chosen = chosen == null ? value.text() : chosen;
            }
        }
        return chosen == null ? decided : chosen;
    }

    private IllegalArgumentException refusal(String setting, String value, String place, String decided) {
        return new IllegalArgumentException(Messages.Ruling_DecidedByAdministrators(
                place,
                setting,
                value,
                name,
                decided == null || decided.isEmpty() ? Messages.Ruling_None() : decided,
                place(administrators.level())));
    }

    /** By column, the nearest wins; folders before environments, since environments win over folders. */
    private Map<String, String> fields(@CheckForNull Set<String> jobFields) {
        // All that administrators decide is known before anything nearer is compared with it.
        Map<String, String> decided = fields(false, Map.of(), jobFields);
        return ChangeFields.merge(decided, fields(true, decided, jobFields));
    }

    private Map<String, String> fields(
            boolean inside, Map<String, String> decided, @CheckForNull Set<String> jobFields) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int level = folders.size() - 1; level >= 0; level--) {
            if (isInside(level) == inside) {
                fields.putAll(checked(folders.get(level).property().getFields(), level, decided, jobFields));
            }
        }
        for (int i = declared.size() - 1; i >= 0; i--) {
            int level = declared.get(i).level();
            if (isInside(level) == inside) {
                fields.putAll(checked(declared.get(i).environment().getFields(), level, decided, jobFields));
            }
        }
        return fields;
    }

    private Map<String, String> checked(
            List<ChangeField> added, int level, Map<String, String> decided, @CheckForNull Set<String> jobFields) {
        Map<String, String> all = ChangeField.toMap(added);
        if (jobFields != null && isInside(level)) {
            all.forEach((column, value) -> {
                if (!jobFields.contains(column) && !value.equals(decided.get(column))) {
                    throw refusal(column, value, place(level), decided.get(column));
                }
            });
        }
        return all;
    }
}
