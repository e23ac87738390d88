package io.jenkins.plugins.servicenowgate.setup;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import java.util.Locale;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What a check found, as a sentence.
 *
 * @param guide the page of the documentation that says what to do
 */
@Restricted(NoExternalUse.class)
public record SetupFinding(
        @NonNull Level level,
        @NonNull Localizable text,
        @NonNull Place place,
        @NonNull GuidePage guide) {
    /** How a finding is meant; the order is that of the page. */
    public enum Level {
        RISKY(Messages._Setup_Risky()),
        MISSING(Messages._Setup_Missing()),
        UNKNOWN(Messages._Setup_Unknown()),
        WORKS(Messages._Setup_Works());

        private final Localizable label;

        Level(Localizable label) {
            this.label = label;
        }

        @NonNull
        public String getLabel() {
            return label.toString();
        }
    }

    /**
     * Where the setting is.
     *
     * @param address relative to Jenkins' root
     * @param item the full name of the item that a viewer must be allowed to read; null for the controller
     */
    public record Place(
            @NonNull String address, @CheckForNull String item) {
        public static final Place SYSTEM = new Place("manage/configure", null);
        public static final Place SECURITY = new Place("manage/configureSecurity/", null);
        public static final Place MANAGE = new Place("manage/", null);
        public static final Place AGENTS = new Place("computer/", null);

        /** The form of a folder, or that of the controller if there is none. */
        @NonNull
        public static Place of(@CheckForNull AbstractFolder<?> folder) {
            return folder == null ? SYSTEM : new Place(folder.getUrl() + "configure", folder.getFullName());
        }
    }

    @NonNull
    public Level getLevel() {
        return level;
    }

    @NonNull
    public String getText() {
        return text.toString();
    }

    /** In English, for a text that is sent to others. */
    @NonNull
    public String english() {
        return level + ": " + text.toString(Locale.ENGLISH);
    }

    @NonNull
    public String getSetting() {
        return place.address();
    }

    @NonNull
    public String getGuide() {
        return guide.address();
    }
}
