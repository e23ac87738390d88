package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The attachments of changes. They are copied when the evidence is gathered, so that what is sent later, also after a
 * restart, is what the checksums in the evidence say.
 */
@Restricted(NoExternalUse.class)
public final class EvidenceFiles {
    private static final Logger LOGGER = Logger.getLogger(EvidenceFiles.class.getName());
    static final int MAX_FILES = 20;
    static final long MAX_BYTES = 20L * 1024 * 1024;

    /** How many are read at most, those that are too large included. */
    private static final int MAX_READ = 40;

    /** How many of those that are too large are named. */
    private static final int MAX_NAMED = 5;

    private EvidenceFiles() {}

    /** Below it is one directory for each deployment. */
    @NonNull
    public static Path directory() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate/evidence").toPath();
    }

    /** What is copied, and what is left out. */
    record Copied(
            @NonNull List<EvidenceFile> files, @NonNull List<String> leftOut) {}

    /**
     * Copies the files that the settings name.
     *
     * @param id of the deployment
     */
    @NonNull
    static Copied copy(@NonNull EvidenceContext context, @NonNull String id) throws IOException, InterruptedException {
        List<EvidenceFile> files = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        List<String> patterns = context.settings().getFiles();
        if (patterns.isEmpty()) {
            return new Copied(files, leftOut);
        }
        List<FoundFiles.Found> found = FoundFiles.of(context.getMadeBy(), context.workspace(), patterns)
                .files();
        if (found.isEmpty()) {
            leftOut.add("Not attached: no file matches " + String.join(", ", patterns) + ".");
        }
        Files.createDirectories(directory().resolve(id));
        List<String> tooLarge = new ArrayList<>();
        long left = MAX_BYTES;
        for (int i = 0; i < found.size(); i++) {
            FoundFiles.Found file = found.get(i);
            if (files.size() == MAX_FILES || i == MAX_READ) {
                leftOut.add("Not attached: " + (found.size() - i) + " more files; at most " + MAX_FILES + " are.");
                break;
            }
            EvidenceFile copied = copy(file, id + "/" + files.size(), left);
            if (copied == null) {
                tooLarge.add(file.path());
            } else {
                files.add(copied);
                left -= copied.size();
            }
        }
        if (!tooLarge.isEmpty()) {
            int more = tooLarge.size() - MAX_NAMED;
            leftOut.add("Not attached: "
                    + tooLarge.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                    + (more > 0 ? " and " + more + " more" : "")
                    + "; all attachments together have at most " + MAX_BYTES / 1024 / 1024 + " MiB.");
        }
        return new Copied(files, leftOut);
    }

    /** Null if it is larger than that. */
    private static EvidenceFile copy(FoundFiles.Found file, String path, long most)
            throws IOException, InterruptedException {
        Path target = directory().resolve(path);
        Checksum checksum;
        try (InputStream content = file.open();
                OutputStream copy = Files.newOutputStream(target)) {
            checksum = Checksum.copy(new BoundedContent(content, most), copy);
        } catch (BoundedContent.TooLargeException e) {
            Files.delete(target);
            return null;
        }
        String name = file.path().substring(file.path().lastIndexOf('/') + 1);
        return new EvidenceFile(
                TextSanitizer.clean(name, 100),
                Objects.requireNonNullElse(URLConnection.guessContentTypeFromName(name), "application/octet-stream"),
                checksum.size(),
                checksum.sha256(),
                path);
    }

    /** Deletes the copies of a deployment, about which everything was sent. */
    public static void delete(@NonNull String id) {
        File copies = directory().resolve(id).toFile();
        if (copies.exists()) {
            try {
                Util.deleteRecursive(copies);
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "Could not delete " + copies);
            }
        }
    }
}
