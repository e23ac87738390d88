package io.jenkins.plugins.servicenowgate.deployment;

import static org.awaitility.Awaitility.await;

import hudson.ExtensionList;
import hudson.Util;
import hudson.model.Executor;
import hudson.model.Job;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TopLevelItem;
import hudson.plugins.promoted_builds.Promotion;
import hudson.security.ACL;
import io.jenkins.plugins.servicenowgate.audit.AuditLog;
import io.jenkins.plugins.servicenowgate.audit.BreakGlassLog;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.freestyle.QueueItemStore;
import io.jenkins.plugins.servicenowgate.policy.MarkLog;
import io.jenkins.plugins.servicenowgate.policy.UndeclaredNames;
import io.jenkins.plugins.servicenowgate.setup.ConnectionChecks;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.awaitility.core.ConditionTimeoutException;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.springframework.security.core.context.SecurityContextHolder;

/** Takes a Jenkins that tests share back to where it was before the first of them. */
final class JenkinsReset {
    private JenkinsReset() {}

    /**
     * @param agents names of those that stay
     */
    static void reset(Jenkins jenkins, Set<String> agents) throws Exception {
        SecurityContextHolder.getContext().setAuthentication(ACL.SYSTEM2);
        endWhatRuns(jenkins);
        GateExecutor.stop();
        for (TopLevelItem item : jenkins.getItems()) {
            item.delete();
        }
        Util.deleteContentsRecursive(new File(jenkins.getRootDir(), "jobs"));
        nodes(jenkins, agents);
        jenkins.clouds.clear();
        jenkins.setProxy(null);
        QueueItemAuthenticatorConfiguration.get().getAuthenticators().clear();
        memory(jenkins);
        configuration();
        semaphores();
        nodeBlocks();
    }

    /** Aborts builds and cancels the queue, and lets the gates tell ServiceNow of that. */
    private static void endWhatRuns(Jenkins jenkins) {
        jenkins.getQueue().clear();
        List<Run<?, ?>> running = new ArrayList<>();
        for (Job<?, ?> job : jenkins.allItems(Job.class)) {
            for (Run<?, ?> run : job.getBuilds()) {
                if (run.isBuilding()) {
                    running.add(run);
                    Executor executor = run.getExecutor();
                    if (executor != null) {
                        executor.interrupt();
                    }
                }
            }
        }
        if (!isSoon(() -> running.stream().noneMatch(Run::isBuilding), 5)) {
            running.stream()
                    .filter(WorkflowRun.class::isInstance)
                    .map(WorkflowRun.class::cast)
                    .forEach(WorkflowRun::doKill);
            await().until(() -> running.stream().noneMatch(Run::isBuilding));
        }
        endPromotions(jenkins);
        File marks = new File(jenkins.getRootDir(), "servicenow-gate/open-deployments");
        isSoon(
                () -> DeploymentRegistry.get().waiting().isEmpty()
                        && (!marks.isDirectory()
                                || Util.fixNull(List.of(marks.list())).isEmpty()),
                2);
    }

    /** They belong to no item, and the end of one can be the beginning of another. */
    private static void endPromotions(Jenkins jenkins) {
        Set<Queue.Executable> ended = new HashSet<>();
        await().until(() -> {
            jenkins.getQueue().clear();
            List<Executor> busy = Stream.of(jenkins.getComputers())
                    .flatMap(computer -> computer.getExecutors().stream())
                    .filter(executor -> executor.getCurrentExecutable() instanceof Promotion)
                    .toList();
            for (Executor executor : busy) {
                if (ended.add(executor.getCurrentExecutable())) {
                    executor.interrupt();
                }
            }
            return busy.isEmpty();
        });
    }

    private static boolean isSoon(java.util.concurrent.Callable<Boolean> condition, int seconds) {
        try {
            await().atMost(Duration.ofSeconds(seconds))
                    .pollInterval(Duration.ofMillis(20))
                    .until(condition);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private static void nodes(Jenkins jenkins, Set<String> agents) throws IOException {
        for (Node node : jenkins.getNodes()) {
            if (!agents.contains(node.getNodeName())) {
                jenkins.removeNode(node);
            } else if (node.toComputer() != null) {
                node.toComputer().setTemporarilyOffline(false, null);
            }
        }
    }

    /** All settings as they are where nothing is configured. */
    private static void configuration() throws Exception {
        ServiceNowGateConfiguration configuration = ServiceNowGateConfiguration.get();
        File file = new File(Jenkins.get().getRootDir(), configuration.getId() + ".xml");
        Files.deleteIfExists(file.toPath());
        ServiceNowGateConfiguration unconfigured = new ServiceNowGateConfiguration();
        for (Field field : ServiceNowGateConfiguration.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                field.set(configuration, field.get(unconfigured));
            }
        }
        configuration.save();
        UndeclaredNames.get().search();
        // Forgets those whose jobs are gone.
        UndeclaredNames.get().getFindings();
    }

    /** What the plugin keeps in memory and in files of its own. */
    private static void memory(Jenkins jenkins) throws IOException {
        MarkLog.close();
        replace(GateExecutor.class, new GateExecutor());
        replace(ConnectionRuntimes.class, new ConnectionRuntimes());
        DeploymentRegistry.get().clearForTests();
        replace(ConnectionChecks.class, new ConnectionChecks());
        replace(MarkLog.class, new MarkLog());
        replace(CompletedChanges.class, new CompletedChanges());
        replace(ToldArtifacts.class, new ToldArtifacts());
        replace(QueueItemStore.class, new QueueItemStore());
        Util.deleteRecursive(new File(jenkins.getRootDir(), "servicenow-gate"));
        Util.deleteRecursive(new File(jenkins.getRootDir(), "logs/servicenow-gate"));
        AuditLog.get().reloadForTests();
        BreakGlassLog.get().reloadForTests();
        UnusedChanges.get().reloadForTests();
    }

    private static <T> void replace(Class<T> type, T fresh) {
        ExtensionList<T> list = ExtensionList.lookup(type);
        list.remove(ExtensionList.lookupSingleton(type));
        list.add(fresh);
    }

    /** The step counts its semaphores for as long as there is the Jenkins: here each test begins with the first. */
    private static void semaphores() throws ReflectiveOperationException {
        Field states = Class.forName(SemaphoreStep.class.getName() + "$State").getDeclaredField("states");
        states.setAccessible(true);
        ((Map<?, ?>) states.get(null)).clear();
    }

    /**
     * Pipeline knows node blocks by job, build and step: one that was stopped in a test before would stop the block of the
     * same names in the next.
     */
    private static void nodeBlocks() throws ReflectiveOperationException {
        Class<?> type = Class.forName(ExecutorStepExecution.class.getName() + "$RunningTasks");
        Object holder = ExtensionList.lookupSingleton(type);
        Field tasks = type.getDeclaredField("runningTasks");
        tasks.setAccessible(true);
        synchronized (holder) {
            ((Map<?, ?>) tasks.get(holder)).clear();
        }
    }
}
