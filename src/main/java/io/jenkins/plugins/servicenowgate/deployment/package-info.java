/**
 * One deployment of a build: what is stored of it, what the build shows of it, and what runs for it on each connection.
 * Pipeline steps, build steps and the queue request deployments here; their packages, {@code audit}, {@code agents} and
 * {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.deployment;
