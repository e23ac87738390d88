/**
 * What people see beside builds and forms: who waits, how the connections are doing, what is wrong. Reads, never acts.
 * {@code pipeline} and {@code freestyle} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.pages;
