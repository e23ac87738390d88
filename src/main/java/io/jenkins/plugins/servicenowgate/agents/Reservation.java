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
 * What one declaration of an environment reserves.
 *
 * @param environment name
 * @param agents a label expression; null where the stored one can't be read: then, in doubt, all of them
 * @param onlyControlledProjects whether projects that are not change controlled are kept off too
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
                            + " reserves agents by an expression that can't be read. Until it is corrected, it reserves all.");
        }
        return new Reservation(environment.getName(), agents, environment.isOnlyControlledProjects());
    }

    /** As the queue itself knows labels, so that the two never differ. */
    boolean covers(@NonNull Node node) {
        Label label = Jenkins.get().getLabel(agents);
        return agents == null || (label != null && label.contains(node));
    }
}
