/**
 * Pages and administrative monitors for waiting deployments, audit, connections, the check of the set-up and diagnostics. Read only.
 * {@code pipeline}, {@code freestyle} and {@code agents} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.pages;
