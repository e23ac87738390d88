/**
 * Jobs that are not pipelines: the build step, which waits on its executor, and the queue, where a build waits without
 * one.
 */
package io.jenkins.plugins.servicenowgate.freestyle;
