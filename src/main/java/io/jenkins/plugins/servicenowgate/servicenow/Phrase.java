package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * A localizable message, as key and arguments, so that it can be compared, stored and shown in the reader's language.
 * The texts for an enum are in the properties file of the same name.
 *
 * @param key the key of the message
 * @param arguments the arguments of the message, sanitized
 */
public record Phrase(@NonNull Enum<?> key, @NonNull List<String> arguments) {
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    public Phrase {
        arguments = List.copyOf(arguments);
    }

    @NonNull
    public static Phrase of(@NonNull Enum<?> key, @NonNull String... arguments) {
        return new Phrase(key, List.of(arguments));
    }

    /** The text in the default locale. */
    @NonNull
    public String text() {
        return text(Locale.getDefault());
    }

    @NonNull
    public String text(@NonNull Locale locale) {
        Class<?> keys = key.getDeclaringClass();
        ResourceBundle bundle = ResourceBundle.getBundle(keys.getName(), locale, keys.getClassLoader(), NO_FALLBACK);
        return new MessageFormat(bundle.getString(key.name()), locale).format(arguments.toArray());
    }

    @Override
    public String toString() {
        return text(Locale.ROOT);
    }
}
