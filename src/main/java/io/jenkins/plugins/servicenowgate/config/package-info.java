/**
 * The global configuration: connections, environments and switches. Stores and validates settings, and creates the
 * client of a connection; decides nothing about deployments. Of the plugin's packages only those that know
 * nothing of Jenkins may be imported.
 */
package io.jenkins.plugins.servicenowgate.config;
