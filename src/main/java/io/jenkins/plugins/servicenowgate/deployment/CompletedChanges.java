package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The changes that this controller moved to Review, for instances that do not keep close notes in that state. A missing or
 * superfluous entry opens no gate: at worst a deployment is refused, or gets a new change to be approved. Entries are
 * appended to a file, a line each: sys_id, and milliseconds since the epoch.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class CompletedChanges {
    private static final Logger LOGGER = Logger.getLogger(CompletedChanges.class.getName());
    private static final Duration RETENTION = Duration.ofDays(180);

    /** By sys_id; null until it is needed. */
    private Map<String, Long> completed;

    @NonNull
    static CompletedChanges get() {
        return ExtensionList.lookupSingleton(CompletedChanges.class);
    }

    private static Path directory() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate").toPath();
    }

    private static Path file() {
        return directory().resolve("completed-changes.txt");
    }

    synchronized boolean contains(@NonNull SysId change) {
        return load().containsKey(change.value());
    }

    synchronized void add(@NonNull SysId change) throws IOException {
        Map<String, Long> all = load();
        if (!all.containsKey(change.value())) {
            long now = System.currentTimeMillis();
            Files.createDirectories(directory());
            Files.writeString(
                    file(),
                    line(change.value(), now),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            all.put(change.value(), now);
        }
    }

    private static String line(String change, long time) {
        return change + ' ' + time + '\n';
    }

    private Map<String, Long> load() {
        if (completed == null) {
            completed = new LinkedHashMap<>();
            try {
                long oldest = System.currentTimeMillis() - RETENTION.toMillis();
                boolean expired = false;
                for (String line : Files.readAllLines(file(), StandardCharsets.UTF_8)) {
                    // A line that was cut off by a crash does not match.
                    if (line.matches("\\p{XDigit}{32} \\d{1,18}")) {
                        long time = Long.parseLong(line.substring(33));
                        expired |= time < oldest;
                        if (time >= oldest) {
                            completed.put(line.substring(0, 32), time);
                        }
                    }
                }
                if (expired) {
                    rewrite();
                }
            } catch (NoSuchFileException e) {
                LOGGER.log(Level.FINE, e, () -> "No change was completed yet");
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "Could not read the list of completed changes; it starts empty");
            }
        }
        return completed;
    }

    private void rewrite() throws IOException {
        try (AtomicFileWriter writer = new AtomicFileWriter(file(), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, Long> entry : completed.entrySet()) {
                writer.write(line(entry.getKey(), entry.getValue()));
            }
            writer.commit();
        }
    }
}
