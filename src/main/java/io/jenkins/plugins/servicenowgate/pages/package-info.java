/**
 * Pages and administrative monitors for waiting deployments, audit, connections and diagnostics. Read only.
 * {@code pipeline} and {@code freestyle} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.pages;
