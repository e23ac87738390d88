package io.jenkins.plugins.servicenowgate.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A task of a change: texts by column name. Thread-safe. */
public final class SimulatedTask implements Row {
    static final String PENDING = "-5";
    static final String OPEN = "1";
    static final String CLOSED = "3";
    static final String CANCELED = "4";
    private static final Set<String> ENDED = Set.of(CLOSED, CANCELED);

    private final long sequence;
    private final Map<String, String> fields = new HashMap<>();

    SimulatedTask(long sequence, String number, SimulatedChange parent, String title) {
        this.sequence = sequence;
        fields.put("sys_id", Texts.newRecordId());
        fields.put("number", number);
        fields.put("parent", parent.sysId());
        fields.put("change_request", parent.sysId());
        fields.put("short_description", title);
        fields.put("change_task_type", "implementation");
        set("state", OPEN);
    }

    public String sysId() {
        return get("sys_id");
    }

    public String number() {
        return get("number");
    }

    /** The stored text; "" when empty. */
    @Override
    public synchronized String get(String field) {
        return fields.getOrDefault(field, "");
    }

    /** Stores a text as it is. Setting {@code state} also sets {@code active}. */
    public synchronized SimulatedTask set(String field, String value) {
        fields.put(field, field.equals("state") ? Texts.number(value) : value);
        if (field.equals("state")) {
            fields.put("active", Boolean.toString(!ENDED.contains(fields.get("state"))));
        }
        return this;
    }

    public boolean isOpen() {
        return get("active").equals("true");
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public String toString() {
        return number() + " (" + get("state") + ")";
    }
}
