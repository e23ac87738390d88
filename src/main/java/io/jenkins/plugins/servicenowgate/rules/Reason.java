package io.jenkins.plugins.servicenowgate.rules;

/**
 * The messages of a gate; the texts are in {@code Reason.properties}. The numbers in the comments are the indexes of a
 * message's arguments.
 */
public enum Reason {
    /** What happened: 0 number, 1 title, 2 kind of change. */
    LINKED_BY_NUMBER,
    LINKED_BY_TITLE,
    CREATED,
    /** 0 names of fields. */
    FIELDS_IGNORED,
    /** 0 number, 1 title as stored, 2 title as sent. */
    TITLE_SET_AGAIN,
    /** 0 number, 1 state. */
    MOVED,
    /** 0 number, 1 state it was to have, 2 state it has. */
    MOVE_NOT_TAKEN,
    /** 0 number, 1 state it was to have, 2 message of ServiceNow. */
    MOVE_REJECTED,
    /** 0 number, 1 type. */
    NOT_MOVED_TYPE,
    /** 0 number. */
    NOT_MOVED_NUMBER,
    /** 0 number, 1 state. */
    RELEASED,
    /** 0 trouble. */
    TROUBLE_BEGAN,
    TROUBLE_ENDED,
    /** 0 the error. */
    INTERNAL_ERROR,
    /** 0 minutes by which the instance's clock is ahead; negative where it is behind. */
    CLOCK_DIFFERS,
    /** 0 title. */
    CREATION_UNCERTAIN,
    /** 0 number. */
    ABSENT,

    /** Why a gate waits: 0 number, 1 state, 2 approval. */
    WAITS_FOR_IMPLEMENT,
    /** 0 number, 1 reason of the hold. */
    WAITS_ON_HOLD,
    WAITS_ON_HOLD_UNEXPLAINED,
    /** 0 number, 1 planned start. */
    WAITS_FOR_START,
    WAITS_FOR_START_SCHEDULED,
    /** A trouble: 0 number that was linked, 1 number that its row has now. */
    OTHER_NUMBER,

    /** Why a gate refuses: 0 number, 1 state. */
    REFUSED_FINISHED,
    /** 0 number, 1 state's value. */
    REFUSED_UNKNOWN_STATE,
    /** 0 number. */
    REFUSED_REJECTED,
    REFUSED_INACTIVE,
    /** 0 number, 1 planned end. */
    REFUSED_WINDOW_PASSED,
    /** 0 number. */
    REFUSED_VANISHED,
    /** 0 number as entered. */
    NUMBER_NOT_FOUND,
    NUMBER_MALFORMED,
    /** 0 number, 1 trouble. */
    NUMBER_UNPROVEN,
    /** 0 title, 1 numbers. */
    SEVERAL_CHANGES,
    /** 0 number, 1 type it has, 2 type that was asked for. */
    CREATED_OTHER_TYPE,
    /** 0 number, 1 what it has, 2 what it should have. */
    FOUND_OTHER_TITLE,
    FOUND_OTHER_TYPE,
    FOUND_OTHER_TEMPLATE,
    /** 0 number, 1 title as stored, 2 title as sent. */
    TITLE_NOT_KEPT,
    /** 0 number, 1 title as stored, 2 title as sent, 3 what ServiceNow said. */
    TITLE_REFUSED,
    /** 0 name, 1 rows. */
    TEMPLATE_NOT_UNIQUE,
    /** 0 name, 1 names that there are. */
    TEMPLATE_NOT_FOUND,
    /** 0 name. */
    TEMPLATE_NONE_AT_ALL,
    /** 0 number, 1 state it was to have, 2 state it has. */
    REFUSED_NOT_MOVED,
    /** 0 number, 1 state it was to have, 2 what ServiceNow said. */
    REFUSED_MOVE,
    /** 0 title, 1 how often. */
    CREATION_UNPROVEN,
    /** 0 trouble. */
    SERVICENOW_REFUSED,
    /** 0 the failure. */
    BROKEN,

    /** What can't be written back: 0 number, 1 the act, 2 why. */
    BOOK_RETRIED,
    BOOK_GIVEN_UP,
    /** The acts. */
    ACT_NOTE,
    ACT_REVIEW,
    ACT_CLOSE,
    /** 0 number, 1 state it has. */
    BOOK_WRONG_STATE,
    /** 0 field. */
    BOOK_IGNORED,
    BOOK_ABSENT,

    /** Names that can't be used: 0 which, 1 the name. */
    NAME_EMPTY,
    NAME_INVISIBLE,
    NAME_IMITATES,
    NAME_MACRO,
    NAME_NULL,
    /** 0 length, 1 most, 2 title. */
    TITLE_TOO_LONG,
    /** Columns that can't be set: 0 name. */
    FIELD_RESERVED,
    FIELD_NAME
}
