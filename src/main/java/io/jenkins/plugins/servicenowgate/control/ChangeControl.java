package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.gate.ChangeFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Rules whether a deployment needs an approved change. An environment's settings come from the nearest folder that
 * declares it, then outwards, then from the controller; the mark itself counts wherever on that way it is set.
 */
public final class ChangeControl {
    private final Job<?, ?> job;
    private final List<ChangeControlFolderProperty> folders;
    private final ServiceNowGateConfiguration global = ServiceNowGateConfiguration.get();

    private ChangeControl(Job<?, ?> job) {
        this.job = job;
        this.folders = Levels.above(job).stream().map(Levels.Level::property).toList();
    }

    /**
     * @param environment as the step names it
     * @param project the name that the step gives the project, or null
     */
    @NonNull
    public static Ruling rule(@NonNull Job<?, ?> job, @NonNull String environment, @CheckForNull String project) {
        return new ChangeControl(job).rule(environment, project);
    }

    private Ruling rule(String environment, String project) {
        Job<?, ?> root = RootJob.of(job);
        if (root == null) {
            return new Ruling.Misconfigured(Messages.Ruling_OwnerUnknown(job.getFullName()));
        }
        ChangeControlJobProperty ownMark = Levels.mark(job);
        if (!Levels.isControlled(job)) {
            return new Ruling.NotRequired(Messages.Ruling_ProjectNotControlled(ProjectName.of(root)));
        }
        if (!global.isEnabled()) {
            return new Ruling.SwitchedOff(Messages.Ruling_SwitchedOff());
        }
        for (Levels.Level level : Levels.above(job)) {
            if (!level.property().isReadable()) {
                return new Ruling.Misconfigured(
                        Messages.Ruling_UnreadableFolder(level.folder().getFullName()));
            }
        }
        String fault = global.getFault();
        if (fault != null) {
            return new Ruling.Misconfigured(fault);
        }
        List<Environment> declarations = declarations(environment);
        if (declarations.isEmpty()) {
            UndeclaredNames.get().refused(job, environment);
            return new Ruling.Misconfigured(Messages.Ruling_NoSuchEnvironment(environment, declaredNames()));
        }
        if (declarations.stream().noneMatch(Environment::isChangeControlled)) {
            return new Ruling.NotRequired(Messages.Ruling_EnvironmentNotControlled(environment));
        }
        String name = project != null
                ? project
                : ownMark != null && !ownMark.getProject().isEmpty() ? ownMark.getProject() : ProjectName.of(root);
        return required(declarations, ownMark, name);
    }

    /** The declarations of an environment, the nearest first. */
    private List<Environment> declarations(String name) {
        List<Environment> found = new ArrayList<>();
        for (ChangeControlFolderProperty folder : folders) {
            add(found, folder.getEnvironments(), name);
        }
        add(found, global.getEnvironments(), name);
        return found;
    }

    private static void add(List<Environment> found, List<Environment> declared, String name) {
        Environment environment = Environment.find(declared, name);
        if (environment != null) {
            found.add(environment);
        }
    }

    private Ruling required(List<Environment> declarations, ChangeControlJobProperty ownMark, String project) {
        String named = nearest(
                declarations.get(0).getConnection(),
                ChangeControlFolderProperty::getConnection,
                ownMark == null ? "" : ownMark.getConnection());
        Collection<String> known = new TreeSet<>();
        global.getConnections().stream().map(ServiceNowConnection::getName).forEach(known::add);
        if (known.isEmpty()) {
            return new Ruling.Misconfigured(Messages.Ruling_NoConnection());
        }
        if (named == null && known.size() > 1) {
            return new Ruling.Misconfigured(Messages.Ruling_ConnectionNotNamed(String.join(", ", known)));
        }
        if (named != null && !known.contains(named)) {
            return new Ruling.Misconfigured(Messages.Ruling_NoSuchConnection(named, String.join(", ", known)));
        }
        try {
            GateSettings settings = settings(declarations, ownMark);
            return settings.automaticTransition() != AutomaticTransition.OFF
                            && settings.standardChangeTemplate() == null
                    ? new Ruling.Misconfigured(Messages.Ruling_TransitionWithoutTemplate())
                    : new Ruling.Required(named == null ? known.iterator().next() : named, project, settings);
        } catch (IllegalArgumentException e) {
            // Forms refuse such settings; a file may hold them all the same.
            return new Ruling.Misconfigured(e.getMessage());
        }
    }

    /** The environment's setting, else a folder's, else the job's own: what a job says never beats its folders. */
    @CheckForNull
    private String nearest(String ofEnvironment, Function<ChangeControlFolderProperty, String> ofFolder, String ofJob) {
        List<String> candidates = new ArrayList<>();
        candidates.add(ofEnvironment);
        folders.forEach(folder -> candidates.add(ofFolder.apply(folder)));
        candidates.add(ofJob);
        return candidates.stream()
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse(null);
    }

    private GateSettings settings(List<Environment> declarations, ChangeControlJobProperty ownMark) {
        Environment environment = declarations.get(0);
        String template = nearest(
                environment.getStandardChangeTemplate(),
                ChangeControlFolderProperty::getStandardChangeTemplate,
                ownMark == null ? "" : ownMark.getStandardChangeTemplate());
        AutomaticTransition transition = AutomaticTransition.parse(nearest(
                environment.getAutomaticTransition(),
                ChangeControlFolderProperty::getAutomaticTransition,
                ownMark == null ? "" : ownMark.getAutomaticTransition()));
        Map<String, String> fields = Map.of();
        for (int outward = folders.size() - 1; outward >= 0; outward--) {
            fields = ChangeFields.merge(
                    fields, ChangeField.toMap(folders.get(outward).getFields()));
        }
        fields = ChangeFields.merge(fields, ChangeField.toMap(environment.getFields()));
        return new GateSettings(
                template,
                transition == null ? AutomaticTransition.OFF : transition,
                declarations.stream().allMatch(Environment::isAllowEmergency),
                fields);
    }

    private String declaredNames() {
        Collection<String> names = Levels.environments(job);
        return names.isEmpty() ? Messages.Ruling_None() : String.join(", ", names);
    }
}
