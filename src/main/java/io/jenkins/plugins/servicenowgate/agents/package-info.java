/**
 * Reserved agents: reservations, the owners of queue items, admission to agents, and the handling of runs that wait
 * without a gate. Called under the lock of the queue, so it uses only data in memory. {@code audit},
 * {@code control}, {@code pipeline}, {@code freestyle} and {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.agents;
