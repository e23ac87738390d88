package io.jenkins.plugins.servicenowgate.servicenow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each kind of failure means for a deployment and for the other requests of its connection. */
class FailureKindTest {
    @ParameterizedTest
    @EnumSource
    void onlyWhatMayPassByItselfIsRetriedForever(FailureKind kind) {
        boolean passes =
                switch (kind) {
                    case UNREACHABLE, RATE_LIMITED, UNAVAILABLE, BAD_ANSWER, TOO_LARGE, CREDENTIALS_UNAVAILABLE -> true;
                    default -> false;
                };
        assertThat(kind.isTransient()).isEqualTo(passes);
        assertThat(kind.isTransientOnceLinked()).isEqualTo(passes || kind == FailureKind.CONFIGURATION);
        assertThat(kind.endsAtOnce()).isEqualTo(kind == FailureKind.CONNECTION_REMOVED);
    }

    /** An answer of the instance to one request says nothing about others. */
    @ParameterizedTest
    @EnumSource
    void onlyTheConnectionItselfPausesAllRequests(FailureKind kind) {
        boolean pauses =
                switch (kind) {
                    case UNREACHABLE, RATE_LIMITED, UNAVAILABLE, CREDENTIALS_UNAVAILABLE -> true;
                    default -> false;
                };
        assertThat(kind.concernsConnection()).isEqualTo(pauses);
    }

    /** ServiceNow's own error, in answer to a read and to a write. */
    @ParameterizedTest
    @CsvSource({
        "299, BAD_ANSWER, REJECTED",
        "300, UNAVAILABLE, REJECTED",
        "400, REJECTED, REJECTED",
        "401, SIGN_IN_REFUSED, SIGN_IN_REFUSED",
        "413, TOO_LARGE, REJECTED",
        "429, RATE_LIMITED, RATE_LIMITED",
        "503, UNAVAILABLE, REJECTED"
    })
    void anErrorOfServiceNowIsDefiniteForAWrite(int status, FailureKind read, FailureKind write) {
        assertThat(FailureKind.ofResponse(status, "no", true)).isEqualTo(read);
        assertThat(FailureKind.ofResponse(status, "no", false)).isEqualTo(write);
    }

    @ParameterizedTest
    @CsvSource({"200,", "299,", "300, UNAVAILABLE", "404, UNAVAILABLE", "500, UNAVAILABLE"})
    void anythingElsePasses(int status, FailureKind kind) {
        assertThat(FailureKind.ofResponse(status, null, true)).isEqualTo(kind);
        assertThat(FailureKind.ofResponse(status, null, false)).isEqualTo(kind);
    }
}
