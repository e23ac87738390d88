package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.polling.PollingTestBase;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedAttachment;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.localizer.Localizable;

/** The evidence in a change: one note, the JSON form and the files, each once, whatever happens in between. */
class EvidenceAttachmentsTest extends PollingTestBase {
    private static final String ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

    @TempDir
    Path directory;

    private ChangeUpdateQueue updateQueue;
    private SimulatedChange change;
    private ChangeOutbox outbox = new ChangeOutbox();
    private final RecordingOwner owner = new RecordingOwner();
    private final List<EvidenceFile> files = new ArrayList<>();

    @BeforeEach
    void open() {
        updateQueue = newUpdateQueue();
        change = simulator.addChange(Map.of("short_description", TITLE, "type", "standard"));
    }

    private void file(String name, String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Path path = Files.write(directory.resolve("f" + files.size()), bytes);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        files.add(new EvidenceFile(name, "text/html", bytes.length, hash, path.toString()));
    }

    private void evidence(String id, String json, boolean told) {
        owner.evidence = new ChangeEvidence("d", "", "", "", "3 commits", json, files);
        outbox.evidence(owner.evidence, told, true, id);
    }

    private void writeAll() {
        int before = owner.settled.get();
        updateQueue.write(updates(change, outbox, owner));
        runUntil(() -> owner.settled.get() > before);
    }

