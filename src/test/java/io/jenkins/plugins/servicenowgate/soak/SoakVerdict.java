package io.jenkins.plugins.servicenowgate.soak;

import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedState;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Entry;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Fate;
import io.jenkins.plugins.servicenowgate.soak.PlannedDeployment.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether each deployment ended as its change says, with one change, and with each note once. */
final class SoakVerdict {
    /** How a deployment ended. */
    enum Ending {
        DEPLOYED,
        REFUSED,
        /** ServiceNow's own refusal, in answer to a request of a deployment that had no change yet. */
        REFUSED_WITHOUT_CHANGE,
        ABORTED,
        /** Jenkins ended the build when it was restarted. */
        ENDED_BY_RESTART,
        WRONG
    }

    /** Clocks of the same machine; a planned start is stored without the parts of a second. */
    private static final long TOLERANCE_MILLIS = 1000;

    private final SoakApprovers people;
    private final List<Instant> restarts;
    private final List<String> problems = new ArrayList<>();
    private final List<PlannedDeployment> wrong = new ArrayList<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final Map<Entry, Map<Ending, Integer>> outcomes = new TreeMap<>();
    private final Map<Fate, Map<Ending, Integer>> outcomesOfFates = new TreeMap<>();

    SoakVerdict(SoakApprovers people, List<Instant> restarts) {
        this.people = people;
        this.restarts = restarts;
    }

    List<String> problems() {
        return problems;
    }

    List<PlannedDeployment> wrong() {
        return wrong;
    }

    /** Why deployments without a change were refused. */
    Map<String, Integer> refusals() {
        return refusals;
    }

    Map<Entry, Map<Ending, Integer>> outcomes() {
        return outcomes;
    }

    Map<Fate, Map<Ending, Integer>> outcomesOfFates() {
        return outcomesOfFates;
    }

    void judge(PlannedDeployment planned, List<SeenBuild> builds) {
        int before = problems.size();
        if (builds.size() > 1) {
            problem(planned, builds.size() + " builds: " + builds);
        }
        SeenBuild build = builds.isEmpty() ? null : builds.get(0);
        Ending outcome = outcome(planned, build);
        outcomes.computeIfAbsent(planned.entry(), entry -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
        outcomesOfFates.computeIfAbsent(planned.fate(), fate -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
        if (outcome == Ending.WRONG) {
            problem(planned, String.valueOf(build));
        }
        if (outcome == Ending.REFUSED_WITHOUT_CHANGE) {
            refusals.merge(build.reason().replaceAll("CHG\\d+", "CHG…").replaceAll("1\\.\\d+", "…"), 1, Integer::sum);
        }
        judgeRelease(planned, build);
        judgeChanges(planned, build);
        SimulatedChange change = people.change(planned);
        if (change != null) {
            judgeNotes(planned, change, outcome, build);
            judgeState(planned, change, outcome);
        }
        if (problems.size() > before) {
            wrong.add(planned);
        }
    }

    private void problem(PlannedDeployment planned, String what) {
        problems.add(planned.version() + " (" + planned.kind() + "): " + what);
    }

    private Ending outcome(PlannedDeployment planned, SeenBuild build) {
        if (build == null) {
            return planned.entry() == Entry.QUEUE && planned.fate() == Fate.ABORTED ? Ending.ABORTED : Ending.WRONG;
        }
        boolean released = build.deployed() > 0;
        if (build.state().equals("SUCCESS")
                && build.deployed() == 1
                && planned.fate().isReleased()) {
            return Ending.DEPLOYED;
        }
        if (planned.entry().endsAtRestart()
                && restarts.stream()
                        .map(Instant::toEpochMilli)
                        .anyMatch(at -> build.started() <= at + 30_000 && (at <= build.ended() || build.hasNoEnd()))
                && (!released || planned.fate().isReleased())) {
            return Ending.ENDED_BY_RESTART;
        }
        if (released) {
            return Ending.WRONG;
        }
        if (build.state().equals("ABORTED") && planned.fate() == Fate.ABORTED) {
            return Ending.ABORTED;
        }
        if (build.state().equals("FAILURE") && build.decision().equals("REFUSE")) {
            if (build.number().isEmpty() && !build.reason().isBlank()) {
                return Ending.REFUSED_WITHOUT_CHANGE;
            }
            return planned.fate() == Fate.ABORTED || planned.fate().isReleased() ? Ending.WRONG : Ending.REFUSED;
        }
        return Ending.WRONG;
    }

    private void judgeRelease(PlannedDeployment planned, SeenBuild build) {
        if (build != null && build.deployed() > 0) {
            Instant from = people.releasable(planned);
            if (from == null || build.released() + TOLERANCE_MILLIS < from.toEpochMilli()) {
                problem(planned, "released at " + Instant.ofEpochMilli(build.released()) + ", allowed from " + from);
            }
        }
    }

    private void judgeChanges(PlannedDeployment planned, SeenBuild build) {
        int most = planned.way() == Way.NUMBER ? 0 : 1;
        List<SimulatedChange> changes = people.withTitle(planned.title());
        if (changes.size() > most) {
            problem(planned, "changes of its title: " + changes);
        }
        SimulatedChange change = people.change(planned);
        if (build != null
                && !build.number().isEmpty()
                && (change == null || !change.number().equals(build.number()))) {
            problem(planned, "linked to " + build.number() + " instead of " + change);
        }
    }

    private void judgeNotes(PlannedDeployment planned, SimulatedChange change, Ending outcome, SeenBuild build) {
        List<String> notes = change.workNotes();
        long started = count(notes, "\" started.");
        long finished = count(notes, "\" ended: ");
        long ended = count(notes, "did not take place");
        boolean linked = build == null || !build.number().isEmpty();
        boolean right =
                switch (outcome) {
                    case DEPLOYED -> started == 1 && finished == 1 && ended == 0;
                    case REFUSED -> started == 0 && finished == 0 && ended == 1;
                    case ABORTED -> started == 0 && finished == 0 && ended == (linked && !notes.isEmpty() ? 1 : 0);
                    case REFUSED_WITHOUT_CHANGE -> notes.isEmpty();
                    case ENDED_BY_RESTART -> started <= 1 && finished == started && ended <= 1 - started;
                    case WRONG -> true;
                };
        if (!right || count(notes, " waits for ") > 1 || new HashSet<>(notes).size() < notes.size()) {
            problem(planned, outcome + " with the notes " + notes);
        }
    }

    private static long count(List<String> notes, String part) {
        return notes.stream().filter(note -> note.contains(part)).count();
    }

    private void judgeState(PlannedDeployment planned, SimulatedChange change, Ending outcome) {
        if (outcome == Ending.DEPLOYED) {
            SimulatedState expected = planned.way() == Way.AUTOMATIC ? SimulatedState.CLOSED : SimulatedState.IMPLEMENT;
            if (!change.state().equals(Optional.of(expected))) {
                problem(planned, "deployed with a change that ends in " + change);
            }
        }
    }
}
