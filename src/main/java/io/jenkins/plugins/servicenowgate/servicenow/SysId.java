package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/**
 * The {@code sys_id} of a row: 32 hexadecimal digits, checked, so that it can stand in a path, a query or a link
 * without being able to change their meaning.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record SysId(@NonNull String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /**
     * @throws IllegalArgumentException if the value is anything but 32 lower-case hexadecimal digits
     */
    public SysId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a sys_id (32 hexadecimal digits)");
        }
    }

    public static boolean isValid(String value) {
        return value != null && FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
