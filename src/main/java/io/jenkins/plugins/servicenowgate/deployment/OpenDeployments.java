package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.PeriodicWork;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.servicenowgate.gate.BookEntry.CloseCode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * they are found without loading builds. Also those that are running now, by their change.
 */
@Extension
@Restricted(NoExternalUse.class)
public final class OpenDeployments extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(OpenDeployments.class.getName());

    /** Deployments that were let go and are not over, by id. */
    private final Map<String, DeploymentRecord> running = new ConcurrentHashMap<>();

    @NonNull
    static OpenDeployments get() {
        return ExtensionList.lookupSingleton(OpenDeployments.class);
    }

    private static Path directory() {
        return home().resolve("open-deployments");
    }

    private static Path home() {
        return new File(Jenkins.get().getRootDir(), "servicenow-gate").toPath();
    }

    void add(@NonNull String id, @NonNull Run<?, ?> run) throws IOException {
        Path directory = Files.createDirectories(directory());
        // Beside the directory, where nobody takes half of one for a mark.
        Path written = Files.createTempFile(home(), "open-deployment", ".tmp");
        Files.writeString(written, run.getExternalizableId(), StandardCharsets.UTF_8);
        Files.move(written, directory.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The deployment is over, and everything about it is written. */
    void remove(@NonNull String id) {
        try {
            Files.deleteIfExists(directory().resolve(id));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The mark of the deployment " + id + " could not be deleted.");
        }
    }

    void started(@NonNull DeploymentRecord record) {
        running.put(record.getId(), record);
    }

    void ended(@NonNull DeploymentRecord record) {
        running.remove(record.getId());
    }

    /** Whether any other deployment, running or waiting, relies on the change of this one. */
    boolean isUsedByAnother(@NonNull DeploymentRecord record) {
        return running.values().stream().anyMatch(record::sharesChangeWithAnother)
                || GateService.get().isWaitedForByAnother(record);
    }

    /** Takes up what a restart or a crash interrupted. */
    @Override
    public void onLoaded() {
        GateService.get().execute(this::takeUp);
    }

    private void takeUp() {
        Path directory = directory();
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> marks = Files.list(directory)) {
            marks.forEach(mark -> takeUp(String.valueOf(mark.getFileName()), mark));
        } catch (IOException | UncheckedIOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The open deployments in " + directory + " could not be read.");
        }
    }

    private void takeUp(String id, Path mark) {
        Run<?, ?> run;
        try {
            run = Run.fromExternalizableId(Files.readString(mark, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.log(Level.WARNING, e, () -> "The mark of the deployment " + id + " could not be read.");
            return;
        }
        DeploymentRecord record = record(run, id);
        if (record == null) {
            if (run == null || !run.isBuilding()) {
                running.remove(id);
                remove(id);
            }
            return;
        }
        DeploymentBooks books = new DeploymentBooks(run, record);
        if (!run.isBuilding()) {
            books.buildIsOver(run.getResult());
        } else if (record.isRunning()) {
            started(record);
        }
        books.write();
    }

    /** A build may end without telling anybody, as one does that Jenkins finds broken when it reads it again. */
    @Extension
    @Restricted(NoExternalUse.class)
    public static final class EndsThatNobodyTold extends PeriodicWork {
        @Override
        public long getRecurrencePeriod() {
            return TimeUnit.MINUTES.toMillis(1);
        }

        @Override
        protected void doRun() {
            OpenDeployments open = get();
            Path directory = directory();
            open.running
                    .keySet()
                    .forEach(id -> GateService.get().execute(() -> {
                        Path mark = directory.resolve(id);
                        if (Files.isRegularFile(mark)) {
                            open.takeUp(id, mark);
                        }
                    }));
        }
    }

    @CheckForNull
    private static DeploymentRecord record(@CheckForNull Run<?, ?> run, String id) {
        ChangeRequestsAction action = run == null ? null : run.getAction(ChangeRequestsAction.class);
        return action == null ? null : action.find(id);
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
