/**
 * What approvers are told about a deployment: the stored form, its texts for the columns of a change and its JSON form.
 * Only {@code servicenow} of the plugin's packages, and nothing of {@code jenkins.*} or {@code hudson.*}, may be imported.
 */
package io.jenkins.plugins.servicenowgate.evidence;
