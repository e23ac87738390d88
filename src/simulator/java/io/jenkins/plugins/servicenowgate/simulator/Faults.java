package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** Which endpoint goes wrong next, and how. */
public final class Faults {
    private final Map<Endpoint, Plan> plans = new EnumMap<>(Endpoint.class);

    Faults() {
        for (Endpoint endpoint : Endpoint.values()) {
            plans.put(endpoint, new Plan());
        }
    }

    public Plan on(Endpoint endpoint) {
        return plans.get(endpoint);
    }

    /** The whole API, the token included, fails like this until {@link #clear()}. */
    public void everywhere(Fault fault) {
        plans.forEach((endpoint, plan) -> {
            // The login page stays up: a redirect to it must not lead round in a circle.
            if (endpoint != Endpoint.OTHER) {
                plan.always(fault);
            }
        });
    }

    public void clear() {
        plans.values().forEach(Plan::clear);
    }

    /** The faults of one endpoint: those given for a number of times first and in that order, then the lasting one. */
    public static final class Plan {
        private final Deque<Fault> next = new ArrayDeque<>();
        private Fault lasting;

        private Plan() {}

        public Plan once(Fault fault) {
            return times(1, fault);
        }

        public synchronized Plan times(int times, Fault fault) {
            for (int time = 0; time < times; time++) {
                next.addLast(fault);
            }
            return this;
        }

        public synchronized Plan always(Fault fault) {
            lasting = fault;
            return this;
        }

        public synchronized Plan clear() {
            next.clear();
            lasting = null;
            return this;
        }

        /** Null when this request is to go well. */
        synchronized Fault take() {
            return next.isEmpty() ? lasting : next.removeFirst();
        }

        synchronized void giveBack(Fault fault) {
            if (fault != lasting) {
                next.addFirst(fault);
            }
        }

        synchronized Fault lasting() {
            return lasting;
        }
    }
}
