package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change as the instance stores it: texts by column name. Writing here obeys no life cycle, so that a test can
 * make any state, also one that no instance should have. Thread-safe; its monitor guards a check followed by a write.
 */
public final class SimulatedChange implements Row {
    private final Columns columns;
    private final InstantSource clock;
    private final long sequence;
    private final String sysId;
    private final String number;
    private final Map<String, String> fields = new HashMap<>();
    private final List<String> workNotes = new ArrayList<>();
    private volatile boolean hidden;

    SimulatedChange(Columns columns, InstantSource clock, long sequence, String sysId, String number) {
        this.columns = columns;
        this.clock = clock;
        this.sequence = sequence;
        this.sysId = sysId;
        this.number = number;
        String now = Texts.date(clock.instant());
        fields.put("sys_id", sysId);
        fields.put("number", number);
        fields.put("sys_class_name", "change_request");
        fields.put("type", "normal");
        fields.put("state", SimulatedState.NEW.code());
        fields.put("approval", "not requested");
        columns.names().stream()
                .filter(column -> columns.type(column) == ColumnType.BOOLEAN)
                .forEach(column -> fields.put(column, "false"));
        fields.put("active", "true");
        fields.put("conflict_status", "Not Run");
        fields.put("risk", "3");
        fields.put("impact", "3");
        fields.put("priority", "4");
        fields.put("urgency", "3");
        fields.put("category", "other");
        fields.put("sys_created_on", now);
        fields.put("opened_at", now);
        fields.put("sys_updated_on", now);
        fields.put("sys_mod_count", "0");
    }

    public String sysId() {
        return sysId;
    }

    public String number() {
        return number;
    }

    /** The stored text; "" when empty. A column that does not exist is a mistake of the test. */
    @Override
    public String get(String field) {
        requireColumn(field);
        synchronized (this) {
            return fields.getOrDefault(field, "");
        }
    }

    /** Stores a text as it is. Setting {@code state} also sets {@code active}; a journal gets one more entry. */
    public SimulatedChange set(String field, String value) {
        requireColumn(field);
        if (field.equals("sys_id") || field.equals("number")) {
            throw new IllegalArgumentException("The change is indexed by " + field + ", which therefore never changes");
        }
        synchronized (this) {
            if (columns.type(field) == ColumnType.JOURNAL) {
                append(field, value);
            } else {
                store(field, value);
            }
            touch();
        }
        return this;
    }

    private void append(String field, String entry) {
        if (field.equals("work_notes") && !entry.isEmpty()) {
            workNotes.add(entry);
        }
    }

    private void store(String field, String value) {
        String stored = columns.type(field) == ColumnType.NUMBER ? Texts.number(value) : value;
        fields.put(field, stored);
        if (field.equals("state")) {
            boolean ended = state().map(SimulatedState::isFinal).orElse(false);
            fields.put("active", Boolean.toString(!ended));
            fields.put("closed_at", ended ? Texts.date(clock.instant()) : "");
        }
    }

    private void touch() {
        fields.put("sys_updated_on", Texts.date(clock.instant()));
        fields.put("sys_mod_count", Integer.toString(Integer.parseInt(fields.get("sys_mod_count")) + 1));
    }

    /** The work notes in the order in which they were written. */
    public synchronized List<String> workNotes() {
        return List.copyOf(workNotes);
    }

    /** Empty for a state outside the default life cycle. */
    public synchronized Optional<SimulatedState> state() {
        return SimulatedState.ofCode(fields.get("state"));
    }

    /** The planned start or end; empty when there is none. */
    public Optional<Instant> instant(String field) {
        return Texts.instant(get(field));
    }

    void hidden(boolean value) {
        hidden = value;
    }

    boolean isHidden() {
        return hidden;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    synchronized Map<String, String> snapshot() {
        return new HashMap<>(fields);
    }

    private void requireColumn(String field) {
        if (!columns.has(field)) {
            throw new IllegalArgumentException("A change has no column " + field);
        }
    }

    @Override
    public String toString() {
        return number + " (" + state().map(SimulatedState::label).orElseGet(() -> get("state")) + ")";
    }
}
