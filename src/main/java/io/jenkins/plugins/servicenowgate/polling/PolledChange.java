package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;

/**
 * A change that was just read for a deployment.
 *
 * @param decision what it means for the deployment, before approvals and conflicts are considered
 */
record PolledChange(@NonNull ChangeRequest change, @NonNull ReleaseDecision decision) {}
