package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * What the states of change models mean for a deployment, as administrators have mapped them for an instance. Changes
 * without a model, and those of the base models unless they are mapped, have the default life cycle.
 *
 * @param maps by the exact name of the model
 * @param isReadable false if what administrators have mapped can't be read; then no change with a model releases anything
 */
public record ModelStates(@NonNull Map<String, StateMap> maps, boolean isReadable) {
    /** Nothing is mapped. */
    public static final ModelStates DEFAULT = new ModelStates(Map.of(), true);

    public ModelStates {
        maps = Map.copyOf(maps);
    }

    /**
     * The states of one model, each by its label or its value.
     *
     * @param waits in which the deployment waits
     * @param goes in which it is released, if the change is approved
     * @param refused in which it is refused
     */
    public record StateMap(
            @NonNull Set<String> waits,
            @NonNull Set<String> goes,
            @NonNull Set<String> refused) {
        public StateMap {
            waits = Set.copyOf(waits);
            goes = Set.copyOf(goes);
            refused = Set.copyOf(refused);
        }

        private Meaning meaning(String label, String value) {
            // A state that is mapped twice, by its label and by its value, has the safer meaning.
            if (contains(refused, label, value)) {
                return Meaning.REFUSED;
            }
            if (contains(waits, label, value)) {
                return Meaning.WAITS;
            }
            return contains(goes, label, value) ? Meaning.GOES : Meaning.UNMAPPED;
        }

        private static boolean contains(Collection<String> states, String label, String value) {
            return !label.isEmpty() && states.contains(label) || states.contains(value);
        }
    }

    /** What the state of a change means. */
    public enum Meaning {
        /** It is one of the default life cycle, see {@link ChangeState}. */
        DEFAULT_LIFE_CYCLE,
        WAITS,
        GOES,
        REFUSED,
        /** Nobody has mapped the state, or the model. */
        UNMAPPED,
        /** It is not known which model the change has, or what was mapped. */
        UNREADABLE
    }

    @NonNull
    public Meaning of(@NonNull ChangeRequest change) {
        ChangeModel model = change.model();
        if (model == null) {
            // Where administrators have mapped models, the instance has them, and a hidden one may be any of them.
            boolean unknown = change.isModelHidden() && !(isReadable && maps.isEmpty());
            return unknown ? Meaning.UNREADABLE : Meaning.DEFAULT_LIFE_CYCLE;
        }
        return isReadable && model.isReadable() ? of(model, model.state(), change.stateValue()) : Meaning.UNREADABLE;
    }

    private Meaning of(ChangeModel model, String label, int value) {
        StateMap map = maps.get(model.name());
        if (map != null) {
            return map.meaning(TextSanitizer.clean(label, 40), String.valueOf(value));
        }
        return model.isBase() ? Meaning.DEFAULT_LIFE_CYCLE : Meaning.UNMAPPED;
    }

    /** Whether a state of a model is mapped, for pages. */
    public boolean isMapped(@NonNull ChangeModel model, @NonNull String label, int value) {
        return isReadable && of(model, label, value) != Meaning.UNMAPPED;
    }

    /** Whether anything is known of the states of a model: by a map, or because it is a base model. */
    public boolean isMapped(@NonNull String model) {
        return isReadable && (maps.containsKey(model) || new ChangeModel("", model, "").isBase());
    }

    /** Whether the plugin knows the way of a change from state to state. */
    public boolean hasDefaultLifeCycle(@NonNull ChangeRequest change) {
        return of(change) == Meaning.DEFAULT_LIFE_CYCLE;
    }
}
