package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeEnd;
import io.jenkins.plugins.servicenowgate.config.ChangeEndOfEnvironment;
import io.jenkins.plugins.servicenowgate.config.ChangeEndSettings;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.ChangeKindOfEnvironment;
import io.jenkins.plugins.servicenowgate.config.DeclaredSettings;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.MappedProject;
import io.jenkins.plugins.servicenowgate.config.WindowSettings;
import io.jenkins.plugins.servicenowgate.rules.BuildVariables;
import io.jenkins.plugins.servicenowgate.rules.ChangeFields;
import io.jenkins.plugins.servicenowgate.rules.ConflictPolicy;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Resolves the value of each setting: the nearest environment's, else the nearest folder's, else the job's. If a
 * declaration of the environment leaves the approval settings to administrators, only this declaration and outer values
 * apply, and nearer values must be equal to them.
 */
final class EffectiveSettings {
    private static final String TEMPLATE = "standardChangeTemplate";

    /** The columns that a job may always set: they describe the deployment and do not affect its approval. */
    private static final Set<String> DESCRIPTIVE_COLUMNS = Set.of(
            "description",
            "justification",
            "implementation_plan",
            "test_plan",
            "backout_plan",
            "start_date",
            "end_date");

    /**
     * A declaration of the environment at one level.
     *
     * @param level 0 for the nearest folder, increasing outwards; the controller has the highest level
     */
    record Declared(@NonNull Environment environment, int level) {}

    /**
     * The declarations of an environment, nearest first.
     *
     * @param folders nearest first
     * @param global the environments of the controller
     */
    @NonNull
    static List<Declared> declarations(
            @NonNull List<FolderPolicies.Level> folders, @NonNull List<Environment> global, @NonNull String name) {
        List<Declared> found = new ArrayList<>();
        for (int level = 0; level <= folders.size(); level++) {
            Environment environment = Environment.find(
                    level < folders.size() ? folders.get(level).property().getEnvironments() : global, name);
            if (environment != null) {
                found.add(new Declared(environment, level));
            }
        }
        return found;
    }

    /**
     * A configured value and its location.
     *
     * @param constrained whether an outer declaration leaves the setting to administrators
     */
    private record Value(String text, String place, boolean constrained) {}

    private final String name;
    private final List<Declared> declared;
    private final List<FolderPolicies.Level> folders;
    private final ChangeControlJobProperty mark;
    private final BuildVariables variables;

    /** The outermost declaration that leaves the approval settings to administrators; null if there is none. */
    private final Declared administrators;

    /**
     * @param declared the declarations of the environment, nearest first
     * @param folders the folders above the job that have a change control property, nearest first
     * @param mark the job's property; null if it has none
     * @param variables of the build, for template name and fields
     */
    EffectiveSettings(
            @NonNull String name,
            @NonNull List<Declared> declared,
            @NonNull List<FolderPolicies.Level> folders,
            @CheckForNull ChangeControlJobProperty mark,
            @NonNull BuildVariables variables) {
        this.name = name;
        this.declared = declared;
        this.folders = folders;
        this.mark = mark;
        this.variables = variables;
        Declared outermost = null;
        for (Declared declaration : declared) {
            if (declaration.environment().isDecidedByAdministrators()) {
                outermost = declaration;
            }
        }
        this.administrators = outermost;
    }

    /**
     * @param only the default: the only configured connection; null if there are several
     * @throws IllegalArgumentException if a nearer value differs from the value of the administrators
     */
    @CheckForNull
    String connection(@CheckForNull String only) {
        return resolve("connection", values(DeclaredSettings::getConnection), UnaryOperator.identity(), Set.of(), only);
    }

    /**
     * The project name in change titles.
     *
     * @param jobProject the job's name from {@link ProjectName}
     * @param stepProject the name given by the step, or null
     * @throws IllegalArgumentException if a nearer value differs from the value of the administrators, or a setting is
     *     invalid
     */
    @NonNull
    String project(@NonNull String jobProject, @CheckForNull String stepProject) {
        String markProject = mark == null || mark.getProject().isEmpty() ? null : mark.getProject();
        if (administrators == null) {
            return stepProject != null ? stepProject : markProject != null ? markProject : jobProject;
        }
        List<MappedProject> projects = administrators.environment().getProjects();
        String decided = projects.stream()
                .filter(mapped -> mapped.getJob().equals(jobProject))
                .map(MappedProject::getName)
                .findFirst()
                .orElse(jobProject);
        if (projects.stream()
                .anyMatch(mapped ->
                        mapped.getName().equals(decided) && !mapped.getJob().equals(jobProject))) {
            // Otherwise the change that is approved for the other job would release this one, too.
            throw new IllegalArgumentException(Messages.PolicyDecision_ProjectOfAnotherJob(name, decided));
        }
        for (String other : new String[] {markProject, stepProject}) {
            if (other != null && !other.equals(decided)) {
                throw conflict("project", other, Messages.Place_Job(), decided);
            }
        }
        return decided;
    }

