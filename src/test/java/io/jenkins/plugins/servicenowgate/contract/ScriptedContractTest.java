package io.jenkins.plugins.servicenowgate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.contract.FactTable.Observation;
import io.jenkins.plugins.servicenowgate.contract.FactTable.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Facts about models and conflicts, with an instance that answers exactly as the documentation shows it. */
class ScriptedContractTest {
    private static final String OWN = "0f4ac6c4b750230096c3e4f6ee11a9fe";
    private static final String MODEL = "1f4ac6c4b750230096c3e4f6ee11a9fe";
    private static final String OTHER_MODEL = "2f4ac6c4b750230096c3e4f6ee11a9fe";
    private static final String ITEM = "3f4ac6c4b750230096c3e4f6ee11a9fe";
    private static final String CHANGE = "POST " + Instance.CHANGES + "/";
    private static final String CONFLICT = Instance.CHANGES + "/" + OWN + "/conflict";

    private final ScriptedInstance instance = new ScriptedInstance();
    private final FactTable facts = new FactTable();

    /** Answers by method and path; anything else is unknown to it. */
    private static final class ScriptedInstance implements Instance {
        private final Map<String, Answer> answers = new HashMap<>();
        private final List<String> sent = new ArrayList<>();

        void on(String request, int status, String json) {
            answers.put(request, new Answer(status, new JsonMapper().readTree(json), true));
        }

        private Answer answer(String request, Map<String, String> fields) {
            sent.add(request + " " + fields);
            return answers.getOrDefault(
                    request,
                    new Answer(404, new JsonMapper().readTree("{\"error\":{\"message\":\"No Record found\"}}"), true));
        }

        @Override
        public Answer get(String path, Map<String, String> query) {
            return answer("GET " + path, query);
        }

        @Override
        public Answer send(String method, String path, Map<String, String> fields) {
            return answer(method + " " + path, fields);
        }

        @Override
        public Answer upload(String path, Map<String, String> query, byte[] content) {
            return answer("POST " + path, query);
        }

        @Override
        public List<Token> signIn() {
            return List.of();
        }
    }

    private static String change(String model) {
        return """
            {"result":{"sys_id":{"value":"%s"},"state":{"value":-5.0},"type":{"value":"normal"},"active":{"value":false},
             "chg_model":{"value":"%s"},"short_description":{"value":"x"},"__meta":{"ignoredFields":[]}}}""".formatted(OWN, model);
    }

    private void write(String item) {
        instance.on(CHANGE + "normal", 200, change(MODEL));
        TestChanges changes = new TestChanges(instance, "run");
        new WriteChecks(instance, facts, changes, new WriteChecks.Options(null, item, () -> {})).run();
    }

    private void read() {
        instance.on("GET " + Instance.CHANGES, 200, """
            {"result":[{"sys_id":{"value":"%s"},"state":{"value":-1.0},"conflict_status":{"value":"Not Run"}}]}""".formatted(OWN));
        new ReadChecks(instance, facts).run();
    }

    private void assertFact(Fact fact, Verdict verdict, String observed) {
        assertThat(facts.get(fact)).as("%s", fact).isEqualTo(new Observation(verdict, observed));
    }

    private void offersModels() {
        instance.on(
                "GET " + Instance.CHANGES + "/model",
                200,
                "{\"result\":[{\"sys_id\":{\"value\":\"%s\"}},{\"sys_id\":{\"value\":\"%s\"}}]}"
                        .formatted(MODEL, OTHER_MODEL));
    }

    @Test
    void aModelInTheBodyMayBeIgnored() {
        offersModels();
        instance.on(CHANGE, 200, change(OTHER_MODEL));

        write(null);

        assertFact(Fact.MODEL, Verdict.HOLDS, "yes");
        assertFact(Fact.MODEL_IN_BODY, Verdict.DIFFERS, "no: the change has another model or none");
        assertFact(Fact.CREATE_BY_MODEL, Verdict.HOLDS, "yes");
        assertThat(instance.sent)
                .anyMatch(sent -> sent.startsWith(CHANGE + "normal {chg_model=" + OTHER_MODEL))
                .anyMatch(sent -> sent.startsWith(CHANGE + " {chg_model=" + OTHER_MODEL));
    }

