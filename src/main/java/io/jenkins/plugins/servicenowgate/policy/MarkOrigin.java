package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Item;
import hudson.model.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Stores that a mark was set by a build of its job. The file is in the directory of the job and not in its
 * configuration, which users without permission may write. A mark without a matching file counts as set by a person.
 */
final class MarkOrigin {
    private static final Logger LOGGER = Logger.getLogger(MarkOrigin.class.getName());
    private static final String FILE = "servicenow-gate-mark-of-build.txt";

    private MarkOrigin() {}

    private static Path file(Item item) {
        return item.getRootDir().toPath().resolve(FILE);
    }

    static boolean isBuild(@NonNull Item item, @NonNull Mark mark) {
        if (!(item instanceof Job) || !mark.isPresent() || !Files.exists(file(item))) {
            return false;
        }
        try {
            return Files.readString(file(item)).equals(mark.toString());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read who set the mark of " + item.getFullName() + ".");
            return false;
        }
    }

    static void store(@NonNull Item item, @NonNull Mark mark, boolean build) {
        try {
            if (build && mark.isPresent()) {
                Files.writeString(file(item), mark.toString(), StandardCharsets.UTF_8);
            } else {
                Files.deleteIfExists(file(item));
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not store who set the mark of " + item.getFullName() + ".");
        }
    }
}
