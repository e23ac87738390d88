package io.jenkins.plugins.servicenowgate.soak;

import io.jenkins.plugins.servicenowgate.simulator.Fault;
import java.time.Duration;
import java.util.List;

/** Everything that an instance can do wrong by itself. */
final class SoakFaults {
    static final List<Fault> ALL = List.of(
            Fault.rateLimited(),
            Fault.rateLimited(Duration.ofSeconds(30)),
            Fault.transactionCancelled(),
            Fault.transactionCancelled().afterCommit(),
            Fault.badGateway(),
            Fault.badGateway().afterCommit(),
            Fault.unavailable(),
            Fault.unavailable(Duration.ZERO).afterCommit(),
            Fault.page(401),
            Fault.page(403),
            Fault.page(404),
            Fault.page(408),
            Fault.connectionReset(),
            Fault.connectionReset().afterCommit(),
            Fault.slow(Duration.ofSeconds(10)),
            // Longer than the read timeout.
            Fault.slow(Duration.ofSeconds(75)),
            Fault.cutOffJson(),
            Fault.garbage(),
            Fault.notHttp(),
            Fault.brokenTransfer(),
            Fault.emptyBody(),
            Fault.emptyBody().afterCommit(),
            Fault.errorInSuccess(),
            Fault.html(),
            Fault.redirectToLogin(),
            Fault.hugeBody(17),
            Fault.wrongCharset(),
            Fault.unauthorized(),
            Fault.tokenExpired(),
            Fault.forbidden(),
            Fault.notFound(),
            Fault.error(400, "Invalid query", "The query could not be read"));

    private SoakFaults() {}
}
