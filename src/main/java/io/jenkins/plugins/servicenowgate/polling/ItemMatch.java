package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.servicenow.ItemSearch;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/**
 * The one configuration item of exactly the configured name, or with the configured sys_id.
 *
 * @param found null if there is a problem
 * @param problem why there is not exactly one; null if there is
 */
record ItemMatch(@CheckForNull SysId found, @CheckForNull Localizable problem) {
    /** The number of rows in a message. */
    private static final int MAX_ROWS = 20;

    @NonNull
    SysId required() {
        return Objects.requireNonNull(found);
    }

    /**
     * @param value an exact name, or a sys_id in digits of any case
     * @throws ServiceNowException for a failure that may pass
     */
    @NonNull
    static ItemMatch find(@NonNull ItemSetting setting, @NonNull String value, @NonNull ServiceNowClient client)
            throws ServiceNowException {
        String sysId = value.strip().toLowerCase(Locale.ROOT);
        boolean bySysId = SysId.isValid(sysId);
        List<ItemSearch.Item> rows;
        try {
            rows = client.items().find(setting.table(), bySysId ? "sys_id" : "name", bySysId ? sysId : value);
        } catch (ServiceNowException e) {
            if (e.problem().isTransient()) {
                throw e;
            }
            return refused(Messages._ItemMatch_Unreadable(
                    setting.setting(), TextSanitizer.clean(value), client.instance(), e.localizable()));
        } catch (IllegalArgumentException e) {
            // A text that no query can contain.
            return notFound(setting, value, client);
        }
        List<ItemSearch.Item> found = rows.stream()
                .filter(row ->
                        bySysId ? row.sysId().value().equals(sysId) : row.name().equals(value))
                .toList();
        if (found.size() == 1) {
            return new ItemMatch(found.get(0).sysId(), null);
        }
        return found.isEmpty()
                ? notFound(setting, value, client)
                : refused(Messages._ItemMatch_NotUnique(
                        setting.setting(), TextSanitizer.clean(value), client.instance(), list(found)));
    }

    private static String list(List<ItemSearch.Item> found) {
        String rows = found.stream()
                .map(row -> TextSanitizer.clean(row.className(), 80) + " " + row.sysId())
                .sorted()
                .limit(MAX_ROWS)
                .collect(Collectors.joining(", "));
        return found.size() > MAX_ROWS ? rows + ", …" : rows;
    }

    private static ItemMatch notFound(ItemSetting setting, String value, ServiceNowClient client) {
        return refused(Messages._ItemMatch_NotFound(
                setting.setting(), TextSanitizer.clean(value), client.instance(), setting.table()));
    }

    private static ItemMatch refused(Localizable why) {
        return new ItemMatch(null, why);
    }
}
