package io.jenkins.plugins.servicenowgate.gate;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parts of the gate by themselves, with an instance that gives the answers of the test: no thread, no network. */
abstract class Scripted {
    static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    static final String TITLE = "Jenkins: Deploy shop";
    static final String NONE = "{\"result\":[]}";
    static final Pace PACE = Pace.of(Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(5));

    final SettableClock clock = new SettableClock(NOW);
    final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    final ServiceNowClient client = instance.client(new SignIn("client", "secret", "user", "pass"), clock);
    NewChange newChange = new NewChange.Normal();
    final Set<SysId> finished = new HashSet<>();

    /** A deployment that writes down what it hears, and what its record was when it was saved. */
    class Waiter implements GateListener {
        final GateRecord record = new GateRecord();
        final List<Phrase> told = new ArrayList<>();
        final List<String> saved = new ArrayList<>();
        final Gate gate;

        Waiter(String number) {
            gate = new Gate(
                    new GateRequest(TITLE, number, newChange, Map.of("description", "d"), false), record, this, NOW);
        }

        @Override
        public void save() {
            saved.add(record.number() + ", " + record.creationsSent() + " sent, the last " + record.creationSent()
                    + (record.created() == null ? "" : ", without its title"));
        }

        @Override
        public void tell(Phrase news) {
            told.add(news);
        }

        @Override
        public boolean isFinished(SysId change) {
            return finished.contains(change);
        }

        @Override
        public void looked(ChangeRequest change, Decision decision, Instant next) {
            throw new AssertionError("looks are for the keeper to act on");
        }

        @Override
        public void proceed(ChangeRequest change) {
            throw new AssertionError("only a keeper opens a gate");
        }

        @Override
        public void refuse(Phrase reason) {
            throw new AssertionError("only a keeper ends a gate");
        }
    }

    /** A deployment that has found that change. */
    Waiter linkedTo(ChangeRequest change) {
        Waiter waiter = new Waiter(null);
        waiter.record.link(change);
        return waiter;
    }

    static ChangeRequest change(char sysId, String number, ChangeState state) {
        return change(sysId, number, state, "standard", null);
    }

    static ChangeRequest change(char sysId, String number, ChangeState state, String type, Instant start) {
        return new ChangeRequest(
                id(sysId), number, TITLE, state.value(), "approved", false, "", true, start, null, type, "");
    }

    static SysId id(char digit) {
        return new SysId(String.valueOf(digit).repeat(32));
    }

    static String row(char sysId, String number, String title) {
        return row(sysId, number, title, -1, true, "");
    }

    static String row(char sysId, String number, String title, int state, boolean active, String closeNotes) {
        return """
                {"sys_id":{"value":"%s"},"number":{"value":"%s"},"short_description":{"value":"%s"},\
                "state":{"value":%d},"approval":{"value":"approved"},"on_hold":{"value":false},\
                "type":{"value":"normal"},"active":{"value":%s},"start_date":{"value":""},"end_date":{"value":""},"close_notes":{"value":"%s"}}""".formatted(id(sysId), number, title, state, active, closeNotes);
    }

    /** The same change with another type. */
    static String ofType(String type, String row) {
        return row.replace("\"normal\"", "\"" + type + "\"");
    }

    static String list(String... rows) {
        return "{\"result\":[" + String.join(",", rows) + "]}";
    }

    static String one(String row) {
        return "{\"result\":" + row + "}";
    }
}
