package io.jenkins.plugins.servicenowgate.control;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.triggers.SafeTimerTask;
import io.jenkins.plugins.servicenowgate.servicenow.ForeignText;
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
 * The changes of marks, a line each: when, who, what became of it, which item, before, after; tabs between them. In files
 * of its own, which don't grow without end, and in Jenkins' log.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class MarkLog {
    private static final Logger LOGGER = Logger.getLogger(MarkLog.class.getName());
    private static final int BYTES = 1024 * 1024;
    private static final int FILES = 10;
    private static final int LENGTH = 4000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private FileHandler file;
    private boolean closed;

    /** What became of a change. */
    enum Outcome {
        ADDED,
        CHANGED,
        REMOVED,
        /** The item went with its mark. */
        DELETED,
        /** The item is below other folders now. */
        MOVED,
        /** It was found on the disk, after a reload. */
        RELOADED,
        /** It was put back, since who made it may not; "after" is what they wanted. */
        REFUSED,
        /** Only the part that adds control was taken, since who made it may not do more. */
        REDUCED
    }

    @NonNull
    public static MarkLog get() {
        return ExtensionList.lookupSingleton(MarkLog.class);
    }

    private static File directory() {
        return new File(SafeTimerTask.getLogsRoot(), "servicenow-gate");
    }

    /** The files there are; the first is written to. */
    @NonNull
    public List<File> files() {
        File[] files = directory().listFiles((directory, name) -> name.matches("marks\\.\\d+\\.log"));
        return files == null ? List.of() : Arrays.stream(files).sorted().toList();
    }

    /**
     * @param item the full name; null for the controller
     */
    void write(@NonNull Outcome outcome, @CheckForNull String item, @NonNull Object before, @NonNull Object after) {
        Authentication authentication = Jenkins.getAuthentication2();
        String who = authentication.equals(ACL.SYSTEM2) ? "SYSTEM" : authentication.getName();
        write(who, outcome, item == null ? "(controller)" : item, before, after);
    }

    /** Whoever happens to see it first has not done it. */
    void reloaded(@NonNull String item, @NonNull Mark before, @NonNull Mark after) {
        write("(disk)", Outcome.RELOADED, item, before, after);
    }

    private void write(String who, Outcome outcome, String where, Object before, Object after) {
        String line = String.join(
                "\t",
                TIME.format(Instant.now()),
                ForeignText.clean(who),
                outcome.name(),
                ForeignText.clean(where, LENGTH),
                ForeignText.clean(before.toString(), LENGTH),
                ForeignText.clean(after.toString(), LENGTH));
        boolean usual = outcome == Outcome.ADDED || outcome == Outcome.CHANGED || outcome == Outcome.RELOADED;
        Level level = usual ? Level.INFO : Level.WARNING;
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
            FileHandler handler = new FileHandler(pattern, BYTES, FILES, true);
            handler.setEncoding(StandardCharsets.UTF_8.name());
            handler.setLevel(Level.ALL);
            handler.setFormatter(new Lines());
            return handler;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Can't write the log of marks in " + directory());
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

    /** The message as it is; it has no places to fill in. */
    private static final class Lines extends Formatter {
        @Override
        public String format(LogRecord logged) {
            return logged.getMessage() + System.lineSeparator();
        }
    }
}
