/**
 * Speaks ServiceNow: sign-in, encoded queries, change records, kinds of failure. What is here knows HTTP and the Change
 * Management API, and neither Jenkins nor when a deployment may go; nothing of {@code jenkins.*}, {@code hudson.*} or
 * the gate room may be imported.
 */
package io.jenkins.plugins.servicenowgate.servicenow;
