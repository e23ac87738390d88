package io.jenkins.plugins.servicenowgate.simulator;

/** What a query can be asked of: a change or a template row. */
interface Row {
    /** The stored text of a column; "" when nothing is stored. */
    String get(String field);

    /** Its place in the table: rows come back in the order in which they were inserted. */
    long sequence();
}
