package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jvnet.localizer.Localizable;

/**
 * The project, version and environment of a deployment, from which the title of its change is built. Names by which two
 * different deployments could share a title, or that can mislead readers, are refused.
 */
public record ChangeTitle(
        @NonNull String project,
        @NonNull String version,
        @NonNull String environment) {
    /** ServiceNow's usual length of the column {@code short_description}. */
    public static final int TITLE_LENGTH = 160;

    /** A variable that was not expanded: {@code ${NAME}}, {@code $NAME}. */
    private static final Pattern MACRO = Pattern.compile("\\$(\\{|[A-Za-z_])");

    /** What an unset variable leaves in a version, as {@code 1.0-null} or {@code vnull}. */
    private static final Pattern NULL_PART = Pattern.compile("(?U)(?:^|[-._\\s/+:@#])[vV]?null(?=$|[-._\\s/+:@#])");

    /** A name that is nothing else, apart from blanks of any kind. */
    private static final Pattern NULL = Pattern.compile("(?U)\\s*null\\s*");

    private static final String BEFORE_VERSION = "\" version ";
    private static final String BEFORE_ENVIRONMENT = " to \"";

    /** A name can't be used in a title; the message says which and why. */
    public static final class BadNameException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Localizable localizable;

        BadNameException(Localizable message) {
            super(message.toString(Locale.ROOT));
            this.localizable = message;
        }

        @NonNull
        public Localizable localizable() {
            return localizable;
        }
    }

    /**
     * The exact Short Description of the deployment's change.
     *
     * @param prefix for example {@code Jenkins}
     * @throws BadNameException for an empty name, one with line breaks, control or invisible characters, one that
     *     imitates another part of the title or holds a variable that was not expanded, or names that are too long together
     */
    @NonNull
    public String title(@NonNull String prefix) throws BadNameException {
        check("titlePrefix", prefix, ": Deploy \"");
        check("project", project, BEFORE_VERSION);
        check("version", version, BEFORE_ENVIRONMENT);
        check("environment", environment, BEFORE_ENVIRONMENT);
        checkExpanded("project", project);
        checkExpanded("version", version);
        checkExpanded("environment", environment);
        if (NULL_PART.matcher(version).find()) {
            throw new BadNameException(Messages._ChangeTitle_Null("version", TextSanitizer.clean(version)));
        }
        String title =
                prefix + ": Deploy \"" + project + BEFORE_VERSION + version + BEFORE_ENVIRONMENT + environment + '"';
        int length = title.codePointCount(0, title.length());
        if (length > TITLE_LENGTH) {
            throw new BadNameException(
                    Messages._ChangeTitle_TooLong(String.valueOf(length), String.valueOf(TITLE_LENGTH), title));
        }
        if (title.strip().toLowerCase(Locale.ROOT).startsWith("javascript:")) {
            throw new BadNameException(Messages._ChangeTitle_Imitates("titlePrefix", TextSanitizer.clean(prefix)));
        }
        return title;
    }

    /** One title for every build would let one approval release them all. */
    private static void checkExpanded(String what, String name) throws BadNameException {
        if (MACRO.matcher(name).find()) {
            throw new BadNameException(Messages._ChangeTitle_Macro(what, TextSanitizer.clean(name)));
        }
        if (NULL.matcher(name).matches()) {
            throw new BadNameException(Messages._ChangeTitle_Null(what, TextSanitizer.clean(name)));
        }
    }

    private static void check(String what, String name, String separator) throws BadNameException {
        if (name.isBlank()) {
            throw new BadNameException(Messages._ChangeTitle_Empty(what));
        }
        if (!name.codePoints().allMatch(TextSanitizer::isVisible)) {
            throw new BadNameException(Messages._ChangeTitle_Invisible(what, TextSanitizer.clean(name)));
        }
        if (name.contains(separator)) {
            throw new BadNameException(Messages._ChangeTitle_Imitates(what, TextSanitizer.clean(name)));
        }
    }
}
