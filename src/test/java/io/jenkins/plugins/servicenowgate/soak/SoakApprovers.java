package io.jenkins.plugins.servicenowgate.soak;

import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Fate;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The people in ServiceNow: they prepare changes and decide about them as it was planned. */
final class SoakApprovers {
    private static final Duration PAUSE = Duration.ofSeconds(20);

    private final ServiceNowSimulator simulator;
    private final Map<Integer, SimulatedChange> given = new HashMap<>();
    private final Map<Integer, Instant> held = new HashMap<>();
    private final Map<Integer, Instant> releasable = new HashMap<>();
    private final Set<Integer> done = new HashSet<>();

    SoakApprovers(ServiceNowSimulator simulator) {
        this.simulator = simulator;
    }

    /** Makes the changes that are there before their deployments; returns their numbers where those are to be given. */
    HashMap<Integer, String> prepare(List<PlannedDeployment> plan) {
        HashMap<Integer, String> numbers = new HashMap<>();
        for (PlannedDeployment planned : plan) {
            if (planned.way().isGiven()) {
                SimulatedChange change = simulator.addChange(Map.of("short_description", planned.givenTitle()));
                given.put(planned.id(), change);
                if (planned.way() == Way.NUMBER) {
                    numbers.put(planned.id(), change.number());
                }
                if (planned.fate() == Fate.APPROVED_EARLY) {
                    approve(planned, change, Instant.now());
                    done.add(planned.id());
                }
            }
            if (planned.way() == Way.AUTOMATIC || planned.fate() == Fate.ABORTED) {
                done.add(planned.id());
            }
        }
        return numbers;
    }

    /** From when a deployment may be released; null if nobody has allowed it. */
    Instant releasable(PlannedDeployment planned) {
        return planned.way() == Way.AUTOMATIC ? Instant.EPOCH : releasable.get(planned.id());
    }

    /** The change that was there before, else the first of that title; null if there is none. */
    SimulatedChange change(PlannedDeployment planned) {
        SimulatedChange before = given.get(planned.id());
        return before != null
                ? before
                : withTitle(planned.title()).stream().findFirst().orElse(null);
    }

    List<SimulatedChange> withTitle(String title) {
        return simulator.changes().stream()
                .filter(change -> change.get("short_description").equals(title))
                .toList();
    }

    /** Does what is due; people decide once the change says that a deployment waits for it. */
    void act(List<PlannedDeployment> plan, long elapsed) {
        for (PlannedDeployment planned : plan) {
            if (planned.act() <= elapsed && !done.contains(planned.id())) {
                SimulatedChange change = change(planned);
                if (change != null && change.workNotes().stream().anyMatch(note -> note.contains("waits"))) {
                    decide(planned, change);
                }
            }
        }
    }

    private void decide(PlannedDeployment planned, SimulatedChange change) {
        String number = change.number();
        Instant now = Instant.now();
        boolean finished = true;
        switch (planned.fate()) {
            case APPROVED, APPROVED_EARLY -> approve(planned, change, now);
            case REJECTED -> simulator.people().reject(number);
            case CANCELED -> simulator.people().cancel(number);
            case PLANNED -> {
                simulator.people().window(number, now.plus(PAUSE), now.plus(Duration.ofHours(3)));
                approve(planned, change, now.plus(PAUSE));
            }
            case TOO_LATE -> {
                simulator.people().window(number, now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));
                simulator.people().approve(number);
            }
            case HELD -> finished = hold(planned, change, now);
            case ABORTED -> throw new IllegalStateException(planned + " is aborted in Jenkins");
        }
        if (finished) {
            done.add(planned.id());
        }
    }

    /** The first time on hold and approved, after a while no longer on hold. */
    private boolean hold(PlannedDeployment planned, SimulatedChange change, Instant now) {
        Instant until = held.get(planned.id());
        if (until == null) {
            simulator.people().hold(change.number(), "Freeze");
            simulator.people().approve(change.number());
            held.put(planned.id(), now.plus(PAUSE));
            return false;
        }
        if (until.isAfter(now)) {
            return false;
        }
        releasable.put(planned.id(), now);
        simulator.people().resume(change.number());
        return true;
    }

    private void approve(PlannedDeployment planned, SimulatedChange change, Instant from) {
        releasable.put(planned.id(), from);
        simulator.people().approve(change.number());
    }
}
