/**
 * The audit: one entry for each deployment that was decided, in files of its own, independent of the builds. Listens to
 * {@code deployment}; of the plugin's packages only that and those that it uses may be imported.
 */
package io.jenkins.plugins.servicenowgate.audit;
