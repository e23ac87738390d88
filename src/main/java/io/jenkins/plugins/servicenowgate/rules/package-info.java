/**
 * Decides from a change and the time whether a deployment may be released, and which change belongs to it: pure
 * functions. Only {@code servicenow} of the plugin's packages, and nothing of {@code jenkins.*} or {@code hudson.*}, may
 * be imported.
 */
package io.jenkins.plugins.servicenowgate.rules;
