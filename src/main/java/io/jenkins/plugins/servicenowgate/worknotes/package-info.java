/**
 * Writes work notes into changes and moves them through their life cycle after the deployment, with retries. Only
 * {@code servicenow}, {@code evidence}, {@code rules} and {@code polling} of the plugin's packages, and nothing of
 * {@code jenkins.*} or {@code hudson.*}, may be imported.
 */
package io.jenkins.plugins.servicenowgate.worknotes;
