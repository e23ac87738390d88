package io.jenkins.plugins.servicenowgate.audit;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of the audit: one JSON object in each line, appended and forced to the disk. A file that is full is followed
 * by the next number; a file whose last line is older than the retention, or that is one too many, is deleted. A line
 * that a crash left incomplete is skipped. Not safe for several threads.
 */
final class AuditFiles {
    private static final Logger LOGGER = Logger.getLogger(AuditFiles.class.getName());
    private static final int MAX_FILES = 50;

    private final Path directory;
    private final long maxBytes;
    private final JsonMapper mapper = JsonMapper.builder().build();

    /**
     * @param maxBytes size from which a file is followed by the next one
     */
    AuditFiles(@NonNull Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    /** Passes on every line that can be read, the oldest first. */
    void read(@NonNull Consumer<AuditLine> reader) throws IOException {
        for (Path file : files()) {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    parse(file, line, reader);
                }
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "Could not read all of the audit file " + file);
            }
        }
    }

    private void parse(Path file, String line, Consumer<AuditLine> reader) {
        if (line.isBlank()) {
            return;
        }
        try {
            reader.accept(mapper.readValue(line, AuditLine.class));
        } catch (JacksonException e) {
            LOGGER.log(Level.WARNING, e, () -> "Skipped an unreadable line of the audit file " + file);
        }
    }

    /** Appends a line, which outlives a crash from then on. */
    void append(@NonNull AuditLine line) throws IOException {
        Files.createDirectories(directory);
        Path file = current();
        ByteBuffer bytes = ByteBuffer.wrap((mapper.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.position(channel.size());
            if (!endsWithNewline(channel)) {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    private static boolean endsWithNewline(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size == 0) {
            return true;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, size - 1);
        return last.get(0) == '\n';
    }

    private Path current() throws IOException {
        List<Path> files = files();
        if (files.isEmpty()) {
            return file(1);
        }
        Path last = files.get(files.size() - 1);
        return Files.size(last) < maxBytes ? last : file(number(last) + 1);
    }

    /**
     * Deletes the files of which no line is as new as that.
     *
     * @return whether any was deleted
     */
    boolean deleteOlderThan(@NonNull Instant oldest) throws IOException {
        boolean deleted = false;
        List<Path> files = files();
        // The newest file goes on to be written, however old its lines are.
        for (int i = 0; i < files.size() - 1; i++) {
            Path file = files.get(i);
            if (files.size() - i > MAX_FILES
                    || Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                Files.delete(file);
                deleted = true;
            }
        }
        return deleted;
    }

    private Path file(int number) {
        return directory.resolve(String.format(Locale.ROOT, "audit-%06d.jsonl", number));
    }

    private static int number(Path file) {
        return Integer.parseInt(name(file).substring("audit-".length(), "audit-".length() + 6));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> name(file).matches("audit-\\d{6}\\.jsonl"))
                    .sorted()
                    .toList();
        }
    }
}
