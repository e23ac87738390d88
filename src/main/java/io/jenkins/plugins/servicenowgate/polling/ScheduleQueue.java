package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Entries with due times, each entry once. Many entries cost only memory: no timer, and no search. */
public final class ScheduleQueue<T> {
    private final Map<T, Entry<T>> entries = new HashMap<>();
    private final TreeSet<Entry<T>> inOrder =
            new TreeSet<>(Comparator.<Entry<T>, Instant>comparing(Entry::due).thenComparing(Entry::order));
    private long order;

    private record Entry<T>(Instant due, long order, T what) {}

    /** Adds an entry, or changes its due time. */
    public synchronized void put(@NonNull T what, @NonNull Instant due) {
        remove(what);
        Entry<T> entry = new Entry<>(due, order++, what);
        entries.put(what, entry);
        inOrder.add(entry);
    }

    synchronized boolean contains(@NonNull T what) {
        return entries.containsKey(what);
    }

    synchronized void remove(@NonNull T what) {
        Entry<T> entry = entries.remove(what);
        if (entry != null) {
            inOrder.remove(entry);
        }
    }

    /** The earliest due time; null if there are no entries. */
    @CheckForNull
    public synchronized Instant first() {
        return inOrder.isEmpty() ? null : inOrder.first().due();
    }

    /** Removes and returns the entries that are due at a time, the earliest first. */
    @NonNull
    public synchronized List<T> take(@NonNull Instant until) {
        return take(until, until, 1);
    }

    /**
     * Removes and returns the entries that are due at a time, and as many of those due soon as fit into the last batch.
     *
     * @param soon not before {@code until}
     */
    @NonNull
    synchronized List<T> take(@NonNull Instant until, @NonNull Instant soon, int batch) {
        List<T> taken = new ArrayList<>();
        for (Entry<T> entry : inOrder) {
            boolean due = !entry.due().isAfter(until);
            if (!due && (entry.due().isAfter(soon) || taken.size() % batch == 0)) {
                break;
            }
            taken.add(entry.what());
        }
        taken.forEach(this::remove);
        return taken;
    }
}
