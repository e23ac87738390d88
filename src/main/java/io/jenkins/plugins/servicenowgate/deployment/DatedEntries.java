package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.AtomicFileWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/**
 * What this controller remembers for half a year, by key, in a file of the directory {@code servicenow-gate}: a line each,
 * which is appended, of key, milliseconds since the epoch and value. A line that cannot be read, or was cut off by a crash,
 * does not count, and neither do the oldest ones of too many. How old a line is, later lines tell: the clock may be wrong.
 */
final class DatedEntries {
    private static final Logger LOGGER = Logger.getLogger(DatedEntries.class.getName());
    private static final Duration RETENTION = Duration.ofDays(180);

    /** A line that is no entry: a file that was damaged stays so when it is written anew. */
    private static final String DAMAGED = "# Lines that could not be read are missing here\n";

    private final Supplier<Path> file;
    private final Pattern line;
    private final int most;

    /** By key, oldest first; null until it is needed, and after the file could not be written. */
    private Map<String, Entry> entries;

    /** Whether the file contains what is no entry, or could not be read. */
    private boolean damaged;

    /** Whether the file ends with a part of a line, to which nothing must be appended. */
    private boolean cutOff;

    /** The first values that could not be stored, by key, as far as there was no later one. */
    private final Map<String, String> missing = new HashMap<>();

    /** Whether more could not be stored than is remembered. */
    private boolean incomplete;

    private record Entry(long time, String value) {
        private String line(String key) {
            return key + ' ' + time + (value.isEmpty() ? "" : ' ' + value) + '\n';
        }
    }

    /**
     * @param file asked for when it is needed
     * @param key a regular expression that matches no blanks
     * @param value a regular expression; empty for entries without a value
     * @param most how many entries are kept
     */
    DatedEntries(@NonNull Supplier<Path> file, @NonNull String key, @NonNull String value, int most) {
        this.file = file;
        this.line = Pattern.compile("(" + key + ") (\\d{1,18})" + (value.isEmpty() ? "()" : " (" + value + ")"));
        this.most = most;
    }

    /** A file in the plugin's directory. */
    @NonNull
    static Supplier<Path> file(@NonNull String name) {
        return () ->
                Jenkins.get().getRootDir().toPath().resolve("servicenow-gate").resolve(name);
    }

    /** The value of an entry, empty if it has none; null if there is no such entry. */
    @CheckForNull
    synchronized String get(@NonNull String key) {
        Entry entry = load().get(key);
        return entry == null ? null : entry.value();
    }

    /** Whether any entry may be missing, because the file, or a line of it, could not be read. */
    synchronized boolean isDamaged() {
        load();
        return damaged || incomplete;
    }

    /**
     * Whether an entry may be missing, because the file could not be read or written.
     *
     * @param other a value that does not count, because the caller has it; null if there is none
     */
    synchronized boolean mayMiss(@NonNull String key, @CheckForNull String other) {
        String lost = missing.get(key);
        return isDamaged() || lost != null && !lost.equals(other);
    }

    /** Reads the file again when it is needed. */
    synchronized void reload() {
        entries = null;
    }

    /** Adds an entry, unless there is one. */
    synchronized void putIfAbsent(@NonNull String key, @NonNull String value) throws IOException {
        Map<String, Entry> all = load();
        if (all.containsKey(key)) {
            return;
        }
        Entry entry = new Entry(System.currentTimeMillis(), value);
        String added = entry.line(key);
        if (!line.matcher(added.stripTrailing()).matches()) {
            throw new IOException("Not a valid entry of " + file.get());
        }
        try {
            Files.createDirectories(Objects.requireNonNull(file.get().getParent()));
            if (cutOff) {
                rewrite(all);
            }
            Files.writeString(
                    file.get(), added, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            all.put(key, entry);
            missing.remove(key);
            if (all.size() > most) {
                drop(all, most - most / 10);
                rewrite(all);
            }
        } catch (IOException e) {
            // Perhaps a part of the line was written.
            entries = null;
            if (missing.size() < most) {
                missing.putIfAbsent(key, value);
            } else {
                incomplete = true;
            }
            throw e;
        }
    }

    private static void drop(Map<String, Entry> all, int left) {
        Iterator<Entry> oldest = all.values().iterator();
        while (all.size() > left) {
            oldest.next();
            oldest.remove();
        }
    }

    private Map<String, Entry> load() {
        if (entries == null) {
            entries = new LinkedHashMap<>();
            damaged = false;
            cutOff = false;
            boolean current = true;
            try {
                String text = Files.readString(file.get(), StandardCharsets.UTF_8);
                cutOff = !text.isEmpty() && !text.endsWith("\n");
                int end = text.lastIndexOf('\n') + 1;
                String tail = text.substring(end);
                Matcher rest = line.matcher(tail);
                // Zeros after a power failure, or the line that says so, are no part of an entry.
                damaged = cutOff && (tail.indexOf('\0') >= 0 || !rest.matches() && !rest.hitEnd());
                current = read(text.substring(0, end));
            } catch (NoSuchFileException e) {
                LOGGER.log(Level.FINE, e, () -> file.get() + " does not exist yet");
            } catch (IOException e) {
                damaged = true;
                LOGGER.log(
                        Level.WARNING, e, () -> "Could not read " + file.get() + "; what is missing counts as unknown");
            }
            try {
                if (cutOff || !current && !damaged) {
                    rewrite(entries);
                }
            } catch (IOException e) {
                // All that it contains is known; it is written before the next entry is added.
                LOGGER.log(Level.WARNING, e, () -> "Could not write " + file.get());
            }
        }
        return entries;
    }

    /** Returns false if a line was too old. */
    private boolean read(String text) {
        long newest = 0;
        for (String one : text.split("\n")) {
            Matcher parts = line.matcher(one);
            if (parts.matches()) {
                // A line is not older than those above it.
                newest = Math.max(newest, Long.parseLong(parts.group(2)));
                entries.putIfAbsent(parts.group(1), new Entry(newest, parts.group(3)));
            } else if (!one.isEmpty()) {
                damaged = true;
            }
        }
        if (damaged) {
            LOGGER.log(
                    Level.WARNING,
                    () -> file.get() + " has lines that are no entries; what is missing counts as unknown");
        }
        // It is not later than the last line tells, if the clock was set forward.
        long oldest = Math.min(System.currentTimeMillis(), newest) - RETENTION.toMillis();
        return !entries.values().removeIf(entry -> entry.time() < oldest);
    }

    private void rewrite(Map<String, Entry> all) throws IOException {
        try (AtomicFileWriter writer = new AtomicFileWriter(file.get(), StandardCharsets.UTF_8)) {
            if (damaged) {
                writer.write(DAMAGED);
            }
            for (Map.Entry<String, Entry> entry : all.entrySet()) {
                writer.write(entry.getValue().line(entry.getKey()));
            }
            writer.commit();
            cutOff = false;
        }
    }
}
