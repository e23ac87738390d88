package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ConflictRule.Kind;
import io.jenkins.plugins.servicenowgate.rules.ConflictRule.Verdict;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeAssessment;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table: every status × list × schedule × age, for each of the three policies. */
class ConflictRuleTest {
    private static final Instant RUN = Instant.parse("2026-12-01T20:00:00Z");

    private static ChangeRequest change(String status, Instant run, Boolean outside) {
        return ChangeFixture.change()
                .assessment(new ChangeAssessment(status, run, outside, "", null, true))
                .get();
    }

    private static String judge(
            ChangeRequest change, boolean current, List<String> found, boolean readable, ConflictPolicy policy) {
        Verdict verdict = ConflictRule.judge(
                change, current, found, readable ? null : Messages._ReleaseRule_NamelessModel(), policy);
        assertThat(verdict.reason() == null).isEqualTo(verdict.kind() == Kind.PROCEED && verdict.reason() == null);
        return verdict.kind()
                + (verdict.reason() == null ? "" : " " + verdict.reason().getKey());
    }

    @ParameterizedTest
    @CsvSource({
        "Not Run, false, PROCEED ConflictRule.ToldNotRun, WAIT ConflictRule.WaitsNotRun",
        "NOT RUN , true, PROCEED ConflictRule.ToldNotRun, WAIT ConflictRule.WaitsNotRun",
        "'', true, PROCEED, WAIT ConflictRule.WaitsUnknown",
        "Whatever, true, PROCEED, WAIT ConflictRule.WaitsUnknown",
        "No Conflict, true, PROCEED, PROCEED",
        "no conflicts, true, PROCEED, PROCEED",
        "No Conflict, false, PROCEED, WAIT ConflictRule.WaitsOutdated",
        "Conflict, true, PROCEED, PROCEED",
        "Conflict, false, PROCEED, WAIT ConflictRule.WaitsOutdated"
    })
    void withoutAConflict(String status, boolean current, String told, String strict) {
        ChangeRequest change = change(status, RUN, false);
        List<String> found = ConflictRule.saysConflict(change) ? List.of() : null;
        assertThat(judge(change, current, found, true, ConflictPolicy.TELL)).isEqualTo(told);
        assertThat(judge(change, current, found, true, ConflictPolicy.UNSET)).isEqualTo("PROCEED");
        assertThat(judge(change, current, found, true, ConflictPolicy.WAIT)).isEqualTo(strict);
        assertThat(judge(change, current, found, true, ConflictPolicy.REFUSE)).isEqualTo(strict);
    }

    @Test
    void withAConflict() {
        ChangeRequest change = change("Conflict", RUN, false);
        List<String> found = List.of("Blackout: Quarter end");
        assertThat(judge(change, true, found, true, ConflictPolicy.TELL)).isEqualTo("PROCEED ConflictRule.Told");
        assertThat(judge(change, true, found, true, ConflictPolicy.UNSET)).isEqualTo("PROCEED ConflictRule.Told");
        assertThat(judge(change, true, found, true, ConflictPolicy.WAIT)).isEqualTo("WAIT ConflictRule.Waits");
        assertThat(judge(change, true, found, true, ConflictPolicy.REFUSE)).isEqualTo("REFUSE ConflictRule.Refused");
        assertThat(judge(change, false, found, true, ConflictPolicy.REFUSE))
                .as("of other dates")
                .isEqualTo("WAIT ConflictRule.WaitsOutdated");
        assertThat(judge(change, false, found, true, ConflictPolicy.TELL)).isEqualTo("PROCEED ConflictRule.Told");
    }

