package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Edge cases of basic values: null, empty and equal ones. */
class PlainValuesTest {
    @Test
    void requiresAUrl() {
        assertThatThrownBy(() -> InstanceUrl.parse(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Enter the address");
    }

    @Test
    void findsAUserNameInAnInvalidAuthority() {
        assertThatThrownBy(() -> InstanceUrl.parse("https://a@hunter2@corp.service-now.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use credentials")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void requiresAHostAndAScheme() {
        assertThatThrownBy(() -> InstanceUrl.parse("https://under_score.example"))
                .hasMessageContaining("must look like");
        assertThatThrownBy(() -> InstanceUrl.parse("//corp.service-now.com")).hasMessageContaining("must start with");
    }

    @Test
    void detectsAPath() {
        assertThat(InstanceUrl.parse("https://gateway.corp/servicenow").hasPath())
                .isTrue();
        assertThat(InstanceUrl.parse("https://corp.service-now.com/").hasPath()).isFalse();
        assertThat(InstanceUrl.parse("https://corp.service-now.com").isHttps()).isTrue();
        assertThat(InstanceUrl.parse("http://localhost:8081").isHttps()).isFalse();
    }

    @Test
    void normalizesUrls() {
        InstanceUrl url = InstanceUrl.parse("https://corp.service-now.com");

        assertThat(url).isEqualTo(InstanceUrl.parse("HTTPS://Corp.service-now.com//"));
        assertThat(url).hasSameHashCodeAs(InstanceUrl.parse("HTTPS://Corp.service-now.com//"));
        assertThat(url).isNotEqualTo(InstanceUrl.parse("https://other.service-now.com"));
        assertThat(url).doesNotHaveSameHashCodeAs(InstanceUrl.parse("https://other.service-now.com"));
        assertThat(url.equals((Object) url.toString())).isFalse();
    }

    @Test
    void handlesNull() {
        assertThat(SysId.isValid(null)).isFalse();
        assertThat(TextSanitizer.clean(null)).isEmpty();
    }
}
