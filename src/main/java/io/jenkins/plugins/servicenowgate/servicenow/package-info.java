/**
 * The ServiceNow client: sign-in, encoded queries, change records and kinds of failure. Knows HTTP and the Change
 * Management API, but neither Jenkins nor the release rules; no package of Jenkins and no other package of the plugin
 * may be imported.
 */
package io.jenkins.plugins.servicenowgate.servicenow;
