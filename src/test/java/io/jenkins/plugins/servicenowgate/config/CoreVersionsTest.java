package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.OkHttp;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.cfg.PackageVersion;

/** The core build must use the library versions that the API plugins bring into Jenkins. */
class CoreVersionsTest {
    @Test
    void matchTheApiPlugins() throws Exception {
        assertThat(Files.readString(Path.of("pom-core.xml")))
                .contains(
                        "<okhttp.version>" + OkHttp.VERSION + "</okhttp.version>",
                        "<jackson.version>" + PackageVersion.VERSION + "</jackson.version>");
    }
}
