package io.jenkins.plugins.servicenowgate.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The file that proves that a configuration was stored before: if the configuration file is then missing, it is unknown
 * what it controlled, and gates fail.
 */
final class ConfigurationMarker {
    private static final Logger LOGGER = Logger.getLogger(ConfigurationMarker.class.getName());

    private ConfigurationMarker() {}

    private static Path directory() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate").toPath();
    }

    private static Path file() {
        return directory().resolve("configured");
    }

    static boolean exists() {
        return Files.exists(file());
    }

    static void create() {
        try {
            Files.createDirectories(directory());
            if (!exists()) {
                Files.createFile(file());
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not create the marker file of the configuration.");
        }
    }
}
