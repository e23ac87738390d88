package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeTransitions;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The states of the change models of one instance, as far as they were seen: those in which changes were, and those to
 * which they could go from there. In memory, so that a page can show which of them nobody has mapped.
 */
public final class SeenModelStates {
    private static final Logger LOGGER = Logger.getLogger(SeenModelStates.class.getName());
    /** An instance has a few dozen models, and a model has about ten states. */
    private static final int MAX_MODELS = 200;

    private static final int MAX_STATES = 100;

    /**
     * A model that was seen.
     *
     * @param states the labels of its states by their values
     * @param visited the values of the states in which changes were, from which the instance was asked for the next ones
     */
    private record Seen(ChangeModel model, Map<Integer, String> states, Set<Integer> visited) {}

    private final Map<String, Seen> models = new TreeMap<>();

    /**
     * Learns from a change that was read, unless it has the default life cycle. If its model was not seen in this state
     * before, the instance is asked once where it can go from there; if that fails, only this state is known.
     */
    void record(@NonNull ChangeRequest change, @NonNull ModelStates mapped, @NonNull ClientSource clients) {
        ChangeModel model = change.model();
        if (model == null || !model.isReadable() || mapped.hasDefaultLifeCycle(change) || !visit(model, change)) {
            return;
        }
        try {
            ChangeTransitions next = clients.get().transitions(change.sysId());
            add(model, next.labels());
        } catch (ServiceNowException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "The next states of " + change.number() + " are not known");
        }
    }

    /** Returns whether no change of the model was seen in this state before. */
    private synchronized boolean visit(ChangeModel model, ChangeRequest change) {
        add(model, Map.of(change.stateValue(), change.stateLabel()));
        Seen seen = models.get(model.name());
        return seen != null && seen.states.containsKey(change.stateValue()) && seen.visited.add(change.stateValue());
    }

    private synchronized void add(ChangeModel model, Map<Integer, String> states) {
        if (!models.containsKey(model.name()) && models.size() >= MAX_MODELS) {
            return;
        }
        Seen seen = models.computeIfAbsent(model.name(), name -> new Seen(model, new TreeMap<>(), new HashSet<>()));
        states.forEach((value, label) -> {
            if (seen.states.size() < MAX_STATES) {
                seen.states.putIfAbsent(value, TextSanitizer.clean(label, 40));
            }
        });
    }

    /**
     * A state that nobody has mapped.
     *
     * @param label in the words of the instance
     */
    public record Unmapped(@NonNull String model, @NonNull String label, int value) {}

    /**
     * The states that were seen, and that are not mapped.
     *
     * @param model only those of this model; null for those of all models
     */
    @NonNull
    public synchronized List<Unmapped> unmapped(@NonNull ModelStates mapped, @CheckForNull String model) {
        List<Unmapped> unmapped = new ArrayList<>();
        models.forEach((name, seen) -> {
            if (model == null || model.equals(name)) {
                seen.states.forEach((value, label) -> {
                    if (!mapped.isMapped(seen.model, label, value)) {
                        unmapped.add(new Unmapped(TextSanitizer.clean(name, 80), label, value));
                    }
                });
            }
        });
        return unmapped;
    }

    /** Whether a change of the model was seen. */
    public synchronized boolean isSeen(@NonNull String model) {
        return models.containsKey(model);
    }
}
