package io.jenkins.plugins.servicenowgate.simulator;

import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.ASSESS;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.AUTHORIZE;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.CANCELED;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.CLOSED;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.IMPLEMENT;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.NEW;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.REVIEW;
import static io.jenkins.plugins.servicenowgate.simulator.SimulatedState.SCHEDULED;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The life cycles of the three types and the business rules that guard them against clients. */
final class LifeCycle {
    private static final List<SimulatedState> NORMAL =
            List.of(NEW, ASSESS, AUTHORIZE, SCHEDULED, IMPLEMENT, REVIEW, CLOSED);
    private static final List<SimulatedState> STANDARD = List.of(NEW, SCHEDULED, IMPLEMENT, REVIEW, CLOSED);
    private static final List<SimulatedState> EMERGENCY = List.of(NEW, AUTHORIZE, SCHEDULED, IMPLEMENT, REVIEW, CLOSED);

    private LifeCycle() {}

    static List<SimulatedState> path(String type) {
        return switch (type) {
            case "standard" -> STANDARD;
            case "emergency" -> EMERGENCY;
            default -> NORMAL;
        };
    }

    /** The state after this one; empty at the end. */
    static Optional<SimulatedState> next(String type, SimulatedState state) {
        List<SimulatedState> path = path(type);
        int place = path.indexOf(state);
        return place < 0 || place + 1 == path.size() ? Optional.empty() : Optional.of(path.get(place + 1));
    }

    private static boolean canMove(String type, SimulatedState from, SimulatedState to) {
        return next(type, from).filter(to::equals).isPresent() || (to == CANCELED && !from.isFinal());
    }

    /**
     * The approval that goes with a state once it is entered.
     *
     * @param before the approval until then
     */
    static String approval(String type, SimulatedState entered, String before) {
        if (entered == ASSESS || entered == AUTHORIZE) {
            return "requested";
        }
        return type.equals("standard") && entered == SCHEDULED ? "approved" : before;
    }

    /**
     * The business rule that stops a client from moving a change.
     *
     * @param from the state as it is
     * @param wish the change as it would be
     */
    static Optional<String> objection(String from, Map<String, String> wish, boolean assignmentGroupNeeded) {
        Optional<SimulatedState> state = SimulatedState.ofCode(from);
        Optional<SimulatedState> wanted = SimulatedState.ofCode(wish.getOrDefault("state", ""));
        String type = wish.getOrDefault("type", "normal");
        if (state.isEmpty() || wanted.isEmpty() || !canMove(type, state.get(), wanted.get())) {
            return Optional.of("Change Model: Check State Transition");
        }
        if (wanted.get() == CANCELED) {
            return isEmpty(wish, "reason") ? Optional.of("Cancelling needs a reason") : Optional.empty();
        }
        if (state.get() == NEW && assignmentGroupNeeded && isEmpty(wish, "assignment_group")) {
            return Optional.of("Assignment group is mandatory");
        }
        if (wanted.get() == SCHEDULED && !type.equals("standard") && !"approved".equals(wish.get("approval"))) {
            return Optional.of("Change is not approved");
        }
        if ("true".equals(wish.get("on_hold"))) {
            return Optional.of("Change is on hold");
        }
        if (wanted.get() == CLOSED && (isEmpty(wish, "close_code") || isEmpty(wish, "close_notes"))) {
            return Optional.of("Close information is mandatory");
        }
        return Optional.empty();
    }

    private static boolean isEmpty(Map<String, String> wish, String field) {
        return wish.getOrDefault(field, "").isBlank();
    }
}
