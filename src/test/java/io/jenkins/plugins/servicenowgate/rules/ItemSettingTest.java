package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which settings name a row of the CMDB, and where the row is looked up and set. */
class ItemSettingTest {
    @Test
    void onlyValuesAreSettings() {
        assertThat(ItemSetting.of(" shop ", "Web shop"))
                .isEqualTo(Map.of(ItemSetting.CONFIGURATION_ITEM, "shop", ItemSetting.SERVICE, "Web shop"));
        assertThat(ItemSetting.of(null, " ")).isEmpty();
        assertThat(ItemSetting.of("", null)).isEmpty();
        assertThat(ItemSetting.of(null, "s")).isEqualTo(Map.of(ItemSetting.SERVICE, "s"));
    }

    @Test
    void eachHasItsTableAndItsColumn() {
        assertThat(ItemSetting.values())
                .extracting(ItemSetting::setting, ItemSetting::table, ItemSetting::column)
                .containsExactly(
                        tuple("configurationItem", "cmdb_ci", "cmdb_ci"),
                        tuple("service", "cmdb_ci_service", "business_service"));
    }
}
