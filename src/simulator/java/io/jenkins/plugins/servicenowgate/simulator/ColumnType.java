package io.jenkins.plugins.servicenowgate.simulator;

/** The kinds of columns that differ in how they are stored, compared or written as JSON. */
enum ColumnType {
    TEXT,
    /** A number whose meaning is a label, for example {@code state} or {@code risk}. */
    NUMBER,
    /** A text whose meaning is a label, for example {@code type}. */
    CHOICE,
    BOOLEAN,
    /** Stored as UTC {@code yyyy-MM-dd HH:mm:ss}. */
    DATE_TIME,
    /** Stored as the name of the other record; the value that goes out is its sys_id. */
    REFERENCE,
    /** Write-only: entries are appended, the value always comes back empty. */
    JOURNAL
}