    /**
     * All other settings.
     *
     * @throws IllegalArgumentException if a nearer value differs from the value of the administrators, or a setting is
     *     invalid
     */
    @NonNull
    ChangeSettings settings() {
        String template = template();
        String model = resolve(
                "changeModel",
                declared(ChangeKindOfEnvironment::getChangeModel, folder -> null),
                UnaryOperator.identity(),
                Set.of(),
                null);
        if (template != null && model != null) {
            throw new IllegalArgumentException(Messages.PolicyDecision_ModelAndTemplate(name, model, template));
        }
        AutomaticTransition transition = AutomaticTransition.parse(resolve(
                "automaticTransition",
                values(DeclaredSettings::getAutomaticTransition),
                EffectiveSettings::transition,
                Set.of(),
                null));
        Set<String> jobFields = null;
        if (administrators != null) {
            jobFields = new HashSet<>(DESCRIPTIVE_COLUMNS);
            jobFields.addAll(administrators.environment().getJobFields());
        }
        return new ChangeSettings(
                template,
                model,
                transition == null ? AutomaticTransition.OFF : transition,
                declared.stream()
                        .allMatch(declaration -> declaration.environment().isAllowEmergency()),
                items(),
                fields(jobFields),
                new DutySettings(
                        declared.stream()
                                .anyMatch(
                                        declaration -> declaration.environment().isSeparateDuties()),
                        declared.stream()
                                .allMatch(
                                        declaration -> declaration.environment().isStandardChangesPreApproved())),
                jobFields,
                DeclaredEvidence.of(declared, folders, mark),
                declared.stream()
                        .anyMatch(declaration -> declaration.environment().isSameArtifacts()),
                ending(),
                ConflictPolicy.of(strictest(
                        ChangeEnd.CONFLICTS,
                        ChangeKindOfEnvironment::getConflicts,
                        ChangeEnd.TELL,
                        Comparator.comparing(ConflictPolicy::of, Comparator.reverseOrder()))),
                window());
    }

    /** The window of an environment precedes that of the job; folders have none. */
    @CheckForNull
    private DeploymentWindow window() {
        List<Value> values = declared(environment -> WindowSettings.text(environment.getWindow()), folder -> null);
        String ofJob = mark == null ? null : WindowSettings.text(mark.getWindow());
        if (ofJob != null) {
            values.add(new Value(ofJob, Messages.Place_Job(), administrators != null));
        }
        String decided = resolve("window", values, UnaryOperator.identity(), Set.of(), null);
        return decided == null ? null : DeploymentWindow.parse(decided);
    }

    /** What administrators decide expands no variable; what they compare with it does. */
    @CheckForNull
    private String template() {
        List<Value> values = values(DeclaredSettings::getStandardChangeTemplate);
        if (administrators == null) {
            String nearest = resolve(TEMPLATE, values, UnaryOperator.identity(), Set.of(), null);
            return nearest == null ? null : variables.expandName(TEMPLATE, nearest);
        }
        values.removeIf(value -> value.constrained() && variables.isOpen(value.text()));
        values.replaceAll(value -> value.constrained()
                ? new Value(variables.expandName(TEMPLATE, value.text()), value.place(), true)
                : value);
        return resolve(
                TEMPLATE,
                values,
                UnaryOperator.identity(),
                Set.copyOf(administrators.environment().getAllowedTemplates()),
                null);
    }

    private Map<ItemSetting, String> items() {
        return ItemSetting.of(
                item(ItemSetting.CONFIGURATION_ITEM, DeclaredSettings::getConfigurationItem),
                item(ItemSetting.SERVICE, DeclaredSettings::getService));
    }

    @CheckForNull
    private String item(ItemSetting setting, Function<DeclaredSettings, String> getter) {
        return resolve(setting.setting(), values(getter), UnaryOperator.identity(), Set.of(), null);
    }

    private ChangeEnding ending() {
        String rejected = strictest(
                ChangeEnd.REJECTED,
                ChangeEndOfEnvironment::getRejected,
                ChangeEnd.REFUSE,
                Comparator.comparing(ChangeEnd.WAIT::equals));
        String abandoned = resolve(
                ChangeEnd.ABANDONED_CHANGE.setting(),
                declared(ChangeEndSettings::getAbandonedChange, ChangeEndSettings::getAbandonedChange),
                value -> value.equals(ChangeEnd.KEEP) ? "" : value,
                Set.of(),
                null);
        return new ChangeEnding(
                nearest(ChangeEndSettings::getAfterDeployment),
                nearest(ChangeEndSettings::getChangeTasks).equals(ChangeEnd.CLOSE),
                ChangeEnd.WAIT.equals(rejected),
                ChangeEnd.CANCEL.equals(abandoned));
    }

    /** The nearest value of a setting that does not affect the approval; empty if none is declared. */
    private String nearest(Function<ChangeEndSettings, String> setting) {
        return declared(setting::apply, setting::apply).stream()
                .map(Value::text)
                .findFirst()
                .orElse("");
    }

