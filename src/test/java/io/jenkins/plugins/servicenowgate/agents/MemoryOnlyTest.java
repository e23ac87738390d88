package io.jenkins.plugins.servicenowgate.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Queue;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.test.steps.SemaphoreStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Admission to agents does no I/O, because the queue is locked meanwhile. */
class MemoryOnlyTest extends ReservedAgentTestBase {
    private static final Set<String> IO =
            Set.of("jdk.FileRead", "jdk.FileWrite", "jdk.FileForce", "jdk.SocketRead", "jdk.SocketWrite");

    private final ReservedAgentsDispatcher dispatcher = new ReservedAgentsDispatcher();

    @TempDir
    private Path directory;

    /** Records every file and socket that this thread reads or writes, of any duration. */
    private List<String> io(Act act) throws Exception {
        Path file = directory.resolve("io.jfr");
        try (Recording recording = new Recording()) {
            IO.forEach(event -> recording.enable(event).withThreshold(Duration.ZERO));
            recording.start();
            act.happen();
            recording.stop();
            recording.dump(file);
        }
        String thisThread = Thread.currentThread().getName();
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getThread() != null
                        && thisThread.equals(event.getThread().getJavaName()))
                .map(RecordedEvent::toString)
                .toList();
    }

    private interface Act {
        void happen() throws Exception;
    }

    private void decides(Queue.Item item) throws Exception {
        Queue.BuildableItem buildable = (Queue.BuildableItem) item;
        assertThat(io(() -> Queue.withLock(() -> {
                    for (int i = 0; i < 100; i++) {
                        assertThat(dispatcher.canTake(agent, buildable)).isNotNull();
                    }
                })))
                .isEmpty();
    }

    /** Proves that the recording works; otherwise the tests below could not fail. */
    @Test
    void theRecordingDetectsFileReads() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThat(io(() -> Files.readString(file))).isNotEmpty();
    }

    @Test
    void aNodeBlockWithoutAGateIsBlockedFromMemory() throws Exception {
        WorkflowRun run = build("shop", "node('production') { echo 'ON THE AGENT' }");
        decides(recordBlocked(NO_GATE));
        abort(run);
    }

    @Test
    void aNodeBlockWhoseChangeIsOnHoldIsBlockedFromMemory() throws Exception {
        String number = approved("shop").number();
        WorkflowRun run =
                build("shop", GATE + "node('production') { semaphore 'first' }\nnode('production') { echo 'SECOND' }");
        SemaphoreStep.waitForStart("first/1", run);
        simulator.people().hold(number, "CAB meets");
        int before = simulator.requests().count(Endpoint.LIST);
        await().until(() -> simulator.requests().count(Endpoint.LIST) > before + 1);
        SemaphoreStep.success("first/1", null);
        decides(recordBlocked("CAB meets"));
        abort(run);
    }

    @Test
    void anItemWithoutBuildIsBlockedFromMemory() throws Exception {
        tiedToTheAgent();
        decides(recordBlocked("apps » tied on 'prod-1' has no ServiceNow gate"));
    }
}
