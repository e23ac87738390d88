/**
 * The plugin's permissions. Their class name is part of their ids, so the class must not be moved: stored authorization
 * strategies refer to it. Of the plugin only {@code Messages} may be imported.
 */
package io.jenkins.plugins.servicenowgate.control;
