package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/**
 * Makes text from outside fit for a console line: no control characters (terminal escapes, line breaks), no invisible
 * or direction-changing ones, a bounded length. It does not escape HTML; pages do that.
 */
public final class ForeignText {
    private static final int DEFAULT_LENGTH = 200;

    private static final Pattern MARKUP = Pattern.compile("\\[\\s*(/?)\\s*code\\s*]", Pattern.CASE_INSENSITIVE);

    private ForeignText() {}

    @NonNull
    public static String clean(@CheckForNull String text) {
        return clean(text, DEFAULT_LENGTH);
    }

    /**
     * @param length the most code points to keep; a longer text ends with an ellipsis
     */
    @NonNull
    public static String clean(@CheckForNull String text, int length) {
        if (text == null) {
            return "";
        }
        StringBuilder clean = new StringBuilder();
        int kept = 0;
        int[] codePoints = text.strip().codePoints().toArray();
        for (int codePoint : codePoints) {
            if (kept == length) {
                return clean.append('…').toString();
            }
            if (isVisible(codePoint)) {
                clean.appendCodePoint(codePoint);
                kept++;
            } else if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
                clean.append(' ');
                kept++;
            }
        }
        return clean.toString().stripTrailing();
    }

    /** Takes its effect from what ServiceNow's journals would render as markup: {@code [code]} begins HTML there. */
    @NonNull
    static String withoutMarkup(@NonNull String text) {
        return MARKUP.matcher(text).replaceAll("($1code)");
    }

    /** False for what a reader can't see or what changes how the rest is read: control, format, line separators. */
    public static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
