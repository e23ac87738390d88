package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/**
 * The validated {@code sys_id} of a row, which is safe in paths, queries and links.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record SysId(@NonNull String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /**
     * @throws IllegalArgumentException if the value is not 32 lower-case hexadecimal digits
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
