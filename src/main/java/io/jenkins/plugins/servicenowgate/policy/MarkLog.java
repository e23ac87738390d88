package io.jenkins.plugins.servicenowgate.policy;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.triggers.SafeTimerTask;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.springframework.security.core.Authentication;

/**
 * The log of mark changes. One line per change with tab-separated columns: time, user, event, item, before, after.
 * Written to its own files, with rotation, and to Jenkins' log.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class MarkLog {
    private static final Logger LOGGER = Logger.getLogger(MarkLog.class.getName());
    private static final int MAX_BYTES = 1024 * 1024;
    private static final int MAX_FILES = 10;
    private static final int MAX_LENGTH = 4000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private FileHandler file;
    private boolean closed;

    /** The kind of change. */
    enum MarkEvent {
        ADDED,
        CHANGED,
        REMOVED,
        /** The item was deleted with its mark. */
        DELETED,
        /** The item was moved or renamed. */
        MOVED,
        /** The mark was read from disk. */
        RELOADED,
        /** The change was reverted, because the user lacks the permission; "after" is the rejected mark. */
        REFUSED,
        /** Only the part that adds change control was accepted, because the user lacks the permission. */
        REDUCED
    }

    @NonNull
    public static MarkLog get() {
        return ExtensionList.lookupSingleton(MarkLog.class);
    }

    private static File directory() {
        return new File(SafeTimerTask.getLogsRoot(), "servicenow-gate");
    }

    /** The existing log files; the first is the current one. */
    @NonNull
    public List<File> files() {
        File[] files = directory().listFiles((directory, name) -> name.matches("marks\\.\\d+\\.log"));
        return files == null ? List.of() : Arrays.stream(files).sorted().toList();
    }

    /**
     * @param item full name; null for the controller
     */
    void write(@NonNull MarkEvent event, @CheckForNull String item, @NonNull Object before, @NonNull Object after) {
        Authentication authentication = Jenkins.getAuthentication2();
        String who = authentication.equals(ACL.SYSTEM2) ? "SYSTEM" : authentication.getName();
        write(who, event, item == null ? "(controller)" : item, before, after);
    }

    /** Logs a mark that was read from disk; the current user did not change it. */
    void reloaded(@NonNull String item, @NonNull Mark before, @NonNull Mark after) {
        write("(disk)", MarkEvent.RELOADED, item, before, after);
    }

    private void write(String who, MarkEvent event, String where, Object before, Object after) {
        String line = String.join(
                "\t",
                TIME.format(Instant.now()),
                TextSanitizer.clean(who),
                event.name(),
                TextSanitizer.clean(where, MAX_LENGTH),
                TextSanitizer.clean(before.toString(), MAX_LENGTH),
                TextSanitizer.clean(after.toString(), MAX_LENGTH));
        boolean routine = event == MarkEvent.ADDED || event == MarkEvent.CHANGED || event == MarkEvent.RELOADED;
        Level level = routine ? Level.INFO : Level.WARNING;
        LOGGER.log(level, () -> "Mark of change control: " + line.replace('\t', ' '));
        append(line);
    }

    private synchronized void append(String line) {
        if (file == null && !closed) {
            file = open();
        }
        if (file != null) {
            file.publish(new LogRecord(Level.INFO, line));
        }
    }

    private static FileHandler open() {
        try {
            Files.createDirectories(directory().toPath());
            String pattern = directory().getPath().replace("%", "%%") + "/marks.%g.log";
            FileHandler handler = new FileHandler(pattern, MAX_BYTES, MAX_FILES, true);
            handler.setEncoding(StandardCharsets.UTF_8.name());
            handler.setLevel(Level.ALL);
            handler.setFormatter(new Lines());
            return handler;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not write the log of marks in " + directory() + ".");
            return null;
        }
    }

    @Terminator
    public static void close() {
        MarkLog log = get();
        synchronized (log) {
            log.closed = true;
            if (log.file != null) {
                log.file.close();
                log.file = null;
            }
        }
    }

    /** Writes the message unchanged, without parameters. */
    private static final class Lines extends Formatter {
        @Override
        public String format(LogRecord logged) {
            return logged.getMessage() + System.lineSeparator();
        }
    }
}
