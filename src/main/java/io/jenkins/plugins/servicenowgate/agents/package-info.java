/**
 * Keeps agents that environments reserve for runs with an open gate: what is reserved, whose work an item of the queue
 * is, who is let on, and what becomes of runs that wait without a gate. Asked under the queue's lock: answers from memory.
 * {@code pipeline}, {@code freestyle} and {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.agents;
