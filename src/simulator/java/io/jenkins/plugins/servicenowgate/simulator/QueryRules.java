package io.jenkins.plugins.servicenowgate.simulator;

/**
 * How an instance compares.
 *
 * @param ignoreCase also ignores trailing blanks, as databases with such a collation do
 * @param scriptsMatchEverything what a value that starts with {@code javascript:} comes to once it is evaluated
 */
record QueryRules(boolean ignoreCase, boolean scriptsMatchEverything) {}
