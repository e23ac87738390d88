package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the columns of a change say about its creation. */
class CreationOriginTest {
    private static final String ID = "0a1b2c3d-4e5f-6789-ABCD-ef0123456789";

    private static CreationOrigin of(String id, String display) {
        return CreationOrigin.of(Transport.JSON.readTree("{\"correlation_id\":{\"value\":\"" + id
                + "\"},\"correlation_display\":{\"value\":\"" + display + "\"}}"));
    }

    @Test
    void isReadFromTheColumnsThatItSets() {
        Map<String, String> columns = new CreationOrigin(ID, "normal").columns();
        assertThat(columns)
                .isEqualTo(Map.of("correlation_id", ID, "correlation_display", "Jenkins, requested type: normal"));
        assertThat(of(columns.get("correlation_id"), columns.get("correlation_display")))
                .isEqualTo(new CreationOrigin(ID, "normal"));
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "normal, ''", "'Jenkins, requested type: ', ''", "'Jenkins, requested type: x y', x y"})
    void hasNoTypeWhereTheInstanceStoredNone(String display, String type) {
        assertThat(of(ID, display)).isEqualTo(new CreationOrigin(ID, type));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "INC0010001",
                "0a1b2c3d4e5f6789abcdef0123456789",
                "0a1b2c3d-4e5f-6789-abcd-ef012345678",
                "0a1b2c3d-4e5f-6789-abcd-ef01234567890",
                "0a1b2c3g-4e5f-6789-abcd-ef0123456789",
                "x0a1b2c3d-4e5f-6789-abcd-ef0123456789"
            })
    void isNotThereWhereSomebodyElseSetTheColumn(String id) {
        assertThat(of(id, "Jenkins, requested type: normal")).isNull();
        assertThat(CreationOrigin.of(Transport.JSON.readTree("{}"))).isNull();
    }
}
