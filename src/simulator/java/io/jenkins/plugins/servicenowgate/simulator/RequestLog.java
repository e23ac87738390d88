package io.jenkins.plugins.servicenowgate.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What clients asked, in the order of arrival; requests of the page for people are left out. */
public final class RequestLog {
    private static final int DEFAULT_LIMIT = 10_000;

    private final Deque<RecordedRequest> requests = new ArrayDeque<>();
    private final Map<Endpoint, Integer> counts = new EnumMap<>(Endpoint.class);
    private int limit = DEFAULT_LIMIT;

    /** The requests kept, oldest first. */
    public synchronized List<RecordedRequest> all() {
        return List.copyOf(requests);
    }

    /** The requests kept to one endpoint, oldest first. */
    public synchronized List<RecordedRequest> to(Endpoint endpoint) {
        return requests.stream()
                .filter(request -> request.endpoint() == endpoint)
                .toList();
    }

    /** How many came to an endpoint since the last {@link #clear()}, also those no longer kept. */
    public synchronized int count(Endpoint endpoint) {
        return counts.getOrDefault(endpoint, 0);
    }

    /** How many came to all endpoints since the last {@link #clear()}, also those no longer kept. */
    public synchronized int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    public synchronized void clear() {
        requests.clear();
        counts.clear();
    }

    /** Keeps only the last so many requests; 0 keeps none. Counting goes on. */
    public synchronized RequestLog keep(int newLimit) {
        limit = newLimit;
        trim();
        return this;
    }

    synchronized void add(RecordedRequest request) {
        counts.merge(request.endpoint(), 1, Integer::sum);
        requests.addLast(request);
        trim();
    }

    private void trim() {
        while (requests.size() > limit) {
            requests.removeFirst();
        }
    }
}
