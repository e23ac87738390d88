/**
 * Checks the set-up for administrators: what works, what is missing and what is risky, one class for each kind of check.
 * {@code pages} show the result. {@code audit}, {@code pipeline}, {@code freestyle} and {@code agents} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.setup;