    @Test
    void anInstanceWithoutModels() {
        write(null);
        read();

        assertFact(Fact.MODELS, Verdict.DIFFERS, "HTTP 404, JSON error");
        assertFact(Fact.MODEL_IN_BODY, Verdict.UNTESTED, "models: HTTP 404, JSON error");
        assertFact(Fact.CREATE_BY_MODEL, Verdict.UNTESTED, "models: HTTP 404, JSON error");
    }

    @Test
    void anInstanceWithoutConflictDetectionProvesNothing() {
        instance.on("POST " + CONFLICT, 400, "{\"error\":{\"message\":\"No such resource\"}}");

        write(ITEM);

        assertFact(Fact.CONFLICT_WITHOUT_ITEM, Verdict.UNTESTED, "GET: HTTP 404, JSON error");
        assertFact(Fact.CONFLICT_STARTED, Verdict.UNTESTED, "GET: HTTP 404, JSON error");
        assertThat(instance.sent).noneMatch(sent -> sent.startsWith("POST " + CONFLICT));
    }

    @Test
    void aCheckForConflictsIsStartedOnlyWithAnItem() {
        instance.on("GET " + CONFLICT, 200, "{\"result\":{\"status\":\"Not Run\",\"conflicts\":[]}}");
        instance.on("POST " + CONFLICT, 400, "{\"error\":{\"message\":\"No configuration item\"}}");

        write(null);

        assertFact(Fact.CONFLICT_WITHOUT_ITEM, Verdict.HOLDS, "HTTP 400, JSON error");
        assertFact(Fact.CONFLICT_STARTED, Verdict.UNTESTED, "not tested: needs --item");
    }

    @Test
    void aStartedCheckIsReadUntilItHasAStatus() {
        instance.on("POST " + CONFLICT, 200, "{\"result\":\"" + OWN + "\"}");
        instance.on("GET " + CONFLICT, 200, "{\"result\":{\"status\":\"Conflict\",\"conflicts\":[]}}");

        write(ITEM);

        assertFact(Fact.CONFLICT_WITHOUT_ITEM, Verdict.DIFFERS, "accepted");
        assertFact(Fact.CONFLICT_STARTED, Verdict.HOLDS, "HTTP 200");
        assertFact(Fact.CONFLICT_RESULT, Verdict.HOLDS, "Conflict with an empty list");
        assertThat(instance.sent)
                .anyMatch(sent -> sent.startsWith("PATCH " + Instance.CHANGES + "/" + OWN)
                        && sent.contains("cmdb_ci=" + ITEM)
                        && sent.contains("start_date="));
    }

    @Test
    void aCheckThatNeverEndsIsGivenUp() {
        instance.on("POST " + CONFLICT, 200, "{\"result\":\"" + OWN + "\"}");
        instance.on("GET " + CONFLICT, 200, "{\"result\":{\"status\":\"Not Run\",\"conflicts\":[]}}");

        write(ITEM);

        assertFact(Fact.CONFLICT_RESULT, Verdict.UNTESTED, "no status after 10 tries");
    }

    @Test
    void theStatusOfConflictsIsRead() {
        instance.on("GET " + CONFLICT, 200, "{\"result\":{\"status\":\"Conflict\",\"conflicts\":[]}}");

        read();

        assertFact(Fact.CONFLICT_READ, Verdict.HOLDS, "yes");
        assertFact(Fact.CONFLICT_EMPTY, Verdict.HOLDS, "yes");
        assertFact(Fact.CONFLICT_STATUS, Verdict.HOLDS, "yes");
        assertThat(facts.get(Fact.COLUMNS).text()).startsWith("without conflict_last_run, ");
    }
}
