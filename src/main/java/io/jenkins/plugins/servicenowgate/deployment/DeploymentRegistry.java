package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.PeriodicWork;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The live {@link Deployment} for each id, until it is over and everything about it was sent to ServiceNow. After a restart
 * they are found by their marker files; the id in the build proves the match.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class DeploymentRegistry extends ItemListener implements LiveDeployments {
    private static final Logger LOGGER = Logger.getLogger(DeploymentRegistry.class.getName());

    private final Map<String, Deployment> live = new ConcurrentHashMap<>();

    /** Whether the deployments from before the last start of Jenkins are among them. */
    private boolean registered;

    /** A deployment and the build that stores it. */
    private record Found(Run<?, ?> run, DeploymentRecord record) {}

    @NonNull
    public static DeploymentRegistry get() {
        return ExtensionList.lookupSingleton(DeploymentRegistry.class);
    }

    // ---- live deployments

    /**
     * The owner of a stored deployment. A second reading of a stored record, as after Reload Configuration from Disk,
     * replaces the first one.
     *
     * @param host used if the deployment has no owner yet
     */
    @NonNull
    public Deployment ownerOf(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        if (record.getConnection() == null) {
            // Nothing of it happens later.
            return new Deployment(host, record, this);
        }
        AtomicReference<Deployment> before = new AtomicReference<>();
        Deployment deployment = live.compute(record.getId(), (id, known) -> {
            if (known != null && known.record() == record) {
                return known;
            }
            before.set(known);
            return new Deployment(host, record, this);
        });
        if (before.get() != null) {
            before.get().replace();
        }
        return deployment;
    }

    /** The owner of a deployment of a build; null if the build has no such deployment. */
    @CheckForNull
    public Deployment find(@NonNull Run<?, ?> run, @NonNull String id) {
        DeploymentRecord record = record(run, id);
        return record == null ? null : ownerOf(new BuildHost(run), record);
    }

    @Override
    public void remove(@NonNull DeploymentHost host, @NonNull DeploymentRecord record) {
        UnusedChanges.get().add(host, record);
        live.computeIfPresent(record.getId(), (id, known) -> known.record() == record ? null : known);
    }

    /** All deployments that wait now; the caller checks who may read their jobs. */
    @NonNull
    public List<Deployment> waiting() {
        return live.values().stream().filter(Deployment::isWaiting).toList();
    }

    /** The deployment with that id if it waits now. */
    @CheckForNull
    public Deployment waiting(@NonNull String id) {
        Deployment deployment = live.get(id);
        return deployment == null || !deployment.isWaiting() ? null : deployment;
    }

    /** Whether that deployment belongs to a build and is not over, or not reported to ServiceNow completely. */
    public static boolean contains(@NonNull String id) {
        return OpenDeploymentFiles.contains(id);
    }

    /** Releases all deployments that wait, because enforcement was switched off. */
    void releaseAllUnenforced() {
        waiting().forEach(deployment -> GateExecutor.get().execute(deployment::releaseUnenforced));
    }

    @Override
    public boolean isUsedByAnother(@NonNull DeploymentRecord record) {
        registerOpen();
        try {
            return usingChanges()
                    .anyMatch(other -> record.sharesChangeWithAnother(other) || isSearchedForBy(record, other));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the deployments that may use " + record.getNumber());
            return true;
        }
    }

    /** Those that are not over, also of queue items that are not opened yet. */
    private Stream<DeploymentRecord> usingChanges() throws IOException {
        List<DeploymentRecord> records = new ArrayList<>();
        live.values().forEach(deployment -> records.add(deployment.record()));
        for (UnopenedDeployments elsewhere : ExtensionList.lookup(UnopenedDeployments.class)) {
            records.addAll(elsewhere.unopened());
        }
        return records.stream().filter(record -> DeploymentState.of(record).usesChange());
    }

    /** Whether another deployment, which has no change yet, searches for the change of this one. */
    private static boolean isSearchedForBy(DeploymentRecord record, DeploymentRecord other) {
        return !record.getId().equals(other.getId())
                && !other.changeLink().isLinked()
                && Objects.equals(record.getConnection(), other.getConnection())
                && record.getProject().equals(other.getProject())
                && record.getVersion().equals(other.getVersion())
                && record.getEnvironment().equals(other.getEnvironment());
    }

    /** Whether a deployment that is not over uses the change. */
    boolean uses(@NonNull String connection, @NonNull SysId change) {
        try {
            return usingChanges()
                    .anyMatch(record -> connection.equals(record.getConnection())
                            && change.equals(record.changeLink().sysId()));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the deployments that may use " + change);
            return true;
        }
    }

    @NonNull
    @Override
    public List<DeploymentRecord> othersToMove(@NonNull DeploymentRecord record) {
        registerOpen();
        return live.values().stream()
                .map(Deployment::record)
                .filter(record::sharesChangeWithAnother)
                .filter(other -> other.outbox().pendingEnding() != null)
                .toList();
    }

    // ---- after a restart

    /** Continues what a restart or a crash interrupted. */
    @Override
    public void onLoaded() {
        FaultBarrier.run(DeploymentRegistry.class, () -> GateExecutor.get().execute(this::continueOpen));
    }

    private void continueOpen() {
        registerOpen();
        Map<String, String> missing = new HashMap<>();
        OpenDeploymentFiles.read().forEach((id, build) -> {
            Found found = find(id, build);
            if (found == null) {
                missing.put(id, build);
            } else {
                resume(found);
            }
        });
        if (!missing.isEmpty()) {
            searchEverywhere(missing);
        }
    }

    /** All of them are known before the first of them ends: another one may use its change. */
    private synchronized void registerOpen() {
        if (registered) {
            return;
        }
        OpenDeploymentFiles.read().forEach((id, build) -> {
            Found found = find(id, build);
            if (found != null) {
                ownerOf(new BuildHost(found.run()), found.record());
            }
        });
        registered = true;
    }

    /** The deployment in the build of that name; null if there is none, which proves nothing. */
    @CheckForNull
    private static Found find(String id, String build) {
        try {
            Run<?, ?> run = Run.fromExternalizableId(build);
            DeploymentRecord record = record(run, id);
            return record == null ? null : new Found(run, record);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the build " + build + " of an open deployment");
            return null;
        }
    }

    /** Jobs may have been renamed while Jenkins did not run, or just before it was killed. */
    private void searchEverywhere(Map<String, String> missing) {
        try {
            for (Job<?, ?> job : Jenkins.get().allItems(Job.class)) {
                for (Map.Entry<String, String> marker : List.copyOf(missing.entrySet())) {
                    Found found = findIn(job, marker.getKey(), marker.getValue());
                    if (found != null) {
                        missing.remove(marker.getKey());
                        OpenDeploymentFiles.write(marker.getKey(), found.run().getExternalizableId());
                        resume(found);
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "The search for the builds of open deployments failed");
        }
        missing.forEach((id, build) -> LOGGER.log(
                Level.WARNING,
                () -> "Could not find the build " + build + " of an open deployment. The next start of Jenkins searches"
                        + " for it again. If it was deleted, delete the file " + OpenDeploymentFiles.file(id)));
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

    @CheckForNull
    private static DeploymentRecord record(@CheckForNull Run<?, ?> run, String id) {
        ChangeRequestsAction action = run == null ? null : run.getAction(ChangeRequestsAction.class);
        return action == null ? null : action.find(id);
    }

    private void resume(Found found) {
        Deployment known = live.get(found.record().getId());
        if (known != null && known.record() != found.record() && known.host().isBuilding()) {
            // Reload Configuration from Disk reads a build anew that is still running.
            known.sendPending();
            return;
        }
        Run<?, ?> run = found.run();
        Deployment deployment = ownerOf(new BuildHost(run), found.record());
        if (run.isBuilding()) {
            deployment.sendPending();
        } else {
            deployment.buildEnded(run.getResult());
        }
    }

    /** A build may end without notifying listeners, for example if Jenkins cannot resume it. */
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
                    OrphanedDeploymentCheck.class, () -> GateExecutor.get().execute(get()::finishEnded));
        }
    }

    private void finishEnded() {
        List<String> running = live.entrySet().stream()
                .filter(entry -> entry.getValue().state() == DeploymentState.RUNNING)
                .map(Map.Entry::getKey)
                .toList();
        for (String id : running) {
            String build = OpenDeploymentFiles.read(id);
            Found found = build == null ? null : find(id, build);
            if (found != null) {
                resume(found);
            }
        }
    }

    // ---- jobs and builds that are renamed, moved or deleted

    /** Called for the jobs below a folder, too. */
    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        if (item instanceof Job) {
            FaultBarrier.run(DeploymentRegistry.class, () -> OpenDeploymentFiles.rename(oldFullName, newFullName));
            FaultBarrier.run(DeploymentRegistry.class, () -> UnusedChanges.get().renameJob(oldFullName, newFullName));
        }
    }

    /** What is pending for a deleted build is still sent; the deployments that have nothing pending are over. */
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
                    live.remove(record.getId());
                    OpenDeploymentFiles.delete(record.getId());
                }
            }
        }
    }

    /** Forgets all live deployments, as a restart does. */
    void clearForTests() {
        live.values().forEach(Deployment::replace);
        live.clear();
    }
}
