package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.security.ACL;
import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.TestExtension;
import org.springframework.security.core.Authentication;

/** The source of another plugin: what it adds, and what it costs if it fails. */
@Timeout(300)
class EvidenceSourcesTest extends EvidenceTestBase {
    private static volatile Failure failure = Failure.NONE;
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static volatile String thread;
    private static volatile Authentication asWhom;
    private static volatile CountDownLatch hanging = new CountDownLatch(1);

    /** How the source behaves. */
    private enum Failure {
        NONE,
        EXCEPTION,
        LINKAGE,
        HANG
    }

    /** The source of another plugin. */
    @TestExtension
    public static final class ScanSource implements EvidenceSource {
        @NonNull
        @Override
        public String key() {
            return "scan";
        }

        @Override
        public EvidencePart gather(@NonNull EvidenceContext context) throws Exception {
            ASKED.incrementAndGet();
            thread = Thread.currentThread().getName();
            asWhom = Jenkins.getAuthentication2();
            switch (failure) {
                case EXCEPTION -> throw new IllegalStateException("the scanner\nis down");
                case LINKAGE -> throw new NoClassDefFoundError("gone/Scanner");
                case HANG -> hang(hanging);
                default -> {}
            }
            return EvidencePart.of("Scan", "0 critical").value("critical", 0);
        }

        /** As code does that ignores interrupts, such as a request without a timeout. */
        private static void hang(CountDownLatch until) {
            while (until.getCount() > 0) {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    Thread.interrupted();
                }
            }
        }
    }

    private long timeout;

    @BeforeEach
    void mend() {
        timeout = EvidenceGathering.setTimeoutForTests(30_000);
        failure = Failure.NONE;
        ASKED.set(0);
    }

    @AfterEach
    void release() {
        EvidenceGathering.setTimeoutForTests(timeout);
        hanging.countDown();
        hanging = new CountDownLatch(1);
    }

    @Test
    void allSourcesTogetherHaveThirtySeconds() {
        assertThat(timeout).as("what docs/system-properties.md says").isEqualTo(30_000);
    }

    @Test
    void itsPartIsShownWithTheOthers() throws Exception {
        WorkflowRun run = build("shop", make() + GATE);
        assertThat(evidence(run).description()).contains("Scan: 0 critical", "Tests: 2 passed");
        assertThat(part(run, "scan").get("critical")).isEqualTo(0);
        assertThat(ASKED.get()).isOne();
        assertThat(thread).as("no thread of a Pipeline").startsWith("ServiceNow gate");
        assertThat(asWhom).isEqualTo(ACL.SYSTEM2);
    }

    @Test
    void aSourceThatFailsCostsItsOwnPart() throws Exception {
        for (Failure one : List.of(Failure.EXCEPTION, Failure.LINKAGE, Failure.HANG)) {
            failure = one;
            EvidenceGathering.setTimeoutForTests(one == Failure.HANG ? 8000 : 30_000);
            WorkflowRun run = waiting(build("shop-" + one, make() + GATE));
            String why = Map.of(
                            Failure.EXCEPTION, "the scanner is down",
                            Failure.LINKAGE, "gone/Scanner",
                            Failure.HANG, "not ready after 8 s")
                    .get(one);
            jenkins.assertLogContains("[ServiceNow] Not gathered: scan: " + why, run);
            jenkins.assertLogNotContains("\tat ", run);
            assertThat(deployment(run).getWarning()).contains("Not gathered: scan: " + why);
            assertThat(evidence(run).description())
                    .contains("Not gathered: scan: " + why, "Tests: 2 passed")
                    .doesNotContain("Scan: ");
            goes(run);
        }
    }

    /** Nor does it cost the parts of other deployments, however many of them it keeps waiting. */
    @Test
    void aSourceThatHangsInManyDeploymentsCostsItsOwnPart() throws Exception {
        failure = Failure.HANG;
        EvidenceGathering.setTimeoutForTests(8000);
        EvidenceSettings links = new EvidenceSettings();
        links.setLinks(Map.of("Wiki", "https://wiki.example/"));
        production.setEvidence(links);
        List<WorkflowRun> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(build("shop-" + i, GATE));
        }
        for (WorkflowRun run : runs) {
            waiting(run);
            assertThat(evidence(run).description())
                    .contains("Not gathered: scan: not ready after 8 s", "Links: 1\n- Wiki: https://wiki.example/");
        }
    }

    @Test
    void nothingIsGatheredWhereNoChangeIsRequired() throws Exception {
        jenkins.buildAndAssertSuccess(ControlledJenkins.controlledJob(
                jenkins, "shop", "serviceNowGate environment: 'Dev', evidence: [changes: true]"));
        production.setEvidence(null);
        waiting(build("other", GATE));
        assertThat(ASKED.get()).isZero();
    }
}
