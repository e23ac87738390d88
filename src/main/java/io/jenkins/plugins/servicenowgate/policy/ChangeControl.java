package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Job;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.AutomaticTransition;
import io.jenkins.plugins.servicenowgate.config.ServiceNowConnection;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.rules.BuildVariables;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Decides whether a deployment needs an approved change. The settings of an environment come from the nearest folder
 * that declares it, then from outer folders, then from the controller. An environment is change controlled if any of
 * these declarations says so.
 */
public final class ChangeControl {
    private final Job<?, ?> job;
    private final List<FolderPolicies.Level> folders;
    private final BuildVariables variables;
    private final ServiceNowGateConfiguration global = ServiceNowGateConfiguration.get();

    private ChangeControl(Job<?, ?> job, BuildVariables variables) {
        this.job = job;
        this.variables = variables;
        this.folders = FolderPolicies.above(job);
    }

    /**
     * The decision without a build, whose variables stay in template name and fields.
     *
     * @param environment the name given by the step
     * @param project the project name given by the step, or null
     */
    @NonNull
    public static PolicyDecision rule(
            @NonNull Job<?, ?> job, @NonNull String environment, @CheckForNull String project) {
        return rule(job, environment, project, BuildVariables.known(Map.of()));
    }

    /**
     * @param environment the name given by the step
     * @param project the project name given by the step, or null
     * @param variables of the build, for template name and fields
     */
    @NonNull
    public static PolicyDecision rule(
            @NonNull Job<?, ?> job,
            @NonNull String environment,
            @CheckForNull String project,
            @NonNull BuildVariables variables) {
        return new ChangeControl(job, variables).decide(environment, project);
    }

    /** Whether a deployment must not start without an approved change, because one is required or that is not known. */
    public static boolean isRequired(
            @NonNull Job<?, ?> job, @NonNull String environment, @CheckForNull String project) {
        PolicyDecision decision = rule(job, environment, project);
        return decision instanceof PolicyDecision.Required || decision instanceof PolicyDecision.Misconfigured;
    }

    private PolicyDecision decide(String environment, String project) {
        Job<?, ?> root = RootJob.of(job);
        if (root == null) {
            return new PolicyDecision.Misconfigured(Messages.PolicyDecision_OwnerUnknown(job.getFullName()));
        }
        if (!FolderPolicies.isControlled(job)) {
            return new PolicyDecision.NotRequired(Messages.PolicyDecision_ProjectNotControlled(ProjectName.of(root)));
        }
        if (!global.isEnabled()) {
            return new PolicyDecision.NotEnforced(Messages.PolicyDecision_NotEnforced());
        }
        for (FolderPolicies.Level level : folders) {
            if (!level.property().isReadable()) {
                return new PolicyDecision.Misconfigured(
                        Messages.PolicyDecision_UnreadableFolder(level.folder().getFullName()));
            }
        }
        ChangeControlJobProperty mark = FolderPolicies.mark(job);
        if (mark != null && !mark.isReadable()) {
            return new PolicyDecision.Misconfigured(Messages.PolicyDecision_UnreadableJob(root.getFullName()));
        }
        String fault = global.getFault();
        if (fault != null) {
            return new PolicyDecision.Misconfigured(fault);
        }
        List<EffectiveSettings.Declared> declared =
                EffectiveSettings.declarations(folders, global.getEnvironments(), environment);
        if (declared.isEmpty()) {
            UndeclaredNames.get().recordRefusal(job, environment);
            return new PolicyDecision.Misconfigured(
                    Messages.PolicyDecision_NoSuchEnvironment(environment, declaredNames()));
        }
        if (declared.stream().noneMatch(one -> one.environment().isChangeControlled())) {
            return new PolicyDecision.NotRequired(Messages.PolicyDecision_EnvironmentNotControlled(environment));
        }
        try {
            return requiredDecision(
                    new EffectiveSettings(environment, declared, folders, mark, variables),
                    ProjectName.of(root),
                    project);
        } catch (IllegalArgumentException e) {
            // A stored file may contain settings that forms reject.
            return new PolicyDecision.Misconfigured(e.getMessage());
        }
    }

    private PolicyDecision requiredDecision(EffectiveSettings effective, String jobProject, String stepProject) {
        Collection<String> known = new TreeSet<>();
        global.getConnections().stream().map(ServiceNowConnection::getName).forEach(known::add);
        String connection =
                effective.connection(known.size() == 1 ? known.iterator().next() : null);
        if (known.isEmpty()) {
            return new PolicyDecision.Misconfigured(Messages.PolicyDecision_NoConnection());
        }
        if (connection == null) {
            return new PolicyDecision.Misconfigured(
                    Messages.PolicyDecision_ConnectionNotNamed(String.join(", ", known)));
        }
        if (!known.contains(connection)) {
            return new PolicyDecision.Misconfigured(
                    Messages.PolicyDecision_NoSuchConnection(connection, String.join(", ", known)));
        }
        ChangeSettings settings = effective.settings();
        return settings.automaticTransition() != AutomaticTransition.OFF && settings.standardChangeTemplate() == null
                ? new PolicyDecision.Misconfigured(Messages.PolicyDecision_TransitionWithoutTemplate())
                : new PolicyDecision.Required(connection, effective.project(jobProject, stepProject), settings);
    }

    private String declaredNames() {
        Collection<String> names = FolderPolicies.environments(job);
        return names.isEmpty() ? Messages.PolicyDecision_None() : String.join(", ", names);
    }
}
