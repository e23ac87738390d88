package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.regex.Pattern;

/**
 * Makes untrusted text safe for a console line: no control characters (terminal escapes, line breaks), no invisible or
 * direction-changing characters, and a limited length. Does not escape HTML; pages do.
 */
public final class TextSanitizer {
    private static final int DEFAULT_LENGTH = 200;

    /** Blanks of any kind and invisible characters, which an instance may ignore in a tag; without backtracking. */
    private static final String BLANKS = "[\\s\\p{Z}\\p{Cf}\\p{Cc}]*+";

    private static final Pattern MARKUP =
            Pattern.compile("\\[" + BLANKS + "(/?)" + BLANKS + "code" + BLANKS + "]", Pattern.CASE_INSENSITIVE);

    /** Fillers, inherent vowels, a joiner and the Braille blank, which the general category does not show. */
    private static final String WITHOUT_GLYPH = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0";

    private TextSanitizer() {}

    @NonNull
    public static String clean(@CheckForNull String text) {
        return clean(text, DEFAULT_LENGTH);
    }

    /**
     * @param length maximum number of code points; a longer text is truncated and ends with an ellipsis
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

    /** Replaces {@code [code]} tags, between which the journals of ServiceNow render HTML. */
    @NonNull
    static String withoutMarkup(@NonNull String text) {
        return MARKUP.matcher(text).replaceAll("($1code)");
    }

    /**
     * False for invisible characters and those that change how other text is displayed: control and format characters,
     * line separators, and letters and marks without a glyph.
     */
    public static boolean isVisible(int codePoint) {
        if (WITHOUT_GLYPH.indexOf(codePoint) >= 0) {
            return false;
        }
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
