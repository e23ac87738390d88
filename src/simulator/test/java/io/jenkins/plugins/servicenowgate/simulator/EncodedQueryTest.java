package io.jenkins.plugins.servicenowgate.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedQueryTest {
    private static final QueryRules LENIENT = new QueryRules(true, true);
    private static final QueryRules EXACT = new QueryRules(false, true);

    private final ChangeTable table = new ChangeTable(Clock.systemUTC());

    @BeforeEach
    void fill() {
        table.add(Map.of("short_description", "alpha one", "state", "-5", "assignment_group", "Network"));
        table.add(Map.of("short_description", "Alpha Two ", "state", "-1", "start_date", "2026-05-01 10:00:00"));
        table.add(Map.of("short_description", "beta ^ gamma", "state", "3", "type", "emergency"));
        table.add(Map.of("short_description", "delta", "state", "4", "approval", "rejected"));
    }

    private List<Integer> hits(String query, QueryRules rules) {
        return table.find(EncodedQuery.parse(query, table.columns()), rules).stream()
                .map(change -> Integer.parseInt(change.number().substring(3)) - 30000)
                .toList();
    }

    private List<Integer> hits(String query) {
        return hits(query, LENIENT);
    }

    private static List<Integer> numbers(String list) {
        return list == null
                ? List.of()
                : List.of(list.split(" ")).stream().map(Integer::parseInt).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "short_description=delta            | 4",
                "short_description!=delta           | 1 2 3",
                "stateIN-1,3                        | 2 3",
                "stateNOT IN-1,3                    | 1 4",
                "short_descriptionLIKElph           | 1 2",
                "short_descriptionNOT LIKElph       | 3 4",
                "short_descriptionSTARTSWITHbe      | 3",
                "short_descriptionSTARTSWITHe       |",
                "short_descriptionENDSWITHone       | 1",
                "short_descriptionENDSWITHalpha     |",
                "assignment_groupISEMPTY            | 2 3 4",
                "assignment_groupISNOTEMPTY         | 1",
                "state>-1                           | 3 4",
                "state>=-1                          | 2 3 4",
                "state<-1                           | 1",
                "state<=-1                          | 1 2",
                "start_date>2026-04-30 23:59:59     | 2",
                "start_date<2026-05-01 10:00:00     |",
                "state=-1.0                         | 2",
                "active=true                        | 1 2",
                "assignment_group=Network           | 1",
                "number=CHG0030003                  | 3",
                "''                                 | 1 2 3 4",
                "active=true^EQ                     | 1 2",
            })
    void evaluatesEachOperator(String query, String expected) {
        assertThat(hits(query.strip())).isEqualTo(numbers(expected));
    }

    @Test
    void findsAReferenceByTheIdOfItsRecord() {
        assertThat(hits("assignment_group=" + Texts.recordIdOf("Network"))).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state=-5^ORstate=3^active=true             | 1",
                "active=true^state=-5^ORstate=3             | 1",
                "state=3^ORstate=4^ORstate=-1^type=normal   | 2 4",
                "state=-5^NQstate=4                         | 1 4",
                "state=3^active=true^NQapproval=rejected    | 4",
                "active=false^ORDERBYDESCstate              | 4 3",
                "ORDERBYshort_description                   | 2 1 3 4",
                "ORDERBYDESCactive^ORDERBYDESCstate         | 2 1 4 3",
                "ORDERBYstate                               | 1 2 3 4",
            })
    void joinsConditionsWithThePrecedenceOfAnInstance(String query, String expected) {
        assertThat(hits(query)).isEqualTo(numbers(expected));
    }

    @Test
    void readsADoubledCaretAsALiteralOne() {
        assertThat(hits("short_description=beta ^^ gamma^type=emergency")).containsExactly(3);
        assertThat(hits("short_descriptionLIKE^^")).containsExactly(3);
        assertThat(hits("short_description=nothing^^^ORstate=4")).containsExactly(4);
    }

    @Test
    void aSingleCaretInAValueLosesTheRestOfIt() {
        EncodedQuery query = EncodedQuery.parse("short_descriptionSTARTSWITHbeta ^ gamma", table.columns());

        assertThat(table.find(query, LENIENT)).hasSize(1);
        assertThat(query.ignored()).containsExactly(" gamma");
    }

    @Test
    void dropsUnknownFieldsAndRunsTheRest() {
        EncodedQuery query = EncodedQuery.parse("active=true^u_nothing=1^state=-1^ORDERBYu_else", table.columns());

        assertThat(table.find(query, LENIENT)).hasSize(1);
        assertThat(query.applied()).containsExactly("active", "state");
        assertThat(query.ignored()).containsExactly("u_nothing", "u_else");
    }

    @Test
    void aQueryOfUnknownFieldsAloneMatchesEveryone() {
        assertThat(hits("tittle=alpha one")).containsExactly(1, 2, 3, 4);
    }

    @Test
    void anAlternativeSurvivesTheDroppedConditionItWasJoinedTo() {
        assertThat(hits("active=true^u_nothing=1^ORstate=-1")).containsExactly(2);
    }

    @Test
    void ignoresCaseAndTrailingBlanksUnlessConfiguredOtherwise() {
        assertThat(hits("short_description=ALPHA TWO")).containsExactly(2);
        assertThat(hits("short_description=alpha one  ")).containsExactly(1);
        assertThat(hits("short_description= alpha one")).isEmpty();
        assertThat(hits("short_descriptionINALPHA ONE,DELTA ")).containsExactly(1, 4);
        assertThat(hits("short_descriptionSTARTSWITHALPHA")).containsExactly(1, 2);
        assertThat(hits("numberINchg0030002 ,CHG0030004")).containsExactly(2, 4);

        assertThat(hits("short_description=ALPHA TWO", EXACT)).isEmpty();
        assertThat(hits("short_description=Alpha Two", EXACT)).isEmpty();
        assertThat(hits("short_description=Alpha Two ", EXACT)).containsExactly(2);
        assertThat(hits("short_descriptionSTARTSWITHALPHA", EXACT)).isEmpty();
        assertThat(hits("number=chg0030002", EXACT)).isEmpty();
    }

    @Test
    void evaluatesScripts() {
        String query = "active=true^short_description=javascript:gs.getUserName()";

        assertThat(hits(query)).containsExactly(1, 2);
        assertThat(hits(query, new QueryRules(true, false))).isEmpty();
        assertThat(hits("number=JavaScript:1")).containsExactly(1, 2, 3, 4);
    }

    @Test
    void answersABatchFromTheIndexEvenInALargeTable() {
        IntStream.range(0, 10_000).forEach(index -> table.add(Map.of("short_description", "change " + index)));
        List<SimulatedChange> wanted = table.all().subList(5_000, 5_100);
        String ids = String.join(
                ",", wanted.stream().map(SimulatedChange::sysId).sorted().toList());

        assertThat(table.find(EncodedQuery.parse("sys_idIN" + ids + "^active=true", table.columns()), LENIENT))
                .isEqualTo(wanted);
        assertThat(EncodedQuery.parse("sys_idIN" + ids + "^active=true", table.columns())
                        .key(List.of("sys_id", "number")))
                .isNotNull();
    }

    @Test
    void usesNoIndexWhereOtherRowsCanMatchToo() {
        assertThat(hits("number=CHG0030001^ORstate=4")).containsExactly(1, 4);
        assertThat(hits("number=CHG0030001^NQstate=4")).containsExactly(1, 4);
        assertThat(hits("number!=CHG0030001")).containsExactly(2, 3, 4);
        assertThat(hits("numberNOT INCHG0030001")).containsExactly(2, 3, 4);
    }
}
