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
        "[\u00a0code\u2003]b[\u3000/\u00a0code], (code)b(/code)",
        "[\u200bcode]b[/code\ufeff], (code)b(/code)",
        "[prod] code [1], [prod] code [1]"
    })
    void isRemovedFromEveryColumnThatMayBeAJournal(String text, String sent) throws Exception {
        for (String column : new String[] {
            "work_notes", "comments", "close_notes", "approval_history", "u_release_journal", "description"
        }) {
            ScriptedAnswers instance = new ScriptedAnswers()
                    .json(ScriptedAnswers.TOKEN)
                    .json("{\"result\":{\"sys_id\":{\"value\":\"" + CHANGE.value() + "\"}}}");
            client(instance).update(CHANGE, Map.of(column, text));

            assertThat(instance.sent())
                    .containsExactly("PATCH /" + CHANGE.value() + " {\"" + column + "\":\"" + sent + "\"}");
        }
    }

    /** Attack: a search that tries all divisions of many blanks would occupy a thread of all gates for hours. */
    @Test
    void isFoundInOnePass() {
        String text = "[" + " ".repeat(1_000_000) + "/" + " ".repeat(1_000_000);
        assertThat(TextSanitizer.withoutMarkup(text)).isEqualTo(text);
        assertThat(TextSanitizer.withoutMarkup(text + "code]")).isEqualTo("(/code)");
    }

    @Test
    void isKeptInTheTitle() throws Exception {
        ScriptedAnswers instance = new ScriptedAnswers()
                .json(ScriptedAnswers.TOKEN)
                .json("{\"result\":{\"sys_id\":{\"value\":\"" + CHANGE.value() + "\"}}}");
        client(instance).update(CHANGE, Map.of("short_description", "[code]"));

        assertThat(instance.sent()).containsExactly("PATCH /" + CHANGE.value() + " {\"short_description\":\"[code]\"}");
    }

    private static ServiceNowClient client(ScriptedAnswers instance) {
        return instance.client(SignIn.password("client", "secret", "user", "pass"), InstantSource.system());
    }
}
