package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads the changes of many deployments with one request for up to {@link ServiceNowClient#BATCH} of them. If a batch
 * fails as a whole, because it is too large or a row makes the response unreadable, it is split until that row stands
 * alone; from then on its change is read separately.
 */
final class BatchReader {
    /** If none of the parts into which a batch was split so often succeeds, the instance fails, and not a row. */
    private static final int MAX_FAILED_PARTS = 15;

    private final ConnectionContext context;
    private final Set<SysId> unreadable = ConcurrentHashMap.newKeySet();
    private volatile int batch = ServiceNowClient.BATCH;

    BatchReader(@NonNull ConnectionContext context) {
        this.context = context;
    }

    /**
     * Reads the change of each deployment. After a failed batch no further request is sent, and the deployments of this
     * and the following batches get no result.
     *
     * @param change returns the change of a deployment
     * @param consumer receives the result of each deployment, batch by batch
     */
    <T> void read(
            @NonNull List<T> deployments,
            @NonNull Function<T, SysId> change,
            @NonNull BiConsumer<T, ServiceNowClient.ReadResult> consumer)
            throws ServiceNowException {
        readBatches(deployments, change, (results, time) -> results.forEach(consumer));
    }

    /**
     * The same for a consumer that handles the results of a batch together.
     *
     * @param consumer is called after each batch, before the next one is sent, with the time at which the first change of the
     *     batch had been read
     */
    <T> void readBatches(
            @NonNull List<T> deployments,
            @NonNull Function<T, SysId> change,
            @NonNull BiConsumer<Map<T, ServiceNowClient.ReadResult>, ConnectionContext.ReadTime> consumer)
            throws ServiceNowException {
        if (deployments.isEmpty()) {
            return;
        }
        Map<SysId, List<T>> bySysId = new LinkedHashMap<>();
        deployments.forEach(deployment -> bySysId.computeIfAbsent(change.apply(deployment), unused -> new ArrayList<>())
                .add(deployment));
        ServiceNowClient client = context.clients().get();
        for (List<SysId> part : batches(bySysId.keySet())) {
            Map<T, ServiceNowClient.ReadResult> results = new LinkedHashMap<>();
            Batch read = read(client, part);
            read.results()
                    .forEach((sysId, result) ->
                            bySysId.get(sysId).forEach(deployment -> results.put(deployment, result)));
            consumer.accept(results, read.time());
        }
    }

    /** Those of several deployments whose changes are read with the same request as that of one of them. */
    @NonNull
    <T> List<T> together(@NonNull T one, @NonNull Collection<T> all, @NonNull Function<T, SysId> change) {
        SysId own = change.apply(one);
        Set<SysId> together = new LinkedHashSet<>(List.of(own));
        all.stream().map(change).filter(sysId -> !unreadable.contains(sysId)).forEach(sysId -> {
            if (together.size() < batch && !unreadable.contains(own)) {
                together.add(sysId);
            }
        });
        return all.stream()
                .filter(each -> together.contains(change.apply(each)))
                .toList();
    }

    private List<List<SysId>> batches(Set<SysId> sysIds) {
        List<List<SysId>> batches = new ArrayList<>();
        List<SysId> readable =
                sysIds.stream().filter(sysId -> !unreadable.contains(sysId)).toList();
        int size = batch;
        for (int from = 0; from < readable.size(); from += size) {
            batches.add(readable.subList(from, Math.min(readable.size(), from + size)));
        }
        sysIds.stream().filter(unreadable::contains).map(List::of).forEach(batches::add);
        return batches;
    }

    /** What was read, and when the first part of it had been. */
    private record Batch(Map<SysId, ServiceNowClient.ReadResult> results, ConnectionContext.ReadTime time) {}

    private Batch read(ServiceNowClient client, List<SysId> sysIds) throws ServiceNowException {
        ConnectionContext.ReadTime first = null;
        Map<SysId, ServiceNowClient.ReadResult> results = new LinkedHashMap<>();
        Deque<List<SysId>> parts = new ArrayDeque<>(List.of(sysIds));
        int failed = 0;
        int largest = 0;
        boolean tooLarge = false;
        while (!parts.isEmpty()) {
            List<SysId> part = parts.remove();
            ConnectionContext.ReadTime sent = context.readTime();
            try {
                results.putAll(send(client, part));
                first = first == null ? context.readTime(sent) : first;
                unreadable.removeAll(part);
                largest = Math.max(largest, part.size());
            } catch (ServiceNowException e) {
                tooLarge |= e.problem() == FailureKind.TOO_LARGE;
                boolean known = part.size() == 1 && unreadable.contains(part.get(0));
                if (!isSplittable(e)
                        || !known && largest == 0 && (++failed >= MAX_FAILED_PARTS || sysIds.size() == 1)) {
                    throw e;
                }
                if (part.size() == 1) {
                    unreadable.add(part.get(0));
                    results.put(part.get(0), new ServiceNowClient.ReadResult.Unreadable(e.localizable()));
                } else {
                    parts.add(part.subList(0, part.size() / 2));
                    parts.add(part.subList(part.size() / 2, part.size()));
                }
            }
        }
        if (tooLarge && sysIds.stream().noneMatch(unreadable::contains)) {
            batch = Math.max(1, largest);
        }
        return new Batch(results, first == null ? context.readTime() : first);
    }

    private static boolean isSplittable(ServiceNowException e) {
        return e.problem() == FailureKind.TOO_LARGE || e.problem() == FailureKind.BAD_ANSWER;
    }

    private Map<SysId, ServiceNowClient.ReadResult> send(ServiceNowClient client, List<SysId> sysIds)
            throws ServiceNowException {
        Instant sent = context.clock().instant();
        Map<SysId, ServiceNowClient.ReadResult> results = context.read(client, sysIds);
        context.rateLimiter()
                .answered(
                        Duration.between(sent, context.clock().instant()),
                        context.policy().get().slow());
        return results;
    }
}
