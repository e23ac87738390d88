package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.Attachment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes are sent under which name, and which attachments are the same file. */
class AttachedFileTest {
    /** Of "abc". */
    private static final String SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path directory;

    private static ChangeEvidence evidence(EvidenceFile... files) {
        return new ChangeEvidence("", "", "", "", "", "{\"a\":\"ü\"}", List.of(files));
    }

    private EvidenceFile abc(String name, long size, String sha256) throws Exception {
        return new EvidenceFile(
                name,
                "text/plain",
                size,
                sha256,
                Files.writeString(directory.resolve("f"), "abc").toString());
    }

    private AttachedFile abc(String name) throws Exception {
        return AttachedFile.read(evidence(abc(name, 3, SHA)), 0);
    }

    private static void isUnusable(ChangeEvidence evidence, int file, String why) {
        assertThatThrownBy(() -> AttachedFile.read(evidence, file))
                .isInstanceOf(AttachedFile.UnusableFileException.class)
                .hasMessage(why);
    }

    @Test
    void isTheFileOfTheEvidence() throws Exception {
        AttachedFile file = AttachedFile.read(evidence(abc("a.txt", 3, SHA.toUpperCase(Locale.ROOT))), 0);
        assertThat(file.name()).isEqualTo("a.txt");
        assertThat(file.contentType()).isEqualTo("text/plain");
        assertThat(file.content()).asString().isEqualTo("abc");
    }

    @Test
    void orTheEvidenceItself() throws Exception {
        AttachedFile file = AttachedFile.read(evidence(), PendingUpdate.JSON);
        assertThat(file.name()).isEqualTo("jenkins-evidence.json");
        assertThat(file.contentType()).isEqualTo("application/json");
        assertThat(file.content())
                .isEqualTo(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xc3, (byte) 0xbc, '"', '}'});
    }

    @Test
    void aFileThatIsGoneIsNotSent() throws Exception {
        isUnusable(null, 0, Messages.AttachedFile_Gone());
        isUnusable(null, PendingUpdate.JSON, Messages.AttachedFile_Gone());
        isUnusable(evidence(), 0, Messages.AttachedFile_Gone());
        isUnusable(evidence(abc("a", 3, SHA)), 1, Messages.AttachedFile_Gone());
        for (String path : List.of(directory.resolve("none").toString(), "\0")) {
            isUnusable(evidence(new EvidenceFile("a", "text/plain", 3, SHA, path)), 0, Messages.AttachedFile_Gone());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, " + SHA,
        "4, ab",
        "3, ab",
        "-1, " + SHA,
        "33554433, " + SHA,
    })
    void aFileThatIsAnotherOneIsNotSent(long size, String sha256) throws Exception {
        isUnusable(evidence(abc("a", size, sha256)), 0, Messages.AttachedFile_Changed());
    }

    /** Its size is that of the evidence or less: no more than that is read, and its hash decides. */
    @ParameterizedTest
    @ValueSource(longs = {4, 33_554_432})
    void itsHashDecides(long size) throws Exception {
        assertThat(AttachedFile.read(evidence(abc("a", size, SHA)), 0).content())
                .hasSize(3);
    }

    @Test
    void anEmptyFileIsOneToo() throws Exception {
        String empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        Path path = Files.createFile(directory.resolve("empty"));
        assertThat(AttachedFile.read(evidence(new EvidenceFile("a", "text/plain", 0, empty, path.toString())), 0)
                        .content())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "report.html|report.html|report-0a1b2c3d.html",
                "../../a^b,c|.._.._a_b_c|.._.-0a1b2c3d._a_b_c",
                "a\\b/c:d*e?f\"g<h>i.txt|a_b_c_d_e_f_g_h_i.txt|a_b_c_d_e_f_g_h_i-0a1b2c3d.txt",
                "''|file|file-0a1b2c3d",
                "Makefile|Makefile|Makefile-0a1b2c3d",
                ".profile|.profile|.profile-0a1b2c3d",
                "a.html-template|a.html-template|a.html-template-0a1b2c3d",
                "a.properties1|a.properties1|a-0a1b2c3d.properties1",
            })
    void theNameIsThatOfAFile(String name, String sent, String marked) throws Exception {
        AttachedFile file = abc(name);
        assertThat(file.name()).isEqualTo(sent);
        assertThat(file.nameFor("0a1b2c3d-4e5f file 0")).isEqualTo(marked);
        assertThat(AttachedFile.name(evidence(abc(name, 3, SHA)), 0)).isEqualTo(sent);
    }

    /** So that the longer name fits into the column, too. */
    @ParameterizedTest
    @CsvSource({"91, 91", "92, 91", "300, 91"})
    void theNameHasNinetyOneCharactersAtMost(int length, int sent) throws Exception {
        AttachedFile file = abc("x".repeat(length - 4) + ".txt");
        assertThat(file.name()).isEqualTo("x".repeat(sent - 4) + ".txt");
        assertThat(file.nameFor("0a1b2c3d-4e5f"))
                .isEqualTo("x".repeat(sent - 4) + "-0a1b2c3d.txt")
                .hasSize(100);
        assertThat(file.nameFor("0a1b")).isEqualTo("x".repeat(sent - 4) + "-0a1b.txt");
    }

    @Test
    void theNameIsNotCutWithinACharacter() throws Exception {
        String astral = "\ud83d\ude00";
        assertThat(abc("x" + astral.repeat(50)).name()).isEqualTo("x" + astral.repeat(45));
        assertThat(abc(astral.repeat(50)).name()).isEqualTo(astral.repeat(45));
        assertThat(abc(astral.repeat(45)).name()).isEqualTo(astral.repeat(45));
    }

    @Test
    void aFileThatNobodyKnowsHasNoName() {
        assertThat(AttachedFile.name(null, 0)).isEqualTo("?");
        assertThat(AttachedFile.name(evidence(), 0)).isEqualTo("?");
        assertThat(AttachedFile.name(evidence(), PendingUpdate.JSON)).isEqualTo("jenkins-evidence.json");
    }

    @ParameterizedTest
    @CsvSource({
        "3, " + SHA + ", true, true",
        "9, " + SHA + ", true, true",
        "3, ab, false, false",
        "3, '', false, true",
        "0, '', false, false",
        "4, '', false, false",
        "-1, '', false, true",
    })
    void isTheSameAsAnAttachment(long size, String sha256, boolean proven, boolean possible) throws Exception {
        Attachment attachment = new Attachment(size, sha256);
        assertThat(abc("a").is(attachment)).isEqualTo(proven);
        assertThat(abc("a").mayBe(attachment)).isEqualTo(possible);
    }
}
