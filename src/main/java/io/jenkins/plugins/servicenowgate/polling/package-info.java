/**
 * Finds or creates the changes of the deployments that wait on one connection and polls them in batches, at intervals
 * that respect the instance's rate limits. Decisions are those of {@code rules}. Only {@code servicenow},
 * {@code evidence} and {@code rules} of the plugin's packages, and nothing of {@code jenkins.*} or {@code hudson.*}, may
 * be imported.
 */
package io.jenkins.plugins.servicenowgate.polling;
