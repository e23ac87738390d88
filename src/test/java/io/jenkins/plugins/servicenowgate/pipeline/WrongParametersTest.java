package io.jenkins.plugins.servicenowgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invalid parameter fails with a one-line message and no stack trace. */
class WrongParametersTest extends ControlledJenkinsTestBase {
    private WorkflowRun refused(String parameters, String line) throws Exception {
        WorkflowRun run = build("shop", "serviceNowDeployment(" + parameters + ") { echo 'DEPLOYED' }");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(line, run);
        jenkins.assertLogNotContains("\tat ", run);
        jenkins.assertLogNotContains("Exception", run);
        jenkins.assertLogNotContains("DEPLOYED", run);
        return run;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "fields: [short_description: 'x']       | Refused: the field short_description can't be set from Jenkins",
                "fields: [state: -1]                    | Refused: the field state can't be set from Jenkins",
                "fields: [type: 'emergency']            | Refused: the field type can't be set from Jenkins",
                "fields: ['Assignment group': 'x']      | Refused: \"Assignment group\" is not a column name",
                "fields: [(null): 'x']                  | Refused: a column in the parameter fields has the name null",
                "fields: 'x'                            | Refused: the parameter fields of the step is not a map of names and values.",
                "fields: ['x']                          | Refused: the parameter fields of the step is not a map of names and values.",
                "version: 7                             | Refused: the parameter version of the step is not a text.",
                "version: [1]                           | Refused: the parameter version of the step is not a text.",
                "version: { '1' }                       | Refused: the parameter version of the step is not a text.",
                "project: true                          | Refused: the parameter project of the step is not a text.",
                "changeRequestNumber: \"${1} x\"         | Refused: \"1 x\" is not the number of a change.",
                "emergency: \"${'ture'}\"               | Refused: \"ture\" is not a valid value of emergency. Use true or false.",
                "project: 7                             | Refused: the parameter project of the step is not a text.",
                "changeRequestNumber: [a: 1]            | Refused: the parameter changeRequestNumber of the step is not a text.",
                "emergency: 'ture'                      | Refused: \"ture\" is not a valid value of emergency. Use true or false.",
                "emergency: null                        | Refused: \"null\" is not a valid value of emergency.",
                "verison: '1'                           | Refused: the step has no parameter verison.",
                "changeRequestNumbr: 'CHG1', a: 1       | Refused: the step has no parameter a, changeRequestNumbr.",
                "changeRequestNumber: 'CHG 1'           | Refused: \"CHG 1\" is not the number of a change.",
                "changeRequestNumber: '../x'            | Refused: \"../x\" is not the number of a change.",
                "changeRequestNumber: 'CHG0099999'      | Refused: there is no change CHG0099999",
            })
    void isOneLine(String parameters, String line) throws Exception {
        refused("environment: 'Production', " + parameters, line);
        assertThat(simulator.changes()).isEmpty();
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isZero();
        if (!parameters.contains("CHG0099999")) {
            assertThat(simulator.requests().count()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "version: '1'                    | Refused: the parameter environment of the step is missing.",
                "environment: 7, version: '1'    | Refused: the parameter environment of the step is not a text.",
                "environment: [], version: '1'   | Refused: the parameter environment of the step is not a text.",
                "environment: null, version: '1' | Refused: the environment \"\" is not declared",
            })
    void aMissingEnvironmentIsOneLine(String parameters, String line) throws Exception {
        refused(parameters, line);
        assertThat(simulator.requests().count()).isZero();
    }

    /**
     * The instance ignored the condition, so its response contains other changes; the message names the requested
     * number.
     */
    @Test
    void anIgnoredNumberIsNamed() throws Exception {
        simulator
                .faults()
                .on(Endpoint.LIST)
                .always(Fault.answer(
                        200,
                        "application/json;charset=UTF-8",
                        "{\"result\":[{\"__meta\":{\"fields\":{\"applied\":[],\"ignored\":[\"number\"]}}}]}"));
        refused(
                "environment: 'Production', changeRequestNumber: 'CHG0012345'",
                "Refused: ServiceNow did not identify the change CHG0012345: ");
        assertThat(simulator.changes()).isEmpty();
    }
}
