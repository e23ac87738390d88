package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions in a Jenkinsfile that would be the same for every build are refused before any request to ServiceNow. */
class VersionParametersTest extends ControlledJenkinsTestBase {
    private static final String UNEXPANDED = "contains a variable that was not expanded";
    private static final String NULL = "contains \"null\", the value of a variable that is not set";
    private static final String EMPTY =
            "Refused: the version is null or empty, for example because a variable is not set.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "version: '1.0.${BUILD_NUMBER}'     | " + UNEXPANDED,
                "version: '$VERSION'                | " + UNEXPANDED,
                "version: '1.$_x'                   | " + UNEXPANDED,
                "version: '${'                      | " + UNEXPANDED,
                "version: \"${env.NOT_SET}\"        | " + NULL,
                "version: \"1.0-${env.NOT_SET}\"    | " + NULL,
                "version: \"1.0.${env.NOT_SET}.2\"  | " + NULL,
                "version: \"v${env.NOT_SET}\"       | " + NULL,
                "version: \"${env.NOT_SET}+7\"      | " + NULL,
                "version: \"a/${env.NOT_SET}\"      | " + NULL,
                "version: \"release ${env.NOT_SET}\"| " + NULL,
                "version: \" ${env.NOT_SET} \"      | " + NULL,
                "version: env.NOT_SET               | " + EMPTY,
                "version: null                      | " + EMPTY,
                "version: ''                        | " + EMPTY,
                "version: \"${''}\"                 | " + EMPTY,
                "version: ' '                       | the version is empty",
                "version: '1', project: '${JOB}'    | " + UNEXPANDED,
                "version: '1', project: \"${env.NOT_SET}\" | " + NULL,
            })
    void areRefusedBeforeAnythingIsSent(String parameters, String line) throws Exception {
        WorkflowRun run = build(
                "shop", "serviceNowDeployment(environment: 'Production', " + parameters + ") { echo 'DEPLOYED' }");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        jenkins.assertLogNotContains("\tat ", run);
        assertThat(simulator.requests().count()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "version: '1$2'       | 1$2",
                "version: 'nullable'  | nullable",
                "version: '1.nullx'   | 1.nullx",
                "version: 'Null'      | Null",
                "version: '$'         | $",
                "project: 'apps/shop' | 1",
            })
    void areAccepted(String parameters, String version) throws Exception {
        WorkflowRun run = build("shop", "serviceNowGate(environment: 'Production', " + parameters + ")");
        waiting(run);
        assertThat(theChange().get("short_description")).isEqualTo(ControlledJenkins.title("apps/shop", version));
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    /** Two builds with the same title would share one approval, so the default version is different for each build. */
    @Test
    void theDefaultIsUniqueForEachBuild() throws Exception {
        WorkflowRun first = waiting(build("shop", "serviceNowGate(environment: 'Production')"));
        WorkflowRun second = waiting(first.getParent().scheduleBuild2(0).waitForStart());
        assertThat(simulator.changes())
                .extracting(change -> change.get("short_description"))
                .containsExactly(ControlledJenkins.title("apps/shop", "1"), ControlledJenkins.title("apps/shop", "2"));
        second.doStop();
        first.doStop();
        jenkins.waitForCompletion(second);
    }

    /** An environment name with an unexpanded variable is undeclared. */
    @Test
    void anEnvironmentThatWasNotExpandedIsDeclaredNowhere() throws Exception {
        for (String environment : new String[] {"'${TARGET}'", "\"${env.NOT_SET}\"", "null"}) {
            WorkflowRun run = jenkins.buildAndAssertStatus(
                    Result.FAILURE,
                    ControlledJenkins.controlledJob(
                            jenkins,
                            "shop" + Math.abs(environment.hashCode()),
                            "serviceNowGate(environment: " + environment + ", version: '1')"));
            jenkins.assertLogContains("Refused: the environment \"", run);
            jenkins.assertLogNotContains("\tat ", run);
        }
        assertThat(simulator.requests().count()).isZero();
    }
}
