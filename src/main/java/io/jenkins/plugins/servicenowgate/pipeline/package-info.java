/**
 * The Pipeline steps. Both use the same asynchronous execution, which occupies no thread while it waits.
 * {@code freestyle} and {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.pipeline;
