package io.jenkins.plugins.servicenowgate.contract;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a run observed, as a Markdown table for an issue. It consists of words of this program alone: a text that came from
 * the instance would bring names along.
 */
final class FactTable {
    /** Whether the answer proves the statement, proves the opposite, or proves nothing. */
    enum Verdict {
        HOLDS,
        DIFFERS,
        UNTESTED
    }

    record Observation(Verdict verdict, String text) {}

    private static final Pattern OWN_WORDS = Pattern.compile("[A-Za-z0-9 ,.:;()'_/{}*=-]{1,300}");

    private final Map<Fact, Observation> observations = new EnumMap<>(Fact.class);

    void holds(Fact fact, String observed) {
        record(fact, Verdict.HOLDS, observed);
    }

    void differs(Fact fact, String observed) {
        record(fact, Verdict.DIFFERS, observed);
    }

    void untested(Fact fact, String why) {
        record(fact, Verdict.UNTESTED, why);
    }

    void decide(Fact fact, boolean holds, String observedIfNot) {
        if (holds) {
            holds(fact, "yes");
        } else {
            differs(fact, observedIfNot);
        }
    }

    private void record(Fact fact, Verdict verdict, String text) {
        if (!OWN_WORDS.matcher(text).matches()) {
            throw new IllegalArgumentException("not for the table");
        }
        observations.put(fact, new Observation(verdict, text));
    }

    Observation get(Fact fact) {
        Observation known = observations.get(fact);
        return known == null
                ? new Observation(Verdict.UNTESTED, fact.needsWrite() ? "not tested: needs --write" : "not tested")
                : known;
    }

    /** The mark after the run. A simulator proves nothing. */
    private static String mark(Fact fact, Verdict verdict, boolean real) {
        if (!real || verdict == Verdict.UNTESTED) {
            return fact.mark().toString();
        }
        return verdict == Verdict.HOLDS || fact.mark() == Fact.Mark.OPEN ? "[seen]" : "[seen: differs]";
    }

    /**
     * @param real whether the instance is one of ServiceNow, and not a simulator
     */
    String markdown(boolean real) {
        StringBuilder table = new StringBuilder("| fact | mark | observed |\n|---|---|---|\n");
        for (Fact fact : Fact.values()) {
            Observation observation = get(fact);
            table.append("| ")
                    .append(fact.statement())
                    .append(" | ")
                    .append(mark(fact, observation.verdict(), real))
                    .append(" | ")
                    .append(observation.text())
                    .append(" |\n");
        }
        return table.toString();
    }
}
