package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** Which change a pipeline creates: the kind and the fields that its step and its environment ask for. */
class CreatedChangeTest extends ProductionPipelineTestBase {
    @Test
    void emergencyWhereItIsAllowed() throws Exception {
        WorkflowJob job = job(DEPLOY.replace("version:", "emergency: true, version:"));
        jenkins.assertLogContains(
                "does not allow Emergency changes", jenkins.buildAndAssertStatus(Result.FAILURE, job));
        assertThat(simulator.changes()).isEmpty();
        production.setAllowEmergency(true);
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        assertThat(theChange().get("type")).isEqualTo("emergency");
        simulator.people().approve(theChange().number());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void mergesFieldsAndListsWhatServiceNowIgnored() throws Exception {
        production.setFields(List.of(new ChangeField("category", "Software"), new ChangeField("priority", "4")));
        WorkflowRun run = job(DEPLOY.replace(
                        "version:", "fields: [priority: 2, start_date: '2030-12-01 20:00:00', u_none: 'x'], version:"))
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("[ServiceNow] Waiting: ", run);
        assertThat(simulator.requests().to(Endpoint.CREATE_NORMAL))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.json().get("category").stringValue()).isEqualTo("Software");
                    assertThat(request.json().get("priority").stringValue()).isEqualTo("2");
                    assertThat(request.json().get("start_date").stringValue()).isEqualTo("2030-12-01 20:00:00");
                });
        jenkins.assertLogContains("[ServiceNow] ServiceNow ignored these fields: u_none", run);
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void reservedFieldsAreRefused() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, job(DEPLOY.replace("version:", "fields: [approval: 'approved'], version:")));
        jenkins.assertLogContains("the field approval can't be set from Jenkins", run);
        assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void aTransitionWithoutATemplateIsAnError() throws Exception {
        production.setAutomaticTransition("true");
        jenkins.assertLogContains(
                "Refused: automaticTransition is on, but no Standard change template is named",
                jenkins.buildAndAssertStatus(Result.FAILURE, job(DEPLOY)));
    }
}
