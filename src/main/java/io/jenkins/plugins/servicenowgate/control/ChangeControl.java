package io.jenkins.plugins.servicenowgate.control;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.ItemGroup;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Rules whether a deployment needs an approved change. An environment's settings come from the nearest folder that
 * declares it, then outwards, then from the controller; the mark itself counts wherever on that way it is set.
 */
public final class ChangeControl {
    private final Job<?, ?> job;
    private final List<ChangeControlFolderProperty> folders = new ArrayList<>();
    private final ServiceNowGateConfiguration global = ServiceNowGateConfiguration.get();

    private ChangeControl(Job<?, ?> job) {
        this.job = job;
        ItemGroup<?> group = job.getParent();
        while (group instanceof Item) {
            if (group instanceof AbstractFolder<?> folder) {
                ChangeControlFolderProperty property = folder.getProperties().get(ChangeControlFolderProperty.class);
                if (property != null) {
                    folders.add(property);
                }
            }
            group = ((Item) group).getParent();
        }
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
        ChangeControlJobProperty ownMark = job.getProperty(ChangeControlJobProperty.class);
        boolean controlled =
                ownMark != null || folders.stream().anyMatch(ChangeControlFolderProperty::isChangeControlled);
        if (!controlled) {
            return new Ruling.NotRequired(Messages.Ruling_ProjectNotControlled(job.getFullName()));
        }
        if (!global.isEnabled()) {
            return new Ruling.SwitchedOff(Messages.Ruling_SwitchedOff());
        }
        List<Environment> declarations = declarations(environment);
        if (declarations.isEmpty()) {
            return new Ruling.Misconfigured(Messages.Ruling_NoSuchEnvironment(environment, declaredNames()));
        }
        if (declarations.stream().noneMatch(Environment::isChangeControlled)) {
            return new Ruling.NotRequired(Messages.Ruling_EnvironmentNotControlled(environment));
        }
        String name = project != null
                ? project
                : ownMark != null && !ownMark.getProject().isEmpty() ? ownMark.getProject() : job.getFullName();
        GateSettings settings;
        try {
            settings = settings(declarations.get(0), declarations, ownMark);
        } catch (IllegalArgumentException e) {
            return new Ruling.Misconfigured(e.getMessage());
        }
        if (settings.automaticTransition() != AutomaticTransition.OFF && settings.standardChangeTemplate() == null) {
            return new Ruling.Misconfigured(Messages.Ruling_TransitionWithoutTemplate());
        }
        return connection(declarations, ownMark, name, settings);
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

    /** Each from the environment, else from the nearest folder that says something, else from the job. */
    private GateSettings settings(
            Environment environment, List<Environment> declarations, ChangeControlJobProperty ownMark) {
        List<String> templates = new ArrayList<>();
        List<String> transitions = new ArrayList<>();
        templates.add(environment.getStandardChangeTemplate());
        transitions.add(environment.getAutomaticTransition());
        Map<String, String> fields = new LinkedHashMap<>();
        for (ChangeControlFolderProperty folder : folders) {
            templates.add(folder.getStandardChangeTemplate());
            transitions.add(folder.getAutomaticTransition());
            fields = ChangeFields.merge(ChangeField.toMap(folder.getFields()), fields);
        }
        if (ownMark != null) {
            templates.add(ownMark.getStandardChangeTemplate());
            transitions.add(ownMark.isAutomaticTransition() ? "true" : "");
        }
        AutomaticTransition transition = AutomaticTransition.parse(firstOf(transitions));
        return new GateSettings(
                firstOf(templates),
                transition == null ? AutomaticTransition.OFF : transition,
                declarations.stream().allMatch(Environment::isAllowEmergency),
                ChangeFields.merge(fields, ChangeField.toMap(environment.getFields())));
    }

    @CheckForNull
    private static String firstOf(List<String> candidates) {
        return candidates.stream()
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse(null);
    }

    /** The environment's connection, else a folder's, else the job's own: what a job says never beats its folders. */
    private Ruling connection(
            List<Environment> declarations, ChangeControlJobProperty ownMark, String project, GateSettings settings) {
        List<String> candidates = new ArrayList<>();
        candidates.add(declarations.get(0).getConnection());
        folders.forEach(folder -> candidates.add(folder.getConnection()));
        candidates.add(ownMark == null ? "" : ownMark.getConnection());
        String named = firstOf(candidates);
        Collection<String> known = new TreeSet<>();
        global.getConnections().stream().map(ServiceNowConnection::getName).forEach(known::add);
        if (known.isEmpty()) {
            return new Ruling.Misconfigured(Messages.Ruling_NoConnection());
        }
        if (named == null) {
            return known.size() == 1
                    ? new Ruling.Required(known.iterator().next(), project, settings)
                    : new Ruling.Misconfigured(Messages.Ruling_ConnectionNotNamed(String.join(", ", known)));
        }
        return known.contains(named)
                ? new Ruling.Required(named, project, settings)
                : new Ruling.Misconfigured(Messages.Ruling_NoSuchConnection(named, String.join(", ", known)));
    }

    private String declaredNames() {
        Collection<String> names = new TreeSet<>();
        folders.forEach(folder -> folder.getEnvironments().forEach(environment -> names.add(environment.getName())));
        global.getEnvironments().forEach(environment -> names.add(environment.getName()));
        return names.isEmpty() ? Messages.Ruling_None() : String.join(", ", names);
    }
}
