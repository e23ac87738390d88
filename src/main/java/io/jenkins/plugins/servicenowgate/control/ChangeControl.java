package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Rules whether a deployment needs an approved change. An environment's settings come from the nearest folder that
 * declares it, then outwards, then from the controller; the mark itself counts wherever on that way it is set.
 */
public final class ChangeControl {
    private final Job<?, ?> job;
    private final List<Levels.Level> folders;
    private final ServiceNowGateConfiguration global = ServiceNowGateConfiguration.get();

    private ChangeControl(Job<?, ?> job) {
        this.job = job;
        this.folders = Levels.above(job);
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
        if (!Levels.isControlled(job)) {
            return new Ruling.NotRequired(Messages.Ruling_ProjectNotControlled(ProjectName.of(root)));
        }
        if (!global.isEnabled()) {
            return new Ruling.SwitchedOff(Messages.Ruling_SwitchedOff());
        }
        for (Levels.Level level : folders) {
            if (!level.property().isReadable()) {
                return new Ruling.Misconfigured(
                        Messages.Ruling_UnreadableFolder(level.folder().getFullName()));
            }
        }
        String fault = global.getFault();
        if (fault != null) {
            return new Ruling.Misconfigured(fault);
        }
        List<EffectiveSettings.Declared> declared = declared(environment);
        if (declared.isEmpty()) {
            UndeclaredNames.get().refused(job, environment);
            return new Ruling.Misconfigured(Messages.Ruling_NoSuchEnvironment(environment, declaredNames()));
        }
        if (declared.stream().noneMatch(one -> one.environment().isChangeControlled())) {
            return new Ruling.NotRequired(Messages.Ruling_EnvironmentNotControlled(environment));
        }
        try {
            return required(
                    new EffectiveSettings(environment, declared, folders, Levels.mark(job)),
                    ProjectName.of(root),
                    project);
        } catch (IllegalArgumentException e) {
            // Also settings that forms refuse: a file may hold them all the same.
            return new Ruling.Misconfigured(e.getMessage());
        }
    }

    /** The declarations of an environment, the nearest first. */
    private List<EffectiveSettings.Declared> declared(String name) {
        List<EffectiveSettings.Declared> found = new ArrayList<>();
        for (int level = 0; level < folders.size(); level++) {
            add(found, folders.get(level).property().getEnvironments(), name, level);
        }
        add(found, global.getEnvironments(), name, folders.size());
        return found;
    }

    private static void add(
            List<EffectiveSettings.Declared> found, List<Environment> declared, String name, int level) {
        Environment environment = Environment.find(declared, name);
        if (environment != null) {
            found.add(new EffectiveSettings.Declared(environment, level));
        }
    }

    private Ruling required(EffectiveSettings effective, String ofJob, String ofStep) {
        Collection<String> known = new TreeSet<>();
        global.getConnections().stream().map(ServiceNowConnection::getName).forEach(known::add);
        String named = effective.connection(known.size() == 1 ? known.iterator().next() : null);
        if (known.isEmpty()) {
            return new Ruling.Misconfigured(Messages.Ruling_NoConnection());
        }
        if (named == null) {
            return new Ruling.Misconfigured(Messages.Ruling_ConnectionNotNamed(String.join(", ", known)));
        }
        if (!known.contains(named)) {
            return new Ruling.Misconfigured(Messages.Ruling_NoSuchConnection(named, String.join(", ", known)));
        }
        GateSettings settings = effective.settings();
        return settings.automaticTransition() != AutomaticTransition.OFF && settings.standardChangeTemplate() == null
                ? new Ruling.Misconfigured(Messages.Ruling_TransitionWithoutTemplate())
                : new Ruling.Required(named, effective.project(ofJob, ofStep), settings);
    }

    private String declaredNames() {
        Collection<String> names = Levels.environments(job);
        return names.isEmpty() ? Messages.Ruling_None() : String.join(", ", names);
    }
}
