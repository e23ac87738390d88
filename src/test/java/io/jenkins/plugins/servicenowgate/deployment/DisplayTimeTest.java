package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.LocaleProvider;

/** Times on pages: relative to now, and absolute in UTC. */
class DisplayTimeTest {
    private static DisplayTime inSeconds(long seconds) {
        return new DisplayTime(Instant.now().plusSeconds(seconds));
    }

    @Test
    void isRelativeToNow() {
        LocaleProvider before = LocaleProvider.getProvider();
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return Locale.ENGLISH;
            }
        });
        try {
            assertThat(inSeconds(-7230).getRelative()).isEqualTo("2 hr 0 min ago");
            assertThat(inSeconds(7230).getRelative()).isEqualTo("in 2 hr 0 min");
            assertThat(inSeconds(7230).getUpcoming()).isEqualTo("in 2 hr 0 min");
            assertThat(inSeconds(-1).getUpcoming()).isEqualTo("now");
        } finally {
            LocaleProvider.setProvider(before);
        }
    }

    @Test
    void hasTheAbsoluteTimeInUtc() {
        DisplayTime time = new DisplayTime(Instant.parse("2026-01-02T03:04:05.678Z"));
        assertThat(time.getUtc()).isEqualTo("2026-01-02 03:04:05 UTC");
        assertThat(time.getIso()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(DisplayTime.of(null)).isNull();
    }
}