    /**
     * The strictest value of a setting of environments. Where administrators decide, only their declarations count.
     *
     * @param byDefault the value that an empty setting has
     * @param strictness the strictest value first
     */
    @CheckForNull
    private String strictest(
            ChangeEnd setting, Function<Environment, String> getter, String byDefault, Comparator<String> strictness) {
        List<Value> values = declared(getter, folder -> null);
        List<Value> counting =
                values.stream().filter(value -> !value.constrained()).toList();
        String fallback = counting.stream().map(Value::text).min(strictness).orElse(null);
        // The constrained values are compared with the result.
        List<Value> others = new ArrayList<>(values);
        others.removeAll(counting);
        return resolve(setting.setting(), others, value -> value.equals(byDefault) ? "" : value, Set.of(), fallback);
    }

    /** An empty value and {@code false} are equal. */
    private static String transition(String text) {
        AutomaticTransition transition = AutomaticTransition.parse(text);
        return transition == null || transition == AutomaticTransition.OFF ? "" : transition.text();
    }

    /** The declared values of a setting, nearest first. */
    private List<Value> values(Function<DeclaredSettings, String> setting) {
        List<Value> values = declared(setting::apply, setting::apply);
        if (mark != null && !setting.apply(mark).isEmpty()) {
            values.add(new Value(setting.apply(mark), Messages.Place_Job(), administrators != null));
        }
        return values;
    }

    /** The values that environments and folders declare, nearest first; without those that are null or empty. */
    private List<Value> declared(
            Function<Environment, String> ofEnvironment, Function<ChangeControlFolderProperty, String> ofFolder) {
        List<Value> values = new ArrayList<>();
        for (Declared declaration : declared) {
            add(values, ofEnvironment.apply(declaration.environment()), declaration.level());
        }
        for (int level = 0; level < folders.size(); level++) {
            add(values, ofFolder.apply(folders.get(level).property()), level);
        }
        return values;
    }

    private void add(List<Value> values, @CheckForNull String text, int level) {
        if (text != null && !text.isEmpty()) {
            values.add(new Value(text, place(level), isConstrained(level)));
        }
    }

    private boolean isConstrained(int level) {
        return administrators != null && level < administrators.level();
    }

    private String place(int level) {
        return level < folders.size()
                ? Messages.Place_Folder(folders.get(level).folder().getFullName())
                : Messages.Place_Controller();
    }

    /**
     * @param normalize converts values to the form in which they are compared
     * @param choices other values that a nearer level may choose
     * @param fallback the value if no outer level sets one
     */
    @CheckForNull
    private String resolve(
            String setting,
            List<Value> values,
            UnaryOperator<String> normalize,
            Set<String> choices,
            @CheckForNull String fallback) {
        String decided = values.stream()
                .filter(value -> !value.constrained())
                .map(Value::text)
                .findFirst()
                .orElse(fallback);
        String chosen = null;
        for (Value value : values) {
            if (value.constrained()
                    && !normalize.apply(value.text()).equals(decided == null ? "" : normalize.apply(decided))) {
                if (!choices.contains(value.text())) {
                    throw conflict(setting, value.text(), value.place(), decided);
                }
                chosen = chosen == null ? value.text() : chosen;
            }
        }
        return chosen == null ? decided : chosen;
    }

    private IllegalArgumentException conflict(String setting, String value, String place, String decided) {
        return new IllegalArgumentException(Messages.PolicyDecision_DecidedByAdministrators(
                place,
                setting,
                value,
                name,
                decided == null || decided.isEmpty() ? Messages.PolicyDecision_None() : decided,
                place(administrators.level())));
    }

    /** Merges the fields by column: nearer values override outer ones, and environments override folders. */
    private Map<String, String> fields(@CheckForNull Set<String> jobFields) {
        // The administrators' values are resolved first, because nearer values are compared with them.
        Map<String, String> decided = fields(false, Map.of(), jobFields);
        Map<String, String> merged = ChangeFields.merge(decided, fields(true, decided, jobFields));
        if (administrators == null) {
            merged.replaceAll(this::expand);
        }
        return merged;
    }

    private String expand(String column, String value) {
        return variables.expand("fields: " + column, value);
    }

    private Map<String, String> fields(
            boolean constrained, Map<String, String> decided, @CheckForNull Set<String> jobFields) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int level = folders.size() - 1; level >= 0; level--) {
            if (isConstrained(level) == constrained) {
                fields.putAll(checked(folders.get(level).property().getFields(), level, decided, jobFields));
            }
        }
        for (int i = declared.size() - 1; i >= 0; i--) {
            int level = declared.get(i).level();
            if (isConstrained(level) == constrained) {
                fields.putAll(checked(declared.get(i).environment().getFields(), level, decided, jobFields));
            }
        }
        return fields;
    }

    private Map<String, String> checked(
            List<ChangeField> added, int level, Map<String, String> decided, @CheckForNull Set<String> jobFields) {
        Map<String, String> all = ChangeField.toMap(added);
        if (jobFields != null && isConstrained(level)) {
            all.values().removeIf(variables::isOpen);
            all.replaceAll(this::expand);
            all.forEach((column, value) -> {
                if (!jobFields.contains(column) && !value.equals(decided.get(column))) {
                    throw conflict(column, value, place(level), decided.get(column));
                }
            });
        }
        return all;
    }
}
