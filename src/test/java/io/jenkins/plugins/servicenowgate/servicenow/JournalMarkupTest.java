package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ServiceNow renders text between [code] and [/code] in a journal as HTML, which names from Jenkins must not use. */
class JournalMarkupTest {
    private static final SysId CHANGE = new SysId("a".repeat(32));

    @ParameterizedTest
    @CsvSource({
        "1 [code]<a href='x'>CAB approved</a>[/code], 1 (code)<a href='x'>CAB approved</a>(/code)",
        "[CODE]b[/Code], (code)b(/code)",
        "[ code ]b[ / code ], (code)b(/code)",
        "[co[code]de], [co(code)de]",
        "[prod] code [1], [prod] code [1]"
    })
    void isRemovedFromNotes(String text, String sent) throws Exception {
        for (String column : new String[] {"work_notes", "comments", "close_notes"}) {
            ScriptedAnswers instance = new ScriptedAnswers()
                    .json(ScriptedAnswers.TOKEN)
                    .json("{\"result\":{\"sys_id\":{\"value\":\"" + CHANGE.value() + "\"}}}");
            client(instance).update(CHANGE, Map.of(column, text));

            assertThat(instance.sent())
                    .containsExactly("PATCH /" + CHANGE.value() + " {\"" + column + "\":\"" + sent + "\"}");
        }
    }

    @Test
    void isKeptInOtherColumns() throws Exception {
        ScriptedAnswers instance = new ScriptedAnswers()
                .json(ScriptedAnswers.TOKEN)
                .json("{\"result\":{\"sys_id\":{\"value\":\"" + CHANGE.value() + "\"}}}");
        client(instance).update(CHANGE, Map.of("description", "[code]"));

        assertThat(instance.sent()).containsExactly("PATCH /" + CHANGE.value() + " {\"description\":\"[code]\"}");
    }

    private static ServiceNowClient client(ScriptedAnswers instance) {
        return instance.client(new SignIn("client", "secret", "user", "pass"), InstantSource.system());
    }
}
