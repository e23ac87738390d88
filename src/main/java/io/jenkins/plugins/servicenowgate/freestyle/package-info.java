/**
 * Gates for jobs that are not pipelines: the build step, which waits on its executor, and the queue, where builds wait
 * without an executor. {@code pipeline} and {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.freestyle;
