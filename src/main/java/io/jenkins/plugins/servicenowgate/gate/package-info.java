/**
 * Decides: which change belongs to a deployment, whether it may go, when to look again, what to tell. Decisions are pure
 * functions of what was seen and the time; {@link io.jenkins.plugins.servicenowgate.gate.GateKeeper} carries them out for
 * all waiting deployments of a connection. Nothing of {@code jenkins.*} or {@code hudson.*} may be imported.
 */
package io.jenkins.plugins.servicenowgate.gate;
