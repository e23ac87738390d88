package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceReport;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Gathers the evidence about one deployment. Each source has a task of its own, on threads that no other source uses; one
 * that fails, or is not ready in time, costs its own part. Nobody waits for a thread: the result is told once.
 */
@Restricted(NoExternalUse.class)
public final class EvidenceGathering {
    private static final Logger LOGGER = Logger.getLogger(EvidenceGathering.class.getName());

    /** How long all sources together may take. */
    private static volatile long timeoutMillis = TimeUnit.SECONDS.toMillis(
            SystemProperties.getInteger(EvidenceGathering.class.getName() + ".timeoutSeconds", 30));

    private static final String FILES = "files";

    private final EvidenceQuery query;
    private final Function<String, Executor> threads;
    private final BiConsumer<ChangeEvidence, List<String>> done;

    /** Until the secrets are known, everything is one. */
    private volatile UnaryOperator<String> masks = SecretMasks.EVERYTHING;

    private final AtomicBoolean over = new AtomicBoolean();

    /** Guarded by this. */
    private final Map<String, EvidencePart> parts = new LinkedHashMap<>();

    private final Map<String, String> failures = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final Set<String> pending = new TreeSet<>();
    private final List<FutureTask<?>> tasks = new ArrayList<>();
    private List<String> order = List.of();
    private List<EvidenceFile> files = List.of();
    private EvidenceContext context;
    private ScheduledFuture<?> timeout;

    private EvidenceGathering(
            EvidenceQuery query, Function<String, Executor> threads, BiConsumer<ChangeEvidence, List<String>> done) {
        this.query = query;
        this.threads = threads;
        this.done = done;
    }

    /**
     * Starts; returns at once.
     *
     * @param threads for a source, by its key
     * @param finisher for {@code done}, on other threads
     * @param done is told what was gathered, and a line for each part that was not; not called after {@link #cancel}
     */
    @NonNull
    public static EvidenceGathering start(
            @NonNull EvidenceQuery query,
            @NonNull Function<String, Executor> threads,
            @NonNull Executor finisher,
            @NonNull BiConsumer<ChangeEvidence, List<String>> done) {
        EvidenceGathering gathering = new EvidenceGathering(query, threads, done);
        synchronized (gathering) {
            gathering.timeout = Timer.get()
                    .schedule(() -> finisher.execute(gathering::finish), timeoutMillis, TimeUnit.MILLISECONDS);
        }
        gathering.submit("build", () -> gathering.begin(finisher), finisher);
        return gathering;
    }

    /** Returns true for the one caller that ends it before it is ready. */
    public boolean cancel() {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            stopTasks();
        }
        return first;
    }

    private synchronized void stopTasks() {
        timeout.cancel(false);
        tasks.forEach(task -> task.cancel(true));
    }

    private interface Task {
        void run() throws Exception;
    }

    private void submit(String key, Task task, Executor finisher) {
        FutureTask<Void> future = new FutureTask<>(() -> {
            run(key, task, finisher);
            return null;
        });
        synchronized (this) {
            if (over.get()) {
                return;
            }
            pending.add(key);
            tasks.add(future);
        }
        threads.apply(key).execute(future);
    }

    private void run(String key, Task task, Executor finisher) {
        String failure = null;
        try {
            task.run();
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOGGER.log(Level.INFO, e, () -> "Could not gather the evidence \"" + key + "\" of " + query.name());
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        boolean last;
        synchronized (this) {
            pending.remove(key);
            if (failure != null) {
                failures.put(key, failure);
            }
            last = pending.isEmpty();
        }
        if (last) {
            finisher.execute(this::finish);
        }
    }

    /** Finds out what all sources need to know, and then asks each of them. */
    private void begin(Executor finisher) {
        masks = SecretMasks.of(query.origin(), query.request().secrets());
        EvidenceContext found = new EvidenceContext(query);
        Map<String, EvidenceSource> sources = sources();
        synchronized (this) {
            context = found;
            order = List.copyOf(sources.keySet());
        }
        sources.forEach((key, source) -> submit(
                key,
                () -> {
                    EvidencePart part = source.gather(found);
                    if (part != null) {
                        EvidencePart masked = part.map(masks);
                        synchronized (this) {
                            parts.put(key, masked);
                        }
                    }
                },
                finisher));
        submit(FILES, () -> copyFiles(found), finisher);
    }

    /** By key, of which each source needs one of its own. */
    private static Map<String, EvidenceSource> sources() {
        Map<String, EvidenceSource> sources = new LinkedHashMap<>();
        for (EvidenceSource source : ExtensionList.lookup(EvidenceSource.class)) {
            String key = FaultBarrier.call(source.getClass(), source::key, () -> null);
            if (key == null || sources.putIfAbsent(TextSanitizer.clean(key), source) != null) {
                LOGGER.log(Level.WARNING, () -> "Not asked, because it has no key of its own: " + source.getClass());
            }
        }
        return sources;
    }

    private void copyFiles(EvidenceContext found) throws Exception {
        EvidenceFiles.Copied copied = EvidenceFiles.copy(found, query.id());
        synchronized (this) {
            files = copied.files();
            copied.leftOut().forEach(line -> warnings.add(masks.apply(line)));
        }
    }

    private void finish() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        stopTasks();
        EvidenceReport report;
        List<String> lines;
        synchronized (this) {
            lines = new ArrayList<>(warnings);
            failures.forEach(
                    (key, why) -> lines.add("Not gathered: " + key + ": " + TextSanitizer.clean(masks.apply(why))));
            pending.forEach(
                    key -> lines.add("Not gathered: " + key + ": not ready after " + timeoutMillis / 1000 + " s"));
            report = report(lines);
        }
        done.accept(evidence(report), lines);
    }

    /** Each source has its own barrier; whatever passes it must not leave the deployment without an answer. */
    private static ChangeEvidence evidence(EvidenceReport report) {
        try {
            return report.toEvidence();
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not write the evidence of " + report.project());
            return new ChangeEvidence("", "", "", "", "", "{}", List.of());
        }
    }

    private EvidenceReport report(List<String> missing) {
        Map<String, EvidencePart> ordered = new LinkedHashMap<>();
        order.forEach(key -> {
            EvidencePart part = parts.get(key);
            if (part != null) {
                ordered.put(key, part);
            }
        });
        ReleaseHistory.Released previous = context == null ? null : context.previous();
        Run<?, ?> madeBy = context == null ? null : context.getMadeBy();
        return new EvidenceReport(
                query.project(),
                query.version(),
                query.environment(),
                masks.apply(query.requestedBy()),
                query.build(masks),
                madeBy == null
                        ? null
                        : new EvidenceReport.Build(
                                masks.apply(madeBy.getFullDisplayName()),
                                madeBy.getParent().getFullName(),
                                madeBy.getNumber(),
                                EvidenceContext.address(madeBy, "")),
                previous == null
                        ? null
                        : new EvidenceReport.Previous(previous.version(), previous.change(), previous.at()),
                ordered,
                files,
                missing);
    }

    /** How long all sources together may take, from now on; returns how long it was before. */
    static long setTimeoutForTests(long millis) {
        long before = timeoutMillis;
        timeoutMillis = millis;
        return before;
    }
}