    /** A release is refused if the change was judged by a milder policy than the one of that moment. */
    @ParameterizedTest
    @CsvSource({
        "UNSET, UNSET, true",
        "UNSET, TELL, true",
        "TELL, UNSET, true",
        "UNSET, WAIT, false",
        "TELL, WAIT, false",
        "WAIT, REFUSE, false",
        "WAIT, WAIT, true",
        "REFUSE, WAIT, true"
    })
    void whatWasJudgedIsEnoughForAMilderPolicy(ConflictPolicy judged, ConflictPolicy now, boolean enough) {
        assertThat(judged.isEnoughFor(now)).isEqualTo(enough);
    }

    @Test
    void outsideTheMaintenanceSchedule() {
        ChangeRequest change = change("No Conflict", RUN, true);
        assertThat(judge(change, true, null, true, ConflictPolicy.TELL))
                .isEqualTo("PROCEED ConflictRule.ToldOutsideSchedule");
        assertThat(judge(change, true, List.of(), true, ConflictPolicy.TELL))
                .isEqualTo("PROCEED ConflictRule.ToldOutsideSchedule");
        assertThat(judge(change, true, null, true, ConflictPolicy.WAIT))
                .isEqualTo("WAIT ConflictRule.WaitsOutsideSchedule");
        assertThat(judge(change, true, null, true, ConflictPolicy.REFUSE))
                .isEqualTo("REFUSE ConflictRule.RefusedOutsideSchedule");
    }

    @Test
    void whatIsNotReadable() {
        assertThat(judge(change("Conflict", RUN, false), true, null, false, ConflictPolicy.REFUSE))
                .isEqualTo("WAIT ConflictRule.WaitsUnreadable");
        assertThat(judge(change("Conflict", RUN, false), true, null, false, ConflictPolicy.TELL))
                .isEqualTo("PROCEED ConflictRule.ToldUnreadable");
        assertThat(judge(change("No Conflict", null, false), false, null, true, ConflictPolicy.REFUSE))
                .isEqualTo("WAIT ConflictRule.WaitsUndated");
        assertThat(judge(change("No Conflict", RUN, null), true, null, true, ConflictPolicy.REFUSE))
                .isEqualTo("WAIT ConflictRule.WaitsNoSchedule");
        assertThat(judge(change("No Conflict", RUN, null), true, null, true, ConflictPolicy.TELL))
                .isEqualTo("PROCEED");
    }

    @Test
    void fiveAreNamedAndTheOthersCounted() {
        List<String> found = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            found.add("Blackout: " + i);
        }
        Verdict verdict = ConflictRule.judge(change("Conflict", RUN, false), true, found, null, ConflictPolicy.REFUSE);
        assertThat(String.valueOf(verdict.reason()))
                .startsWith("Refused: CHG1 has conflicts: Blackout: 1; Blackout: 2; Blackout: 3; Blackout: 4;"
                        + " Blackout: 5 and 2 more. The environment refuses")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource(names = "UNSET", mode = EnumSource.Mode.EXCLUDE)
    void aPolicyIsReadFromItsSetting(ConflictPolicy policy) {
        assertThat(ConflictPolicy.of(policy.setting())).isEqualTo(policy);
    }

    @Test
    void withoutASettingItIsTold() {
        assertThat(ConflictPolicy.of(null)).isEqualTo(ConflictPolicy.UNSET);
        assertThat(ConflictPolicy.UNSET.setting()).isEqualTo("tell");
    }

    @Test
    void fiveAreNamedWithoutACount() {
        List<String> found = List.of("1", "2", "3", "4", "5");
        Verdict verdict = ConflictRule.judge(change("Conflict", RUN, false), true, found, null, ConflictPolicy.REFUSE);
        assertThat(String.valueOf(verdict.reason())).startsWith("Refused: CHG1 has conflicts: 1; 2; 3; 4; 5. The");
    }

    @Test
    void aStatusThatIsNotKnownIsShown() {
        Verdict verdict =
                ConflictRule.judge(change("What\u0007ever", RUN, false), true, null, null, ConflictPolicy.WAIT);
        assertThat(verdict.reason()).hasToString(Messages.ConflictRule_WaitsUnknown("CHG1", "What ever"));
    }
}
