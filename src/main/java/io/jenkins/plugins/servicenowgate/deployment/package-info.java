/**
 * One deployment of a build: what is remembered of it, what the build shows of it, and the keepers that watch it. Faces
 * (pipeline steps, build steps) come and go through {@link io.jenkins.plugins.servicenowgate.deployment.DeploymentGate};
 * neither they nor {@code pages} may be imported.
 */
package io.jenkins.plugins.servicenowgate.deployment;
