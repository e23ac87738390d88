package io.jenkins.plugins.servicenowgate.contract;

import static io.jenkins.plugins.servicenowgate.contract.Instance.CHANGES;
import static io.jenkins.plugins.servicenowgate.contract.Instance.value;

import io.jenkins.plugins.servicenowgate.contract.Instance.Answer;
import io.jenkins.plugins.servicenowgate.servicenow.EncodedQuery;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The facts that need writes, all to changes that the run itself creates. */
final class WriteChecks {
    private static final int TITLE_LENGTH = 160;
    private static final int TRIES = 10;
    private static final String UNKNOWN_FIELD = "u_servicenow_gate_contract";
    private static final String FILE = "contract-test.txt";
    private static final byte[] CONTENT =
            "A file of the contract test of the ServiceNow Gate plugin.\n".getBytes(StandardCharsets.UTF_8);

    private final Instance instance;
    private final FactTable facts;
    private final TestChanges changes;
    private final Options options;

    /**
     * What the person chose.
     *
     * @param template name of a template for a Standard change; null for none
     * @param item sys_id of a configuration item, for which a check for conflicts is started; null for none
     * @param pause waits between two looks at a check for conflicts
     */
    record Options(String template, String item, Runnable pause) {}

    WriteChecks(Instance instance, FactTable facts, TestChanges changes, Options options) {
        this.instance = instance;
        this.facts = facts;
        this.changes = changes;
        this.options = options;
    }

    void run() {
        Answer normal = create();
        if (normal.isSuccess()) {
            String id = value(normal.row(), "sys_id");
            String model = value(normal.row(), "chg_model");
            correlation(id);
            notes(id);
            approvals(id);
            attachments(id);
            conflicts(id);
            typeInBody();
            models(model);
            standard();
            skippedState(id);
            cancel();
        }
    }

    private boolean isAnswered(Fact fact, Answer answer) {
        return ReadChecks.isAnswered(facts, fact, answer);
    }

    private Answer create() {
        String title = changes.title(TITLE_LENGTH);
        Answer answer = changes.create(
                "normal",
                Map.of(
                        "short_description",
                        title,
                        "description",
                        "A test that creates changes, reads them and cancels them.",
                        UNKNOWN_FIELD,
                        "1"));
        if (!isAnswered(Fact.CREATE, answer)) {
            return answer;
        }
        JsonNode row = answer.row();
        facts.decide(Fact.CREATE, ReadChecks.isSameNumber(value(row, "state"), "-5"), "another state");
        facts.decide(Fact.CREATE_SHAPE, answer.result().isObject(), "an array");
        facts.decide(Fact.TYPE, value(row, "type").equals("normal"), "another type");
        facts.decide(Fact.MODEL, !value(row, "chg_model").isEmpty(), "without a model");
        int kept = value(row, "short_description").length();
        facts.decide(
                Fact.TITLE_LENGTH,
                value(row, "short_description").equals(title),
                kept == TITLE_LENGTH ? "another title" : kept + " characters");
        boolean listed = row.path("__meta")
                .path("ignoredFields")
                .valueStream()
                .anyMatch(name -> name.asString("").equals(UNKNOWN_FIELD));
        facts.decide(Fact.IGNORED_FIELDS, listed, row.has("__meta") ? "not listed" : "without __meta");
        return answer;
    }

    private void correlation(String id) {
        String expected = changes.correlationId(1);
        JsonNode row = instance.get(CHANGES + "/" + id).row();
        boolean first = value(row, "correlation_id").equals(expected);
        boolean second = value(row, "correlation_display").equals("contract");
        facts.decide(
                Fact.CORRELATION_ID,
                first && second,
                first ? "only correlation_id" : second ? "only correlation_display" : "no");
        Answer found = instance.get(
                CHANGES,
                Map.of(
                        "sysparm_query",
                        EncodedQuery.where("correlation_id", expected).toString()));
        if (isAnswered(Fact.CORRELATION_QUERY, found)) {
            List<JsonNode> rows = found.rows();
            facts.decide(
                    Fact.CORRELATION_QUERY,
                    rows.size() == 1 && value(rows.get(0), "sys_id").equals(id),
                    rows.isEmpty() ? "no row" : "other rows: the condition was dropped");
        }
    }

