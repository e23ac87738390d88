package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import hudson.model.Node;
import io.jenkins.plugins.servicenowgate.config.Environment;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The agents that one declaration of an environment reserves.
 *
 * @param environment name of the environment
 * @param agents label expression; null if the stored expression is invalid, which reserves all agents
 * @param onlyControlledProjects whether projects that are not change controlled may not use the agents
 */
record Reservation(
        @NonNull String environment, @CheckForNull String agents, boolean onlyControlledProjects) {
    private static final Logger LOGGER = Logger.getLogger(Reservation.class.getName());

    @NonNull
    static Reservation of(@NonNull Environment environment) {
        String agents = null;
        try {
            Label.parseExpression(environment.getAgentLabel());
            agents = environment.getAgentLabel();
        } catch (IllegalArgumentException e) {
            LOGGER.log(
                    Level.SEVERE,
                    e,
                    () -> "The environment " + environment.getName()
                            + " has an invalid label expression. Until it is corrected, all agents are reserved.");
        }
        return new Reservation(environment.getName(), agents, environment.isOnlyControlledProjects());
    }

    /** Evaluates the label in the same way as the queue. */
    boolean covers(@NonNull Node node) {
        Label label = Jenkins.get().getLabel(agents);
        return agents == null || (label != null && label.contains(node));
    }
}
