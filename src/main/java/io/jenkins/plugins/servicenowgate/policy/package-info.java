/**
 * Change control of jobs and folders: reads the settings, and decides whether a deployment of a job to an environment
 * needs an approved change. Does not communicate with ServiceNow or builds. Of the plugin's packages only
 * {@code config}, {@code control} and their dependencies may be imported.
 */
package io.jenkins.plugins.servicenowgate.policy;