    private void notes(String id) {
        Answer answer = instance.send(
                "PATCH", CHANGES + "/" + id, Map.of("work_notes", "A note of the contract test of ServiceNow Gate."));
        if (!isAnswered(Fact.WORK_NOTES, answer)) {
            return;
        }
        JsonNode row = instance.get(CHANGES + "/" + id).row();
        boolean shown =
                row.path("work_notes").path("display_value").asString("").contains("A note of the contract test");
        if (value(row, "work_notes").isEmpty()) {
            facts.holds(Fact.WORK_NOTES, shown ? "yes; the journal is in display_value" : "yes; no journal");
        } else {
            facts.differs(Fact.WORK_NOTES, "the value has a text");
        }
    }

    private void approvals(String id) {
        Answer answer = instance.get(
                "api/now/table/sysapproval_approver",
                Map.of(
                        "sysparm_query",
                        EncodedQuery.whereIn("sysapproval", List.of(id)).toString(),
                        "sysparm_fields",
                        "sysapproval,state"));
        if (isAnswered(Fact.APPROVALS_OF_NEW, answer)) {
            boolean any = answer.result()
                    .valueStream()
                    .anyMatch(row -> value(row, "sysapproval").equals(id));
            facts.decide(Fact.APPROVALS_OF_NEW, !any, "it has some");
        }
    }

    private void attachments(String id) {
        Answer sent = instance.upload(
                "api/now/attachment/file",
                Map.of("table_name", "change_request", "table_sys_id", id, "file_name", FILE),
                CONTENT);
        if (!isAnswered(Fact.ATTACH, sent)) {
            facts.untested(Fact.ATTACH_HASH, sent.text());
            return;
        }
        facts.holds(Fact.ATTACH, sent.text());
        Answer listed = instance.get(
                "api/now/attachment",
                Map.of(
                        "sysparm_query",
                        EncodedQuery.where("table_name", "change_request")
                                .and("table_sys_id", id)
                                .and("file_name", FILE)
                                .toString()));
        List<JsonNode> rows = listed.rows().stream()
                .filter(row -> value(row, "table_sys_id").equals(id))
                .toList();
        if (rows.isEmpty()) {
            facts.untested(Fact.ATTACH_HASH, "the list does not show it");
        } else {
            String hash = value(rows.get(0), "hash");
            facts.decide(
                    Fact.ATTACH_HASH, hash.equalsIgnoreCase(sha256()), hash.isEmpty() ? "no hash" : "another hash");
        }
    }

    private static String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void conflicts(String id) {
        Answer offered = instance.get(CHANGES + "/" + id + "/conflict");
        if (!offered.isSuccess()) {
            // An instance that does not have the resource refuses everything there.
            for (Fact fact : List.of(Fact.CONFLICT_WITHOUT_ITEM, Fact.CONFLICT_STARTED, Fact.CONFLICT_RESULT)) {
                facts.untested(fact, "GET: " + offered.text());
            }
            return;
        }
        Answer bare = instance.send("POST", CHANGES + "/" + id + "/conflict", Map.of());
        if (bare.isRefusal() && bare.status() != 401 && bare.status() != 403) {
            facts.holds(Fact.CONFLICT_WITHOUT_ITEM, bare.text());
        } else if (bare.isSuccess()) {
            facts.differs(Fact.CONFLICT_WITHOUT_ITEM, "accepted");
        } else {
            facts.untested(Fact.CONFLICT_WITHOUT_ITEM, bare.text());
        }
        if (options.item() == null) {
            facts.untested(Fact.CONFLICT_STARTED, "not tested: needs --item");
            facts.untested(Fact.CONFLICT_RESULT, "not tested: needs --item");
            return;
        }
        LocalDate day = LocalDate.now(ZoneOffset.UTC).plusDays(1);
        instance.send(
                "PATCH",
                CHANGES + "/" + id,
                Map.of("cmdb_ci", options.item(), "start_date", day + " 20:00:00", "end_date", day + " 21:00:00"));
        Answer started = instance.send("POST", CHANGES + "/" + id + "/conflict", Map.of());
        if (!isAnswered(Fact.CONFLICT_STARTED, started)) {
            facts.untested(Fact.CONFLICT_RESULT, started.text());
            return;
        }
        facts.holds(Fact.CONFLICT_STARTED, started.text());
        for (int i = 0; i < TRIES; i++) {
            JsonNode result = instance.get(CHANGES + "/" + id + "/conflict").row();
            String status = value(result, "status");
            if (Set.of("Conflict", "No Conflict").contains(status)) {
                facts.holds(
                        Fact.CONFLICT_RESULT,
                        status + (result.path("conflicts").isEmpty() ? " with an empty list" : " with a list"));
                return;
            }
            options.pause().run();
        }
        facts.untested(Fact.CONFLICT_RESULT, "no status after " + TRIES + " tries");
    }

