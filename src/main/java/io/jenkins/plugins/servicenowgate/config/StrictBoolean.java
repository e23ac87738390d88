package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Locale;
import net.sf.json.JSONObject;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Parses booleans strictly: {@code true} or {@code false}, ignoring case and surrounding blanks. Java and its libraries
 * take every other text for false, so that a typing error would switch enforcement off.
 */
@Restricted(NoExternalUse.class)
public final class StrictBoolean {
    private StrictBoolean() {}

    /**
     * Parses a value that a user enters.
     *
     * @throws IllegalArgumentException for any other value; the message contains the setting and the value
     */
    public static boolean parse(@NonNull String setting, @CheckForNull Object value) {
        Boolean parsed = parse(value);
        if (parsed == null) {
            throw new IllegalArgumentException(
                    Messages.StrictBoolean_Unknown(TextSanitizer.clean(String.valueOf(value), 80), setting));
        }
        return parsed;
    }

    /**
     * Reads a value that was stored in a file.
     *
     * @param defaultValue the result if nothing is stored
     * @param safeValue the result if the stored text is not a boolean
     */
    public static boolean read(@CheckForNull String stored, boolean defaultValue, boolean safeValue) {
        if (stored == null) {
            return defaultValue;
        }
        Boolean parsed = parse(stored);
        return parsed == null ? safeValue : parsed;
    }

    /**
     * Validates booleans of a form before data binding, which takes every other value for false. A missing setting is
     * an unticked box.
     *
     * @throws IllegalArgumentException for the first value that is neither {@code true} nor {@code false}
     */
    public static void check(@NonNull JSONObject form, @NonNull String... settings) {
        for (String setting : settings) {
            if (form.has(setting)) {
                parse(setting, form.get(setting));
            }
        }
    }

    @CheckForNull
    private static Boolean parse(@CheckForNull Object value) {
        return switch (String.valueOf(value).strip().toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        };
    }
}
