package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.PeriodicWork;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Which deployments are not over yet, or not yet written down in ServiceNow: a small file each, so that after a restart
 * they are found without loading builds. The file is named after the deployment and holds the last known name of its
 * build; the id in the build proves the match. A file is never deleted because its build was not found.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class DeploymentRegistry extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(DeploymentRegistry.class.getName());

    /** Deployments that were let go and are not over, by id. */
    private final Map<String, DeploymentRecord> running = new ConcurrentHashMap<>();

    /** Deployments that wait for their change, by id. */
    private final Map<String, DeploymentGate> waiting = new ConcurrentHashMap<>();

    /** Whether those of before the last start of Jenkins are among them. */
    private boolean recovered;

    /** A deployment and the build that holds it. */
    private record Found(Run<?, ?> run, DeploymentRecord record) {}

    @NonNull
    public static DeploymentRegistry get() {
        return ExtensionList.lookupSingleton(DeploymentRegistry.class);
    }

    private static Path directory() {
        return root().resolve("open-deployments");
    }

    private static Path root() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate").toPath();
    }

    void add(@NonNull String id, @NonNull Run<?, ?> run) throws IOException {
        write(id, run.getExternalizableId());
    }

    private static synchronized void write(String id, String build) throws IOException {
        Path directory = Files.createDirectories(directory());
        // Beside the directory, where nobody takes half of one for a mark.
        Path written = Files.createTempFile(root(), "open-deployment", ".tmp");
        Files.writeString(written, build, StandardCharsets.UTF_8);
        Files.move(written, directory.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether that deployment belongs to a build and is not over, or not yet written down. */
    public static boolean contains(@NonNull String id) {
        return Files.isRegularFile(directory().resolve(id));
    }

    /** The deployment is over, and everything about it is written. */
    void remove(@NonNull String id) {
        running.remove(id);
        try {
            Files.deleteIfExists(directory().resolve(id));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The mark of the deployment " + id + " could not be deleted.");
        }
    }

    // ---- live deployments

    void opened(@NonNull DeploymentGate gate) {
        waiting.put(gate.record().getId(), gate);
    }

    void closed(@NonNull DeploymentGate gate) {
        waiting.remove(gate.record().getId(), gate);
    }

    /** The deployments that wait now, on this controller as a whole; the caller checks who may read their jobs. */
    @NonNull
    public List<DeploymentGate> waiting() {
        return List.copyOf(waiting.values());
    }

    /** The gate at which that deployment waits; null where it waits at none. */
    @CheckForNull
    DeploymentGate waiting(@NonNull String deploymentId) {
        return waiting.get(deploymentId);
    }

    /** Releases all deployments that wait, because enforcement was switched off. */
    void releaseAllUnenforced() {
        waiting.values().forEach(gate -> GateExecutor.get().execute(gate::releaseUnenforced));
    }

    void started(@NonNull DeploymentRecord record) {
        running.put(record.getId(), record);
    }

    void ended(@NonNull DeploymentRecord record) {
        running.remove(record.getId());
    }

    /** Whether any other deployment, running or waiting, relies on the change of this one. */
    boolean isUsedByAnother(@NonNull DeploymentRecord record) {
        recoverRunning();
        return running.values().stream().anyMatch(record::sharesChangeWithAnother)
                || waiting.values().stream().map(DeploymentGate::record).anyMatch(record::sharesChangeWithAnother);
    }

    // ---- after a restart

    /** Takes up what a restart or a crash interrupted. */
    @Override
    public void onLoaded() {
        FaultBarrier.run(DeploymentRegistry.class, () -> GateExecutor.get().execute(this::recover));
    }

    private void recover() {
        recoverRunning();
        Map<String, String> missing = new HashMap<>();
        marks().forEach((id, build) -> {
            Found found = find(id, build);
            if (found == null) {
                missing.put(id, build);
            } else {
                recover(found);
            }
        });
        if (!missing.isEmpty()) {
            searchEverywhere(missing);
        }
    }

    /** All that are running are known before the first of them ends: its change may be another one's too. */
    private synchronized void recoverRunning() {
        if (recovered) {
            return;
        }
        marks().forEach((id, build) -> {
            Found found = find(id, build);
            if (found != null && found.record().isRunning()) {
                started(found.record());
            }
        });
        recovered = true;
    }

    /** The last known name of the build by the id of its deployment. */
    private static Map<String, String> marks() {
        Map<String, String> marks = new HashMap<>();
        Path directory = directory();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    String id = String.valueOf(file.getFileName());
                    try {
                        marks.put(id, Files.readString(file, StandardCharsets.UTF_8));
                    } catch (NoSuchFileException e) {
                        LOGGER.log(Level.FINE, e, () -> "Over in the meantime: " + id);
                    } catch (IOException e) {
                        LOGGER.log(Level.WARNING, e, () -> "The mark of the deployment " + id + " could not be read.");
                    }
                }
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "The open deployments in " + directory + " could not be read.");
            }
        }
        return marks;
    }

    /** The deployment in the build of that name; null where there is none, which proves nothing. On a gate's thread. */
    @CheckForNull
    private static Found find(String id, String build) {
        try {
            Run<?, ?> run = Run.fromExternalizableId(build);
            DeploymentRecord record = record(run, id);
            return record == null ? null : new Found(run, record);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "The build " + build + " of an open deployment could not be read.");
            return null;
        }
    }

    /** Their jobs may have been renamed while Jenkins did not run, or just before it was killed. On a gate's thread. */
    private void searchEverywhere(Map<String, String> missing) {
        try {
            for (Job<?, ?> job : Jenkins.get().allItems(Job.class)) {
                for (Map.Entry<String, String> mark : List.copyOf(missing.entrySet())) {
                    Found found = findIn(job, mark.getKey(), mark.getValue());
                    if (found != null) {
                        missing.remove(mark.getKey());
                        write(mark.getKey(), found.run().getExternalizableId());
                        recover(found);
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "The search for the builds of open deployments failed.");
        }
        missing.forEach((id, build) -> LOGGER.log(
                Level.WARNING,
                () -> "The build " + build + " of an open deployment was not found. It is searched for again at the"
                        + " next start. If it was deleted, delete the file "
                        + directory().resolve(id) + "."));
    }

    @CheckForNull
    private static Found findIn(Job<?, ?> job, String id, String build) {
        try {
            Run<?, ?> run = job.getBuildByNumber(Integer.parseInt(build.substring(build.lastIndexOf('#') + 1)));
            DeploymentRecord record = record(run, id);
            return record == null ? null : new Found(run, record);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void recover(Found found) {
        Run<?, ?> run = found.run();
        DeploymentRecord record = found.record();
        WorkNotes updates = new WorkNotes(run, record);
        if (!run.isBuilding()) {
            updates.buildIsOver(run.getResult());
        } else if (record.isRunning()) {
            started(record);
        }
        updates.write();
    }

    /** A build may end without telling anybody, as one does that Jenkins finds broken when it reads it again. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class OrphanedDeploymentCheck extends PeriodicWork {
        @Override
        public long getRecurrencePeriod() {
            return TimeUnit.MINUTES.toMillis(1);
        }

        @Override
        protected void doRun() {
            FaultBarrier.run(
                    OrphanedDeploymentCheck.class, () -> GateExecutor.get().execute(get()::recoverEnded));
        }
    }

    private void recoverEnded() {
        Map<String, String> marks = running.isEmpty() ? Map.of() : marks();
        for (String id : running.keySet()) {
            String build = marks.get(id);
            Found found = build == null ? null : find(id, build);
            if (found != null) {
                recover(found);
            }
        }
    }

    @CheckForNull
    private static DeploymentRecord record(@CheckForNull Run<?, ?> run, String id) {
        ChangeRequestsAction action = run == null ? null : run.getAction(ChangeRequestsAction.class);
        return action == null ? null : action.find(id);
    }

    // ---- what is renamed, moved or deleted

    /** Called for the jobs below a folder, too. */
    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        if (item instanceof Job) {
            FaultBarrier.run(DeploymentRegistry.class, () -> rename(oldFullName + '#', newFullName + '#'));
        }
    }

    private static void rename(String before, String after) {
        marks().forEach((id, build) -> {
            if (build.startsWith(before)) {
                try {
                    write(id, after + build.substring(before.length()));
                } catch (IOException e) {
                    // The next start searches for it.
                    LOGGER.log(Level.WARNING, e, () -> "The mark of the deployment " + id + " could not be renamed.");
                }
            }
        });
    }

    /** What is pending for a deleted build is written still, and its mark goes then; what is not, goes at once. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DeletedBuilds extends RunListener<Run<?, ?>> {
        @Override
        public void onDeleted(Run<?, ?> run) {
            FaultBarrier.run(DeletedBuilds.class, () -> get().deleted(run));
        }
    }

    private void deleted(Run<?, ?> run) {
        ChangeRequestsAction action = run.getAction(ChangeRequestsAction.class);
        if (action != null) {
            for (DeploymentRecord record : action.getDeployments()) {
                if (record.outbox().isEmpty()) {
                    remove(record.getId());
                }
            }
        }
    }

    /** The code for how a build or a body ended. */
    @NonNull
    static CloseCode closeCode(@CheckForNull Result result) {
        if (Result.SUCCESS.equals(result)) {
            return CloseCode.SUCCESSFUL;
        }
        return Result.UNSTABLE.equals(result) ? CloseCode.SUCCESSFUL_ISSUES : CloseCode.UNSUCCESSFUL;
    }
}
