package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines in which conflicts are named, of every form in which an instance answers. */
class ChangeConflictsTest extends AgainstScript {
    private static final SysId CHANGE = new SysId("c".repeat(32));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | ?",
                "{'type':'Blackout'} | Blackout",
                "{'schedule':'Freeze'} | Freeze",
                "{'type':{'value':'1','display_value':'Blackout'},'schedule':{'display_value':'Freeze'}} | Blackout: Freeze",
                "{'type':'CI','conflicting_change':'CHG2','configuration_item':'shop','impacted_service':'shop'}"
                        + " | CI: CHG2, shop",
                "{'type':{'value':'1'},'schedule':'a\\u202eb'} | a b"
            })
    void aConflictIsOneLine(String conflict, String line) throws Exception {
        instance.json("{\"result\":{\"conflicts\":[" + conflict.replace('\'', '"') + "]}}");
        assertThat(client.conflicts().found(CHANGE)).containsExactly(line);
        assertThat(instance.sent()).containsExactly("GET /" + CHANGE + "/conflict");
    }

    @Test
    void theResultMayBeAList() throws Exception {
        instance.json("{\"result\":[{\"conflicts\":[]}]}");
        assertThat(client.conflicts().found(CHANGE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"result\":{}}", "{\"result\":[]}", "{\"result\":{\"conflicts\":\"none\"}}"})
    void anAnswerWithoutConflictsIsNotNoConflict(String answer) {
        instance.json(answer);
        ServiceNowException e = catchThrowableOfType(
                ServiceNowException.class, () -> client.conflicts().found(CHANGE));
        assertThat(e.problem()).isEqualTo(FailureKind.BAD_ANSWER);
        assertThat(e.getMessage()).contains("conflicts");
    }
}
