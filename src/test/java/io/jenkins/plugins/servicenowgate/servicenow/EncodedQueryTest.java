package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedQueryTest {
    @Test
    void joinsConditionsAndDoublesTheCaret() {
        assertThat(EncodedQuery.where("active", "true")
                        .and("short_description", "a^ORactive=false^NQnumber!=x")
                        .toString())
                .isEqualTo("active=true^short_description=a^^ORactive=false^^NQnumber!=x");
        assertThat(EncodedQuery.whereIn("sys_id", List.of("a", "b")).toString()).isEqualTo("sys_idINa,b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:gs.getUserID()", " JavaScript:1", "a\nb", "a\u0000", ""})
    void refusesValuesThatServiceNowEvaluates(String value) {
        assertThatThrownBy(() -> EncodedQuery.where("number", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "number=1^x", "Number", "a b", "1a", "a."})
    void refusesInvalidFieldNames(String field) {
        assertThatThrownBy(() -> EncodedQuery.where(field, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesEmptyListsAndCommas() {
        assertThatThrownBy(() -> EncodedQuery.whereIn("sys_id", List.of())).hasMessageContaining("every row");
        for (String value : List.of("a,b", ",a", "a,")) {
            assertThatThrownBy(() -> EncodedQuery.whereIn("sys_id", List.of("c", value)))
                    .hasMessageContaining("comma");
        }
    }
}
