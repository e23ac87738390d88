package io.jenkins.plugins.servicenowgate.simulator;

/** What a request asks for: faults are switched and requests are counted per endpoint. */
public enum Endpoint {
    /** {@code POST /oauth_token.do}. */
    TOKEN,
    /** {@code GET /change}, also for one type ({@code GET /change/normal} …). */
    LIST,
    /** {@code GET /change/{sys_id}}. */
    READ,
    /** {@code POST /change/normal}. */
    CREATE_NORMAL,
    /** {@code POST /change/standard/{template row sys_id}}. */
    CREATE_STANDARD,
    /** {@code POST /change/emergency}. */
    CREATE_EMERGENCY,
    /** {@code POST /change}, with the model in the body. */
    CREATE_OF_MODEL,
    /** {@code GET /change/model}. */
    MODELS,
    /** {@code POST /change/{sys_id}/conflict}. */
    CHECK_CONFLICTS,
    /** {@code GET /change/{sys_id}/conflict}. */
    CONFLICTS,
    /** {@code PATCH /change/{sys_id}}. */
    UPDATE,
    /** {@code GET /change/standard/template}. */
    TEMPLATES,
    /** {@code GET /change/{sys_id}/nextstates}. */
    NEXT_STATES,
    /** {@code POST /api/now/attachment/file}. */
    ATTACH,
    /** {@code GET /api/now/attachment}. */
    ATTACHMENTS,
    /** {@code GET /api/now/table/{table}}. */
    TABLE,
    /** {@code GET /change/{sys_id}/task}. */
    TASKS,
    /** {@code PATCH /change/{sys_id}/task/{sys_id of the task}}. */
    UPDATE_TASK,
    /** Any other path, for example a login page behind a redirect. A client that behaves is never seen here. */
    OTHER
}
