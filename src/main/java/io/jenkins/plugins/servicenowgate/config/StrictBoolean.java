package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import java.util.Locale;
import net.sf.json.JSONObject;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Booleans that are {@code true} or {@code false}, and nothing else, case and surrounding blanks apart. Java and its
 * libraries take every other text for false: a typing mistake would switch enforcement off.
 */
@Restricted(NoExternalUse.class)
public final class StrictBoolean {
    private StrictBoolean() {}

    /**
     * A value that somebody enters.
     *
     * @throws IllegalArgumentException for any other; the message names setting and value
     */
    public static boolean parse(@NonNull String setting, @CheckForNull Object value) {
        Boolean parsed = parse(value);
        if (parsed == null) {
            throw new IllegalArgumentException(
                    Messages.StrictBoolean_Unknown(ForeignText.clean(String.valueOf(value), 80), setting));
        }
        return parsed;
    }

    /**
     * A value that was stored in a file.
     *
     * @param byDefault where nothing is stored
     * @param safe where what is stored can't be read
     */
    public static boolean read(@CheckForNull String stored, boolean byDefault, boolean safe) {
        if (stored == null) {
            return byDefault;
        }
        Boolean parsed = parse(stored);
        return parsed == null ? safe : parsed;
    }

    /**
     * Checks booleans of a form before its binding takes whatever it is for false. What is missing is an unticked box.
     *
     * @throws IllegalArgumentException for the first that is none
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
