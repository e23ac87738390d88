package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Duration;
import java.util.Map;

/** What instances of newer releases do: change models, lockdowns, and the check for conflicts. */
public final class NewerBehaviour {
    volatile Map<String, String> designatedModels;
    volatile boolean unnamedModels;
    volatile boolean hiddenModels;
    volatile Duration conflictCheckTakes;
    volatile boolean conflictWithEmptyList;
    volatile boolean conflictRole;
    volatile String lockdown;

    NewerBehaviour() {
        reset();
    }

    /** Back to the behaviour of a common instance. */
    public NewerBehaviour reset() {
        return designateModels(Map.of())
                .unnamedModels(false)
                .hiddenModels(false)
                .lockdown(null)
                .conflictCheckTakes(Duration.ZERO)
                .conflictWithEmptyList(false)
                .conflictRole(true);
    }

    /**
     * The models that a change manager designated for the types (Brazil release): the endpoints of the types create changes
     * of these models.
     */
    public NewerBehaviour designateModels(Map<String, String> byType) {
        designatedModels = Map.copyOf(byType);
        return this;
    }

    /** Whether the integration user may not read the name of a change's model. */
    public NewerBehaviour unnamedModels(boolean unnamed) {
        unnamedModels = unnamed;
        return this;
    }

    /** Whether an access rule hides the column {@code chg_model}: it is missing in every row. */
    public NewerBehaviour hiddenModels(boolean hidden) {
        hiddenModels = hidden;
        return this;
    }

    /** How long a check for conflicts runs. */
    public NewerBehaviour conflictCheckTakes(Duration duration) {
        conflictCheckTakes = duration;
        return this;
    }

    /** Whether the status is "Conflict" although no conflict was found. */
    public NewerBehaviour conflictWithEmptyList(boolean says) {
        conflictWithEmptyList = says;
        return this;
    }

    /** Without a role of the property {@code change.conflict.role}, a client can't start a check: 403. */
    public NewerBehaviour conflictRole(boolean granted) {
        conflictRole = granted;
        return this;
    }

    /** A change lockdown: every change that is created from now on is on hold for this reason; null for none. */
    public NewerBehaviour lockdown(String reason) {
        lockdown = reason;
        return this;
    }
}
