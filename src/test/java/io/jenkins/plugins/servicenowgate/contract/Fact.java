package io.jenkins.plugins.servicenowgate.contract;

import static io.jenkins.plugins.servicenowgate.contract.Fact.Mark.DOC;
import static io.jenkins.plugins.servicenowgate.contract.Fact.Mark.OPEN;
import static io.jenkins.plugins.servicenowgate.contract.Fact.Mark.SEEN;

/**
 * What the plugin assumes of ServiceNow, or would like to know of it: one line of the table. A new fact needs an entry here
 * and the check that records it.
 */
enum Fact {
    TOKEN(SEEN, "The sign-in issues a token with expires_in"),
    SAME_TOKEN(SEEN, "A second sign-in within the lifetime returns the same token"),
    TOKEN_FORM(DOC, "Access tokens may be opaque or signed (JWT)"),
    TOKEN_SCOPE(OPEN, "The response of the sign-in names a scope"),
    LIST_META(SEEN, "A list of changes ends with an element __meta"),
    DATE_HEADER(SEEN, "Responses have the header Date"),
    LIST_LIMIT(OPEN, "sysparm_limit has an effect on GET /change"),
    UNKNOWN_COLUMN(SEEN, "A condition on an unknown column is dropped from the query, and listed as ignored"),
    CASE(OPEN, "The comparison of short_description ignores case"),
    COLUMNS(DOC, "Rows carry conflict_status, risk, chg_model and the other columns of the card"),
    STATE_FORM(SEEN, "The value of state is a number or its text"),
    DATE_FORM(SEEN, "The value of a date is yyyy-MM-dd HH:mm:ss, or empty"),
    CONFLICT_STATUS(DOC, "The value of conflict_status is Conflict, No Conflict or Not Run"),
    SINGLE(SEEN, "GET /change/{sys_id} answers with an object"),
    NO_RECORD(SEEN, "An unknown sys_id is answered with 404 and a JSON error"),
    TEMPLATES(SEEN, "Rows of GET /change/standard/template have sys_id and a name"),
    MODELS(DOC, "GET /change/model lists change models"),
    NEXT_STATES(DOC, "GET /change/{sys_id}/nextstates names the current state among available_states"),
    TRANSITIONS(DOC, "nextstates has state_transitions with to_state, transition_available and conditions"),
    CONFLICT_READ(DOC, "GET /change/{sys_id}/conflict answers with status and conflicts"),
    CONFLICT_EMPTY(DOC, "The status may be Conflict with an empty list of conflicts"),
    TASKS(DOC, "GET /change/{sys_id}/task answers with a list"),
    APPROVALS(OPEN, "The user may read rows of sysapproval_approver with the columns of the approver"),
    ATTACHMENTS(DOC, "GET /api/now/attachment lists the attachments of a change"),
    OWN_USER(OPEN, "sys_id=javascript:gs.getUserID() finds the own row of sys_user, and no other"),
    IDENTITY(OPEN, "The user may read identity_type or web_service_access_only of itself"),
    OWN_ROLES(OPEN, "The user may read its roles in sys_user_has_role"),
    ITEMS(OPEN, "The user may read cmdb_ci with the Table API"),

    CREATE(SEEN, "POST /change/normal creates a change in state New"),
    CREATE_SHAPE(SEEN, "The response of a creation has an object as result"),
    TYPE(SEEN, "POST /change/normal creates a change of type normal"),
    MODEL(DOC, "POST /change/normal creates a change with a model"),
    TITLE_LENGTH(OPEN, "A title of 160 characters is stored whole"),
    IGNORED_FIELDS(SEEN, "Unknown fields of a creation are listed in __meta.ignoredFields"),
    CORRELATION_ID(OPEN, "correlation_id and correlation_display of a creation are stored"),
    CORRELATION_QUERY(OPEN, "A change is found by its correlation_id"),
    TYPE_IN_BODY(OPEN, "type in the body of POST /change/normal is honoured"),
    MODEL_IN_BODY(OPEN, "chg_model in the body of POST /change/normal is honoured"),
    CREATE_BY_MODEL(DOC, "POST /change with chg_model creates a change of that model"),
    STANDARD(OPEN, "POST /change/standard/{template} keeps short_description and correlation_id of the body"),
    WORK_NOTES(SEEN, "work_notes can be written, and their value comes back empty"),
    APPROVALS_OF_NEW(DOC, "A change in New has no approvals"),
    ATTACH(DOC, "POST /api/now/attachment/file attaches a raw body"),
    ATTACH_HASH(OPEN, "The list of attachments has the SHA-256 of the file in hash"),
    STATE_SKIPPED(OPEN, "A transition that skips states is refused with a JSON error"),
    CONFLICT_WITHOUT_ITEM(DOC, "POST /change/{sys_id}/conflict without a configuration item and dates is refused"),
    CONFLICT_STARTED(DOC, "POST /change/{sys_id}/conflict starts a check"),
    CONFLICT_RESULT(DOC, "The started check ends with a status"),
    CANCEL(SEEN, "state 4 with reason cancels a change in New, and active becomes false");

    /** How sure a statement is before the run. */
    enum Mark {
        SEEN("[seen before]"),
        DOC("[doc]"),
        OPEN("[?]");

        private final String text;

        Mark(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Mark mark;
    private final String statement;

    Fact(Mark mark, String statement) {
        this.mark = mark;
        this.statement = statement;
    }

    Mark mark() {
        return mark;
    }

    String statement() {
        return statement;
    }

    /** Whether only {@code --write} can tell. */
    boolean needsWrite() {
        return compareTo(CREATE) >= 0;
    }
}
