package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The open tasks of a change, as the instance returns them. */
class ChangeTasksTest extends AgainstScript {
    private static final SysId CHANGE = new SysId("c".repeat(32));
    private static final String TASK = "a".repeat(32);

    private static String task(String number, String parent, boolean active) {
        return "{'sys_id':{'value':'%s'},'number':{'value':'%s'},'parent':{'value':'%s'},'active':{'value':'%s'},"
                        .formatted(TASK, number, parent, active)
                        .replace('\'', '"')
                + "\"short_description\":{\"value\":\"Smoke test\"}}";
    }

    private void answer(String... tasks) {
        instance.json("{\"result\":[" + String.join(",", tasks) + "]}");
    }

    /** The instance may ignore the query. */
    @Test
    void closedTasksAreNotOpen() throws Exception {
        answer(task("CTASK1", CHANGE.value(), true), task("CTASK2", "", false), task("CTASK3", "", true));
        assertThat(client.tasks().open(CHANGE))
                .containsExactly(
                        new ChangeTasks.Task(new SysId(TASK), "CTASK1", "Smoke test"),
                        new ChangeTasks.Task(new SysId(TASK), "CTASK3", "Smoke test"));
        assertThat(instance.sent()).containsExactly("GET /" + CHANGE + "/task active=true");
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "CTASK1, dddddddddddddddddddddddddddddddd"})
    void aTaskOfAnotherChangeIsNoAnswer(String number, String parent) {
        answer(task("CTASK2", "", true), task(number, parent, true));
        ServiceNowException e = catchThrowableOfType(
                ServiceNowException.class, () -> client.tasks().open(CHANGE));
        assertThat(e.problem()).isEqualTo(FailureKind.BAD_ANSWER);
    }
}
