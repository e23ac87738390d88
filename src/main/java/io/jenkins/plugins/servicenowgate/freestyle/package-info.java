/**
 * Jobs that are not pipelines: the build step, which waits on its executor, and the queue, where a build waits without
 * one. {@code pipeline} and {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.freestyle;
