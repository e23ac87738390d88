package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ChangeReaderTest {
    private static final String ROW = """
            {"sys_id":{"value":"0123456789abcdef0123456789abcdef","display_value":"x"},
             "number":{"value":"CHG0030001"},"short_description":{"value":"A title"},
             "state":{"value":-1.0,"display_value":"Implement"},"approval":{"value":"approved"},
             "on_hold":{"value":false,"display_value":"true"},"on_hold_reason":{"value":""},
             "active":{"value":true},
             "start_date":{"value":"2026-12-01 20:00:00","display_value":"12/01/2026 12:00:00 PM"},
             "end_date":{"value":""}}""";

    @Test
    void readsValuesAndNeverDisplayValues() throws Exception {
        ChangeRequest change = ChangeReader.read(row());

        assertThat(change.sysId().value()).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(change.number()).isEqualTo("CHG0030001");
        assertThat(change.shortDescription()).isEqualTo("A title");
        assertThat(change.state()).isEqualTo(ChangeState.IMPLEMENT);
        assertThat(change.onHold()).isFalse();
        assertThat(change.active()).isTrue();
        assertThat(change.plannedStart()).isEqualTo(Instant.parse("2026-12-01T20:00:00Z"));
        assertThat(change.plannedEnd()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"value\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"display_value\":\"Low risk\"} | Low risk | true",
                "{\"value\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"display_value\":\"\"} | '' | false",
                "{\"value\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"} | '' | false",
                "{\"value\":\"\",\"display_value\":\"Low risk\"} | Low risk | false",
                "{\"value\":\"Low risk\",\"display_value\":\"Low risk\"} | Low risk | false",
                "{\"value\":7,\"display_value\":\"Low risk\"} | Low risk | false",
                "{\"display_value\":\"\"} | '' | false",
                "null | '' | false",
                "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" | '' | false"
            })
    void readsTheModel(String json, String name, boolean readable) throws Exception {
        ObjectNode row = row();
        row.set("chg_model", Transport.JSON.readTree(json));
        ChangeModel model = ChangeReader.read(row).model();
        assertThat(model).isNotNull();
        assertThat(model.name()).isEqualTo(name);
        assertThat(model.isReadable()).isEqualTo(readable);
        assertThat(model.state()).isEqualTo("Implement");
    }

    @Test
    void aChangeMayHaveNoModel() throws Exception {
        ObjectNode row = row();
        assertThat(ChangeReader.read(row).model()).isNull();
        assertThat(ChangeReader.read(row).isModelHidden()).isTrue();
        row.set("chg_model", Transport.JSON.readTree("{\"value\":\"\",\"display_value\":\"\"}"));
        assertThat(ChangeReader.read(row).model()).isNull();
        assertThat(ChangeReader.read(row).isModelHidden()).isFalse();
        assertThat(ChangeReader.read(row).stateLabel()).isEqualTo("Implement");
    }

    @ParameterizedTest
    @CsvSource({"-5.0, -5", "-5, -5", "'\"-5\"', -5", "'\"-5.0\"', -5", "0, 0", "-0.0, 0", "3.00, 3", "77, 77"})
    void readsStatesInEveryForm(String json, int state) throws Exception {
        assertThat(ChangeReader.read(with("state", json)).stateValue()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "'\"true\"', true", "'\"false\"', false"})
    void readsFlagsInBothForms(String json, boolean flag) throws Exception {
        assertThat(ChangeReader.read(with("on_hold", json)).onHold()).isEqualTo(flag);
        assertThat(ChangeReader.read(with("active", json)).active()).isEqualTo(flag);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state|\"\"",
                "state|null",
                "state|true",
                "state|-1.5",
                "state|\"-1 \"",
                "state|[-1]",
                "state|{}",
                "state|1e400",
                "state|99999999999",
                "state|\"Implement\"",
                "state|\"0x1\"",
                "on_hold|null",
                "on_hold|\"\"",
                "on_hold|0",
                "on_hold|\"no\"",
                "on_hold|{}",
                "active|null",
                "active|1",
                "active|\"TRUE\"",
                "approval|null",
                "approval|1",
                "approval|[]",
                "start_date|null",
                "start_date|0",
                "start_date|\"12/01/2026 12:00:00 PM\"",
                "start_date|\"2026-12-01T20:00:00Z\"",
                "start_date|\"2026-02-30 20:00:00\"",
                "start_date|\"2026-12-01 20:00\"",
                "end_date|\" \"",
                "end_date|\"2026-12-01 24:00:00\"",
                "number|\"CHG 1\"",
                "number|\"../x\"",
                "number|\"\"",
                "number|1",
                "number|\"CHG1\\n\"",
                "sys_id|\"abc\"",
                "sys_id|null",
                "short_description|null",
                "short_description|5"
            })
    void refusesUndocumentedForms(String field, String json) throws Exception {
        ObjectNode row = with(field, json);

        assertThatThrownBy(() -> ChangeReader.read(row))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessage(field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sys_id",
                "number",
                "short_description",
                "state",
                "approval",
                "on_hold",
                "active",
                "start_date",
                "end_date"
            })
    void requiresEveryDecidingField(String field) {
        ObjectNode missing = row();
        missing.remove(field);
        ObjectNode flat = row();
        flat.set(field, flat.get(field).get("value"));

        assertThatThrownBy(() -> ChangeReader.read(missing)).hasMessage(field);
        assertThatThrownBy(() -> ChangeReader.read(flat)).hasMessage(field);
    }

    private static ObjectNode row() {
        return (ObjectNode) Transport.JSON.readTree(ROW);
    }

    private static ObjectNode with(String field, String json) {
        ObjectNode row = row();
        ((ObjectNode) row.get(field)).set("value", Transport.JSON.readTree(json));
        return row;
    }
}
