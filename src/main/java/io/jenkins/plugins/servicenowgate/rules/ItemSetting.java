package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.EnumMap;
import java.util.Map;

/** The settings that name a row of the CMDB, which is set in the creating request. */
public enum ItemSetting {
    CONFIGURATION_ITEM("configurationItem", "cmdb_ci", "cmdb_ci"),
    SERVICE("service", "business_service", "cmdb_ci_service");

    private final String setting;
    private final String column;
    private final String table;

    ItemSetting(String setting, String column, String table) {
        this.setting = setting;
        this.column = column;
        this.table = table;
    }

    /** The settings that have a value. */
    @NonNull
    public static Map<ItemSetting, String> of(@CheckForNull String configurationItem, @CheckForNull String service) {
        Map<ItemSetting, String> values = new EnumMap<>(ItemSetting.class);
        values.put(CONFIGURATION_ITEM, configurationItem == null ? "" : configurationItem.strip());
        values.put(SERVICE, service == null ? "" : service.strip());
        values.values().removeIf(String::isEmpty);
        return values;
    }

    /** The name of the setting. */
    @NonNull
    public String setting() {
        return setting;
    }

    /** The column of {@code change_request}. */
    @NonNull
    public String column() {
        return column;
    }

    /** The table that is searched. */
    @NonNull
    public String table() {
        return table;
    }
}
