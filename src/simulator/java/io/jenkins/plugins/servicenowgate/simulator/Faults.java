package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Which endpoint goes wrong next, and how. */
public final class Faults {
    private final Map<Endpoint, Plan> plans = new EnumMap<>(Endpoint.class);
    private final Map<String, Integer> counts = new TreeMap<>();
    private Random random;
    private double share;
    private List<Fault> choices = List.of();

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

    /**
     * So large a share of all answers fails, each with one of these faults, until {@link #clear()}. What is planned for an
     * endpoint comes first.
     *
     * @param seed of the sequence of faults; which request meets which of them depends on the order of arrival
     */
    public synchronized void atRandom(long seed, double failing, List<Fault> faults) {
        random = new Random(seed);
        share = failing;
        choices = List.copyOf(faults);
    }

    public void clear() {
        plans.values().forEach(Plan::clear);
        synchronized (this) {
            share = 0;
        }
    }

    /** How many answers each fault has changed, by its name. */
    public synchronized Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    /** Null when this request is to go well. */
    Fault take(Endpoint endpoint) {
        Fault planned = on(endpoint).take();
        return planned != null || endpoint == Endpoint.OTHER ? planned : takeAtRandom();
    }

    private synchronized Fault takeAtRandom() {
        return share > 0 && random.nextDouble() < share ? choices.get(random.nextInt(choices.size())) : null;
    }

    /** The request was refused, so that there was nothing to commit: a planned fault waits for the next one. */
    void giveBack(Endpoint endpoint, Fault fault) {
        synchronized (this) {
            if (choices.contains(fault)) {
                return;
            }
        }
        on(endpoint).giveBack(fault);
    }

    synchronized void count(Fault fault) {
        counts.merge(fault.toString(), 1, Integer::sum);
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
