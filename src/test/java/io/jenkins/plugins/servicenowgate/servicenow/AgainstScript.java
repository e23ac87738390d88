package io.jenkins.plugins.servicenowgate.servicenow;

import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.time.Instant;

/** A client of an instance that gives the answers of the test. */
abstract class AgainstScript {
    final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    final ServiceNowClient client = instance.client(
            SignIn.password("client", "secret", "jenkins", "pass"),
            new SettableClock(Instant.parse("2026-12-01T20:00:00Z")));
}
