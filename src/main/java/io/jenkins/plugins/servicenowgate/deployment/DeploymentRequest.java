package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceQuery;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.policy.ProjectName;
import io.jenkins.plugins.servicenowgate.policy.RootJob;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.rules.DeploymentWindow;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a step or queue item requests, with defaults filled in.
 *
 * @param version never empty
 * @param project null to go by the job's mark or name
 * @param number the one change that counts, or null
 * @param emergency whether a new change is an Emergency change
 * @param fields columns of a new change
 * @param evidence what approvers are told in addition
 * @param items rows of the CMDB that a new change concerns
 * @param window in which a new change is planned, or null
 * @param variables of the build, without secrets, for template name and fields
 */
public record DeploymentRequest(
        @NonNull String environment,
        @NonNull String version,
        @CheckForNull String project,
        @CheckForNull String number,
        boolean emergency,
        @NonNull Map<String, String> fields,
        @NonNull EvidenceRequest evidence,
        @NonNull Map<ItemSetting, String> items,
        @CheckForNull DeploymentWindow window,
        @NonNull Map<String, String> variables) {
    /** The build parameter or variable that names a change. */
    public static final String NUMBER_VARIABLE = "SERVICENOW_CHANGE_REQUEST_NUMBER";

    /**
     * @param version empty for the build's display name without a leading #
     * @param number empty for the build parameter or variable {@link #NUMBER_VARIABLE}
     * @param variables of the place that asks; they include the build's parameters
     * @throws AbortException for a build inside another job for which no version is given
     */
    @NonNull
    public static DeploymentRequest of(
            @NonNull Run<?, ?> run,
            @CheckForNull String environment,
            @CheckForNull String version,
            @CheckForNull String project,
            @CheckForNull String number,
            boolean emergency,
            @NonNull Map<String, String> fields,
            @NonNull Map<String, String> variables)
            throws AbortException {
        String ownVersion = Util.fixEmpty(version);
        String ownNumber = Util.fixEmptyAndTrim(number);
        return new DeploymentRequest(
                Util.fixNull(environment),
                ownVersion != null ? ownVersion : defaultVersion(run),
                Util.fixEmpty(project),
                ownNumber != null ? ownNumber : number(run, variables),
                emergency,
                fields,
                EvidenceRequest.NONE,
                Map.of(),
                null,
                Map.of());
    }

    /** The same with what approvers are told in addition. */
    @NonNull
    public DeploymentRequest with(@NonNull EvidenceRequest more) {
        return new DeploymentRequest(
                environment, version, project, number, emergency, fields, more, items, window, variables);
    }

    /** The same request for a change that concerns these rows of the CMDB. */
    @NonNull
    public DeploymentRequest withItems(@NonNull Map<ItemSetting, String> concerned) {
        return new DeploymentRequest(
                environment, version, project, number, emergency, fields, evidence, concerned, window, variables);
    }

    /** The same request for a change that is planned in this window. */
    @NonNull
    public DeploymentRequest withWindow(@CheckForNull DeploymentWindow planned) {
        return new DeploymentRequest(
                environment, version, project, number, emergency, fields, evidence, items, planned, variables);
    }

    /** The same request with these variables for template name and fields, except those with the names of secrets. */
    @NonNull
    public DeploymentRequest withVariables(@NonNull Map<String, String> all, @NonNull Collection<String> secrets) {
        Map<String, String> plain = new HashMap<>(all);
        removeSecrets(plain, secrets);
        return new DeploymentRequest(
                environment, version, project, number, emergency, fields, evidence, items, window, plain);
    }

    /**
     * Removes the variables that hold secrets. In any case of letters, because an earlier variable whose name differs in this
     * alone holds the secret, and under the name in capital letters, which Jenkins sets, too.
     *
     * @param secrets the names of parameters and variables
     */
    public static void removeSecrets(@NonNull Map<String, String> variables, @NonNull Collection<String> secrets) {
        variables
                .keySet()
                .removeIf(name -> secrets.stream()
                        .anyMatch(secret -> name.equalsIgnoreCase(secret)
                                || name.equalsIgnoreCase(secret.toUpperCase(Locale.ENGLISH))));
    }

    /**
     * The variables of a build that is no Pipeline, without those that some of its steps, such as a shell, see with another
     * value: Jenkins gives them parameters once more, of several parameters of one name another one.
     */
    @NonNull
    public static EnvVars variables(@NonNull AbstractBuild<?, ?> build, @NonNull TaskListener listener)
            throws IOException, InterruptedException {
        EnvVars variables = build.getEnvironment(listener);
        EnvVars ofSteps = new EnvVars(variables);
        ofSteps.putAll(build.getBuildVariables());
        EnvVars all = new EnvVars(variables);
        variables.entrySet().removeIf(variable -> {
            String seen = ofSteps.get(variable.getKey());
            return !variable.getValue().equals(seen) && !variable.getValue().equals(Util.replaceMacro(seen, all));
        });
        return variables;
    }

    /**
     * The number from the variables. That of a promoted build is not for the promotion, although Promoted Builds passes its
     * parameters on.
     */
    @CheckForNull
    public static String number(@NonNull Run<?, ?> run, @NonNull Map<String, String> variables) {
        String number = Util.fixEmptyAndTrim(variables.get(NUMBER_VARIABLE));
        return number != null && RootJob.isInherited(run, NUMBER_VARIABLE, number) ? null : number;
    }

    /** The display name of the build, of a matrix configuration that of the whole build, without a leading #. */
    private static String defaultVersion(Run<?, ?> run) throws AbortException {
        Run<?, ?> root = RootJob.buildOf(run);
        if (RootJob.isChild(root.getParent())) {
            throw new AbortException(Messages.Version_NotGiven(ProjectName.of(root.getParent())));
        }
        String name = root.getDisplayName();
        return name.startsWith("#") ? name.substring(1) : name;
    }

    /** Without the values of fields and items, which come from the build and may be secret. */
    @Override
    public String toString() {
        return "deployment of " + project + ' ' + version + " to " + environment + ", change " + number + ", fields "
                + fields.keySet() + ", items " + items.keySet() + ", " + evidence;
    }

    @NonNull
    ChangeTitle deployment(@NonNull String projectName) {
        return new ChangeTitle(projectName, version, environment);
    }

    /** The question for the evidence. */
    @NonNull
    EvidenceQuery query(
            @NonNull DeploymentHost host, @NonNull DeploymentRecord record, @NonNull EvidenceSettings wanted) {
        return new EvidenceQuery(
                record.getId(),
                host.job(),
                host.origin(),
                host.name(),
                host.url(),
                host.startedBy(),
                record.getProject(),
                record.getVersion(),
                record.getEnvironment(),
                new EvidenceRequest(wanted, false, evidence.secrets(), evidence.workspace()));
    }

    /** The description of a change that is created for this. */
    @NonNull
    String description(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        String url = host.url();
        return Messages.Change_Description(
                record.getProject(), record.getVersion(), record.getEnvironment(), url == null ? host.name() : url);
    }
}