    /** As after a restart: what was stored is read again. */
    private void restart() throws Exception {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (ObjectOutputStream stream = new ObjectOutputStream(stored)) {
            stream.writeObject(outbox);
        }
        try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(stored.toByteArray()))) {
            outbox = (ChangeOutbox) stream.readObject();
        }
        updateQueue = newUpdateQueue();
    }

    private List<String> attached() {
        return simulator.attachments(change.number()).stream()
                .map(file -> file.name() + "=" + file.text())
                .toList();
    }

    @Test
    void aNoteTheJsonAndTheFiles() throws Exception {
        file("report.html", "<html>");
        file("scan.html", "ok");
        evidence(ID, "{\"version\":1}", false);
        outbox.note("started", "s");
        writeAll();

        assertThat(change.workNotes())
                .containsExactly("3 commits\n[ServiceNow Gate " + ID + " evidence]", "started\n[ServiceNow Gate s]");
        assertThat(attached())
                .containsExactly("jenkins-evidence.json={\"version\":1}", "report.html=<html>", "scan.html=ok");
        RecordedRequest json = simulator.requests().to(Endpoint.ATTACH).get(0);
        assertThat(json.query())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "table_name",
                        "change_request",
                        "table_sys_id",
                        change.sysId(),
                        "file_name",
                        "jenkins-evidence.json"));
        assertThat(json.header("Content-Type")).isEqualTo("application/json");
        assertThat(simulator.attachments(change.number()))
                .extracting(SimulatedAttachment::contentType)
                .containsExactly("application/json", "text/html", "text/html");
        assertThat(simulator.requests().to(Endpoint.ATTACHMENTS).get(1).query())
                .containsEntry(
                        "sysparm_query",
                        "table_name=change_request^table_sys_id=" + change.sysId() + "^file_name=report.html");
        assertThat(owner.givenUp).isEmpty();
        assertThat(owner.settled).hasValue(1);
    }

    @Test
    void onlyTheFilesWhereTheColumnsHaveTheTexts() throws Exception {
        file("report.html", "<html>");
        evidence(ID, "{}", true);
        writeAll();

        assertThat(change.workNotes()).isEmpty();
        assertThat(attached()).containsExactly("report.html=<html>");
    }

    @Test
    void isAddedOnceAndWithoutANoteWhereNotesAreOff() {
        owner.evidence = new ChangeEvidence("", "", "", "", "note", "{}", List.of());
        assertThat(outbox.evidence(owner.evidence, false, false, ID)).isTrue();
        assertThat(outbox.evidence(owner.evidence, false, true, ID)).isFalse();
        writeAll();
        assertThat(change.workNotes()).isEmpty();
        assertThat(attached()).containsExactly("jenkins-evidence.json={}");
    }

    /** Refused before it was carried out, or carried out and not answered: one attachment at the end. */
    @ParameterizedTest
    @ValueSource(
            strings = {"429", "502", "resetBefore", "resetAfter", "cancelledAfter", "emptyAfter", "html", "cutOff"})
    void eachOnce(String what) throws Exception {
        eachOnce(what, true);
    }

    /** Then name and size prove it. */
    @ParameterizedTest
    @ValueSource(strings = {"resetBefore", "resetAfter", "cancelledAfter"})
    void eachOnceWhereTheInstanceTellsNoHash(String what) throws Exception {
        eachOnce(what, false);
    }

    private void eachOnce(String what, boolean hash) throws Exception {
        simulator.behaviour().attachmentHash(hash);
        Fault fault =
                switch (what) {
                    case "429" -> Fault.rateLimited();
                    case "502" -> Fault.badGateway();
                    case "resetBefore" -> Fault.connectionReset();
                    case "resetAfter" -> Fault.connectionReset().afterCommit();
                    case "cancelledAfter" -> Fault.transactionCancelled().afterCommit();
                    case "emptyAfter" -> Fault.emptyBody().afterCommit();
                    case "cutOff" -> Fault.cutOffJson();
                    default -> Fault.html();
                };
        simulator.faults().on(Endpoint.ATTACH).once(fault);
        file("report.html", "<html>");
        evidence(ID, "{}", false);
        writeAll();

        assertThat(attached()).containsExactlyInAnyOrder("jenkins-evidence.json={}", "report.html=<html>");
        assertThat(owner.givenUp).isEmpty();
        assertThat(owner.trouble).isNull();
        boolean committed = what.endsWith("After") || what.equals("cutOff");
        assertThat(simulator.requests().count(Endpoint.ATTACH)).isEqualTo(committed ? 2 : 3);
    }

    /** The controller was killed after the request was carried out, and before that was stored. */
    @Test
    void afterARestartTheListTellsThatItIsThere() throws Exception {
        evidence(ID, "{}", true);
        file("report.html", "<html>");
        outbox = new ChangeOutbox();
        evidence(ID, "{}", true);
        PendingUpdate entry = outbox.first();
        entry.attachAs("report.html");
        entry.sentAt(clock.instant());
        simulator.attach(change.number(), "report.html", "text/html", "<html>".getBytes(StandardCharsets.UTF_8));
        restart();
        writeAll();

        assertThat(attached()).containsExactly("report.html=<html>");
        assertThat(simulator.requests().count(Endpoint.ATTACH)).isZero();
    }

    /** It was not carried out, which is certain only when the instance would have cancelled it. */
    @Test
    void afterARestartItIsSentWhenItIsCertainThatItIsNotThere() throws Exception {
        file("report.html", "<html>");
        evidence(ID, "{}", true);
        PendingUpdate entry = outbox.first();
        entry.attachAs("report.html");
        entry.sentAt(clock.instant());
        Instant sent = clock.instant();
        restart();
        writeAll();

        assertThat(attached()).containsExactly("report.html=<html>");
        assertThat(simulator.requests().to(Endpoint.ATTACH))
                .singleElement()
                .satisfies(request ->
                        assertThat(Duration.between(sent, request.time())).isGreaterThanOrEqualTo(policy.settle()));
    }

    /** What an approver saw is not edited: a later build of the same version has a name of its own. */
    @Test
    void aLaterBuildAddsItsOwn() throws Exception {
        file("report.html", "<html>");
        evidence(ID, "{\"build\":1}", false);
        writeAll();
        outbox = new ChangeOutbox();
        evidence("99999999-1111", "{\"build\":2}", false);
        writeAll();

        assertThat(attached())
                .containsExactly(
                        "jenkins-evidence.json={\"build\":1}",
                        "report.html=<html>",
                        "jenkins-evidence-99999999.json={\"build\":2}");
        assertThat(change.workNotes()).hasSize(2);
    }

    /** Without hashes nothing shows that a file of the same name is the same one. */
    @Test
    void aFileOfTheSameNameAndSizeIsAnotherOneUnlessItsHashIsKnown() throws Exception {
        simulator.behaviour().attachmentHash(false);
        simulator.attach(change.number(), "report.html", "text/html", "<HTML>".getBytes(StandardCharsets.UTF_8));
        file("report.html", "<html>");
        evidence(ID, "{}", true);
        writeAll();
        assertThat(attached()).containsExactly("report.html=<HTML>", "report-0a1b2c3d.html=<html>");
    }

    /** Everything else goes on meanwhile, and one line tells it in the end. */
    @Test
    void withoutTheRightToAttachOneMessageIsGiven() throws Exception {
        simulator.behaviour().attachmentRole(false);
        file("report.html", "<html>");
        file("scan.html", "ok");
        evidence(ID, "{}", false);
        updateQueue.write(updates(change, outbox, owner));
        runUntil(() -> owner.trouble != null);
        assertThat(owner.trouble.toString()).contains("The attachment jenkins-evidence.json", "403", "sys_attachment");
        outbox.note("started", "s");
        writeAll();

        assertThat(change.workNotes()).hasSize(2);
        assertThat(owner.givenUp)
                .singleElement()
                .asString()
                .startsWith("Attaching the evidence of " + change.number() + " failed: ")
                .contains("403", "Insufficient rights to attach", "glide.attachment.role");
        assertThat(owner.trouble).isNull();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(attached()).isEmpty();
    }

    /** The right is given within the time in which people may correct it. */
    @Test
    void theRightThatIsGivenLaterIsUsed() {
        simulator.behaviour().attachmentRole(false);
        evidence(ID, "{}", false);
        updateQueue.write(updates(change, outbox, owner));
        runUntil(() -> owner.trouble != null);
        simulator.behaviour().attachmentRole(true);
        writeAll();
        assertThat(attached()).containsExactly("jenkins-evidence.json={}");
        assertThat(owner.givenUp).isEmpty();
    }

    /** With the instance's own error, or a page of a web server in front of it: that one file is missing. */
    @ParameterizedTest
    @ValueSource(ints = {400, 413})
    void aFileThatIsTooLargeForTheInstanceIsLeftOut(int status) throws Exception {
        simulator.behaviour().attachmentSize(3, status);
        file("large.html", "four");
        file("small.html", "3");
        evidence(ID, "", false);
        Instant begin = clock.instant();
        writeAll();

        assertThat(attached()).containsExactly("small.html=3");
        assertThat(owner.givenUp)
                .singleElement()
                .asString()
                .startsWith("The attachment large.html of " + change.number() + " failed: ")
                .contains(String.valueOf(status));
        assertThat(simulator.requests().count(Endpoint.ATTACH)).isEqualTo(2);
        assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void aFileThatIsGoneOrChangedIsNotSent() throws Exception {
        file("gone.html", "1");
        file("changed.html", "1");
        file("grown.html", "1");
        file("kept.html", "1");
        Files.delete(directory.resolve("f0"));
        Files.writeString(directory.resolve("f1"), "2");
        Files.writeString(directory.resolve("f2"), "11");
        evidence(ID, "", true);
        writeAll();

        assertThat(attached()).containsExactly("kept.html=1");
        assertThat(owner.givenUp)
                .extracting(Localizable::toString)
                .containsExactly(
                        "The attachment gone.html of " + change.number()
                                + " failed: the file does not exist any more. Do it manually in ServiceNow.",
                        "The attachment changed.html of " + change.number()
                                + " failed: the file is not the one that was recorded as evidence. Do it manually in"
                                + " ServiceNow.",
                        "The attachment grown.html of " + change.number()
                                + " failed: the file is not the one that was recorded as evidence. Do it manually in"
                                + " ServiceNow.");
    }

    @Test
    void evidenceThatIsGoneIsNotSent() {
        evidence(ID, "{}", false);
        owner.evidence = null;
        writeAll();
        assertThat(attached()).isEmpty();
        assertThat(owner.givenUp).hasSize(1);
        assertThat(change.workNotes()).hasSize(1);
    }

    @Test
    void namesAreThoseOfFiles() throws Exception {
        file("../../a^b:\u202e\n?.html", "1");
        file("x".repeat(300) + ".html", "2");
        evidence(ID, "", true);
        writeAll();
        assertThat(attached()).containsExactly(".._.._a_b_ _.html=1", "x".repeat(86) + ".html=2");
    }

    /** A user who may not read attachments can't be shown that it is there: it is sent at most twice, never lost. */
    @Test
    void aListThatMayNotBeReadHoldsNothingBack() throws Exception {
        simulator.faults().on(Endpoint.ATTACHMENTS).always(Fault.error(403, "no", ""));
        simulator.faults().on(Endpoint.ATTACH).once(Fault.connectionReset().afterCommit());
        file("report.html", "<html>");
        evidence(ID, "", true);
        writeAll();
        assertThat(attached()).containsExactly("report.html=<html>", "report.html=<html>");
    }

    @Test
    void theBytesAreSentOnceByTheHttpClient() throws Exception {
        simulator
                .faults()
                .on(Endpoint.ATTACH)
                .once(Fault.unavailable(Duration.ZERO).afterCommit());
        file("report.html", "<html>");
        evidence(ID, "", true);
        writeAll();
        assertThat(attached()).containsExactly("report.html=<html>");
        assertThat(simulator.requests().count(Endpoint.ATTACH)).isEqualTo(1);
    }
}
