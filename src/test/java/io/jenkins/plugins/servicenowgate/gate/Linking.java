package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.simulator.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A linker by itself, with an instance that gives the answers of the test: no thread, no timer, no network. */
abstract class Linking {
    static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");
    static final String TITLE = "Jenkins: Deploy shop";
    static final String NONE = "{\"result\":[]}";
    static final String ASKED = "GET active=true^short_description=" + TITLE;
    static final String CREATION = "{\"description\":\"d\",\"short_description\":\"" + TITLE + "\"}";
    static final Pace PACE = Pace.of(Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(5));

    final SettableClock clock = new SettableClock(NOW);
    final ScriptedAnswers instance = new ScriptedAnswers().json(ScriptedAnswers.TOKEN);
    final ServiceNowClient client = instance.client(new SignIn("client", "secret", "user", "pass"), clock);
    ChangeLinker linker = new ChangeLinker(clock);
    NewChange newChange = new NewChange.Normal();
    final Set<SysId> finished = new HashSet<>();

    /** A deployment without a change yet, which writes down what it hears and what its record was when it was saved. */
    final class Unlinked implements GateListener {
        final GateRecord record = new GateRecord();
        final List<Phrase> told = new ArrayList<>();
        final List<String> saved = new ArrayList<>();
        final Gate gate;

        Unlinked(String number) {
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
            throw new AssertionError("nobody looks while the change is not known");
        }

        @Override
        public void proceed(ChangeRequest change) {
            throw new AssertionError("a linker opens no gate");
        }

        @Override
        public void refuse(Phrase reason) {
            throw new AssertionError("a linker ends no gate");
        }

        ChangeLinker.Outcome link() throws ServiceNowException, IOException {
            return linker.link(gate, client, PACE);
        }

        void isLinked(Reason how, char sysId, String number) throws ServiceNowException, IOException {
            ChangeLinker.Outcome outcome = link();
            assertThat(outcome).isInstanceOf(ChangeLinker.Outcome.Linked.class);
            ChangeLinker.Outcome.Linked linked = (ChangeLinker.Outcome.Linked) outcome;
            assertThat(linked.news()).isEqualTo(Phrase.of(how, number, TITLE, newChange.label()));
            assertThat(linked.change().number()).isEqualTo(number);
            assertThat(record.sysId())
                    .isEqualTo(id(sysId))
                    .isEqualTo(linked.change().sysId());
            assertThat(saved).last().isEqualTo(number + ", " + record.creationsSent() + " sent, the last null");
        }

        void isRefused(Reason reason, String... arguments) throws ServiceNowException, IOException {
            assertThat(link()).isEqualTo(new ChangeLinker.Outcome.Refused(Phrase.of(reason, arguments)));
            assertThat(record.isLinked()).isFalse();
        }

        void isUnsettled() throws ServiceNowException, IOException {
            assertThat(link())
                    .isEqualTo(new ChangeLinker.Outcome.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, TITLE)));
            assertThat(record.isLinked()).isFalse();
        }

        ServiceNowException fails() {
            ServiceNowException failure = catchThrowableOfType(ServiceNowException.class, this::link);
            assertThat(failure).isNotNull();
            assertThat(record.isLinked()).isFalse();
            return failure;
        }
    }

    Unlinked byTitle() {
        return new Unlinked(null);
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
                "active":{"value":%s},"start_date":{"value":""},"end_date":{"value":""},"close_notes":{"value":"%s"}}""".formatted(id(sysId), number, title, state, active, closeNotes);
    }

    static String list(String... rows) {
        return "{\"result\":[" + String.join(",", rows) + "]}";
    }

    static String one(String row) {
        return "{\"result\":" + row + "}";
    }
}
