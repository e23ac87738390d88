/**
 * The mark "change controlled" on jobs and folders, and what it means for a deployment of a job to an environment. Reads
 * settings and rules on them; it neither talks to ServiceNow nor to builds. Of the plugin only {@code config} and what
 * that uses may be imported.
 */
package io.jenkins.plugins.servicenowgate.control;
