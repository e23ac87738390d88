package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * A small marker file for each deployment that is not over, or not yet reported to ServiceNow, so that it is found after a
 * restart without loading all builds. The file is named after the deployment's id and contains the last known name of its
 * build. No file is deleted because its build was not found.
 */
final class OpenDeploymentFiles {
    private static final Logger LOGGER = Logger.getLogger(OpenDeploymentFiles.class.getName());

    private OpenDeploymentFiles() {}

    @NonNull
    static Path file(@NonNull String id) {
        return directory().resolve(id);
    }

    private static Path directory() {
        return root().resolve("open-deployments");
    }

    private static Path root() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate").toPath();
    }

    /**
     * @param build the externalizable id of the build
     */
    static synchronized void write(@NonNull String id, @NonNull String build) throws IOException {
        Path directory = Files.createDirectories(directory());
        // Not in the directory itself, where a file that is half written would be taken for a marker.
        Path written = Files.createTempFile(root(), "open-deployment", ".tmp");
        try {
            Files.writeString(written, build, StandardCharsets.UTF_8);
            Files.move(written, directory.resolve(id), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    static boolean contains(@NonNull String id) {
        return Files.isRegularFile(file(id));
    }

    static void delete(@NonNull String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not delete the marker file of the deployment " + id);
        }
    }

    /** The last known name of the build of a deployment; null if the deployment has no marker file. */
    @CheckForNull
    static String read(@NonNull String id) {
        try {
            return Files.readString(file(id), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            LOGGER.log(Level.FINE, e, () -> "Finished in the meantime: " + id);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the marker file of the deployment " + id);
        }
        return null;
    }

    /** The last known names of the builds, by the id of the deployment. */
    @NonNull
    static Map<String, String> read() {
        Map<String, String> builds = new HashMap<>();
        Path directory = directory();
        if (!Files.isDirectory(directory)) {
            return builds;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String id = String.valueOf(file.getFileName());
                String build = read(id);
                if (build != null) {
                    builds.put(id, build);
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the marker files in " + directory);
        }
        return builds;
    }

    /** Follows a job that was renamed or moved. */
    static void rename(@NonNull String oldJob, @NonNull String newJob) {
        String before = oldJob + '#';
        read().forEach((id, build) -> {
            if (build.startsWith(before)) {
                try {
                    write(id, newJob + '#' + build.substring(before.length()));
                } catch (IOException e) {
                    // The next start searches for the build.
                    LOGGER.log(Level.WARNING, e, () -> "Could not rewrite the marker file of the deployment " + id);
                }
            }
        });
    }
}