    private void typeInBody() {
        Answer answer = changes.create("normal", Map.of("type", "emergency"));
        if (isAnswered(Fact.TYPE_IN_BODY, answer)) {
            String type = value(answer.row(), "type");
            facts.decide(
                    Fact.TYPE_IN_BODY,
                    type.equals("emergency"),
                    type.equals("normal") ? "no: the change is normal" : "no: another type");
        }
    }

    /** With any model other than the one that a change gets by itself. */
    private void models(String ownModel) {
        Answer list = instance.get(CHANGES + "/model");
        String other = list.rows().stream()
                .map(row -> value(row, "sys_id"))
                .filter(id -> SysId.isValid(id) && !id.equals(ownModel))
                .findFirst()
                .orElse("");
        if (other.isEmpty()) {
            String why = list.isSuccess() ? "no other model is readable" : "models: " + list.text();
            facts.untested(Fact.MODEL_IN_BODY, why);
            facts.untested(Fact.CREATE_BY_MODEL, why);
            return;
        }
        Answer inBody = changes.create("normal", Map.of("chg_model", other));
        if (isAnswered(Fact.MODEL_IN_BODY, inBody)) {
            facts.decide(
                    Fact.MODEL_IN_BODY,
                    value(inBody.row(), "chg_model").equals(other),
                    "no: the change has another model or none");
        }
        Answer byModel = changes.create("", Map.of("chg_model", other));
        if (isAnswered(Fact.CREATE_BY_MODEL, byModel)) {
            facts.decide(
                    Fact.CREATE_BY_MODEL,
                    value(byModel.row(), "chg_model").equals(other),
                    "the change has another model or none");
        }
    }

    private void standard() {
        if (options.template() == null) {
            facts.untested(Fact.STANDARD, "not tested: needs --template");
            return;
        }
        String id = template();
        if (id.isEmpty()) {
            facts.untested(Fact.STANDARD, "not exactly one active template has this name");
            return;
        }
        String title = changes.title(120);
        String correlationId = changes.correlationId(changes.count() + 1);
        Answer answer = changes.create("standard/" + id, Map.of());
        if (isAnswered(Fact.STANDARD, answer)) {
            JsonNode row = answer.row();
            boolean first = value(row, "short_description").equals(title);
            boolean second = value(row, "correlation_id").equals(correlationId);
            facts.decide(
                    Fact.STANDARD,
                    first && second,
                    first ? "only short_description" : second ? "only correlation_id" : "neither");
        }
    }

    private String template() {
        List<String> ids =
                instance.get(CHANGES + "/standard/template", Map.of("sysparm_query", "active=true")).rows().stream()
                        .filter(row -> value(row, "sys_name").equals(options.template())
                                || value(row, "name").equals(options.template()))
                        .map(row -> value(row, "sys_id"))
                        .filter(SysId::isValid)
                        .toList();
        return ids.size() == 1 ? ids.get(0) : "";
    }

    private void skippedState(String id) {
        Answer answer = instance.send("PATCH", CHANGES + "/" + id, Map.of("state", "3"));
        if (answer.status() != 0 && answer.isOwnError()) {
            facts.holds(Fact.STATE_SKIPPED, answer.text());
        } else if (answer.isSuccess()) {
            String state = value(instance.get(CHANGES + "/" + id).row(), "state");
            facts.differs(
                    Fact.STATE_SKIPPED,
                    ReadChecks.isSameNumber(state, "-5") ? "accepted, and the state is as it was" : "accepted");
        } else {
            facts.untested(Fact.STATE_SKIPPED, answer.text());
        }
    }

    /** A change of its own, because what was done to the first one may have moved it. */
    private void cancel() {
        Answer fresh = changes.create("normal", Map.of());
        if (!isAnswered(Fact.CANCEL, fresh)) {
            return;
        }
        String id = value(fresh.row(), "sys_id");
        Answer answer = instance.send(
                "PATCH",
                CHANGES + "/" + id,
                Map.of("state", "4", "reason", "Contract test of the ServiceNow Gate plugin"));
        if (isAnswered(Fact.CANCEL, answer)) {
            JsonNode row = instance.get(CHANGES + "/" + id).row();
            facts.decide(
                    Fact.CANCEL,
                    ReadChecks.isSameNumber(value(row, "state"), "4")
                            && value(row, "active").equals("false"),
                    "accepted, and the change is not canceled");
        }
    }
}
