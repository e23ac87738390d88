package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import java.util.Locale;

/**
 * What is deployed where. The three names make the title of its change; names that could make two different
 * deployments share a title, or that a reader can't see for what they are, are refused.
 */
public record Deployment(
        @NonNull String project,
        @NonNull String version,
        @NonNull String environment) {
    /** ServiceNow's usual length of the column {@code short_description}. */
    public static final int TITLE_LENGTH = 160;

    private static final String BEFORE_VERSION = "\" version ";
    private static final String BEFORE_ENVIRONMENT = " to \"";

    /** A name can't stand in a title; the message says which and why. */
    public static final class BadNameException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Phrase phrase;

        BadNameException(Reason reason, String... arguments) {
            super(Phrase.of(reason, arguments).text(Locale.ROOT));
            this.phrase = Phrase.of(reason, arguments);
        }

        @NonNull
        public Phrase phrase() {
            return phrase;
        }
    }

    /**
     * The Short Description by which the change of this deployment is found, exactly.
     *
     * @param prefix who deploys, for example {@code Jenkins}
     * @throws BadNameException for an empty name, one with line breaks, control or invisible characters, one that
     *     imitates another part of the title, or names that are too long together
     */
    @NonNull
    public String title(@NonNull String prefix) throws BadNameException {
        check("titlePrefix", prefix, ": Deploy \"");
        check("project", project, BEFORE_VERSION);
        check("version", version, BEFORE_ENVIRONMENT);
        check("environment", environment, BEFORE_ENVIRONMENT);
        String title =
                prefix + ": Deploy \"" + project + BEFORE_VERSION + version + BEFORE_ENVIRONMENT + environment + '"';
        int length = title.codePointCount(0, title.length());
        if (length > TITLE_LENGTH) {
            throw new BadNameException(
                    Reason.TITLE_TOO_LONG, String.valueOf(length), String.valueOf(TITLE_LENGTH), title);
        }
        if (title.strip().toLowerCase(Locale.ROOT).startsWith("javascript:")) {
            throw new BadNameException(Reason.NAME_IMITATES, "titlePrefix", ForeignText.clean(prefix));
        }
        return title;
    }

    private static void check(String what, String name, String separator) throws BadNameException {
        if (name.isBlank()) {
            throw new BadNameException(Reason.NAME_EMPTY, what);
        }
        if (!name.codePoints().allMatch(ForeignText::isVisible)) {
            throw new BadNameException(Reason.NAME_INVISIBLE, what, ForeignText.clean(name));
        }
        if (name.contains(separator)) {
            throw new BadNameException(Reason.NAME_IMITATES, what, ForeignText.clean(name));
        }
    }
}
