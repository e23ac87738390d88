/**
 * What an administrator configures for the whole controller: connections, environments, switches. Thin: it keeps and
 * checks settings, and turns a connection into a client. No decision about a deployment belongs here. Of the plugin only
 * {@code servicenow} and {@code gate} may be imported.
 */
package io.jenkins.plugins.servicenowgate.config;
