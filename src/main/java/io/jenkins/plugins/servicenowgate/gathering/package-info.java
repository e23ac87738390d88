/**
 * Gathers what approvers are told about a deployment: the extension point {@code EvidenceSource} and the sources of this
 * plugin. Of the plugin's packages, {@code config}, {@code policy} and those without Jenkins may be imported.
 */
package io.jenkins.plugins.servicenowgate.gathering;
