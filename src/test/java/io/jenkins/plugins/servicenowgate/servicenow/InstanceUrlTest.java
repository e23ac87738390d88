package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://corp.service-now.com, https://corp.service-now.com",
        "https://Corp.Service-Now.com/, https://corp.service-now.com",
        "' HTTPS://corp.service-now.com// ', https://corp.service-now.com",
        "https://gateway.corp:8443/servicenow, https://gateway.corp:8443/servicenow",
        "http://localhost:8081, http://localhost:8081",
        "http://127.0.0.1:8081, http://127.0.0.1:8081",
        "http://[::1]:8081, http://[::1]:8081"
    })
    void acceptsUrlsOfAnInstance(String entered, String kept) {
        assertThat(InstanceUrl.parse(entered)).hasToString(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "corp.service-now.com",
                "http://corp.service-now.com",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com",
                "ftp://127.0.0.1",
                "javascript:alert(1)",
                "https://user:hunter2@corp.service-now.com",
                "https://hunter2@corp.service-now.com",
                "https://corp.service-now.com?token=hunter2",
                "https://corp.service-now.com/#hunter2",
                "https://corp.service-now.com/../hunter2",
                "https://corp.service-now.com/a//b",
                "https:///path",
                "https:corp",
                "https://cor p hunter2"
            })
    void refusesInvalidUrls(String entered) {
        assertThatThrownBy(() -> InstanceUrl.parse(entered))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void buildsLinks() {
        assertThat(InstanceUrl.parse("https://corp.service-now.com/").changeLink(new SysId("0".repeat(32))))
                .isEqualTo("https://corp.service-now.com/nav_to.do?uri=change_request.do%3Fsys_id%3D" + "0".repeat(32));
        assertThatThrownBy(() -> new SysId("../evil")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SysId("A".repeat(32))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_535})
    void acceptsEveryPortThatThereIs(int port) {
        assertThat(InstanceUrl.parse("https://corp.example:" + port)).hasToString("https://corp.example:" + port);
    }

    /** No request could be sent to it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 2_000_000_000})
    void refusesAPortThatThereIsNot(int port) {
        assertThatThrownBy(() -> InstanceUrl.parse("https://corp.example:" + port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The port of the address must be from 1 to 65535");
    }

    @ParameterizedTest
    @CsvSource({
        "https://corp.service-now.com, false, true",
        "https://corp.service-now.com/servicenow, true, true",
        "http://localhost:8081, false, false"
    })
    void knowsItsPathAndItsScheme(String entered, boolean hasPath, boolean https) {
        assertThat(InstanceUrl.parse(entered).hasPath()).isEqualTo(hasPath);
        assertThat(InstanceUrl.parse(entered).isHttps()).isEqualTo(https);
    }
}
