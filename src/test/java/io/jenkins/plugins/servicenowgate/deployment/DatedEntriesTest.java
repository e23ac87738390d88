package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the controller remembers of changes, whatever becomes of the file. */
class DatedEntriesTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void setUp() {
        file = directory.resolve("of-the-plugin").resolve("entries.txt");
    }

    private DatedEntries read() {
        return new DatedEntries(() -> file, "[a-z]+", "\\d{2} \\S+", 10);
    }

    @Test
    void theFirstValueStaysAlsoAfterARestart() throws Exception {
        DatedEntries entries = read();
        assertThat(entries.get("a")).isNull();
        entries.putIfAbsent("a", "12 x");
        entries.putIfAbsent("a", "34 y");
        entries.putIfAbsent("b", "56 z");
        assertThat(entries.get("a")).isEqualTo("12 x");
        assertThat(read().get("a")).isEqualTo("12 x");
        assertThat(read().get("b")).isEqualTo("56 z");
        assertThat(read().get("c")).isNull();
        assertThat(file).content().matches("a \\d{13} 12 x\nb \\d{13} 56 z\n");
    }

    @Test
    void withoutValues() throws Exception {
        DatedEntries entries = new DatedEntries(() -> file, "[a-z]+", "", 10);
        entries.putIfAbsent("a", "");
        assertThat(file).content().matches("a \\d{13}\n");
        assertThat(new DatedEntries(() -> file, "[a-z]+", "", 10).get("a")).isEmpty();
    }

    /** The next entry must not be appended to what a crash left of another. */
    @Test
    void aLineThatWasCutOffDoesNotCount() throws Exception {
        read().putIfAbsent("a", "12 x");
        Files.writeString(file, Files.readString(file) + "b " + System.currentTimeMillis() + " 12 lo");
        DatedEntries entries = read();
        assertThat(entries.get("b")).isNull();
        entries.putIfAbsent("b", "12 long");
        assertThat(read().get("a")).isEqualTo("12 x");
        assertThat(read().get("b")).isEqualTo("12 long");
    }

    @Test
    void whatIsNoEntryDoesNotCount() throws Exception {
        long now = System.currentTimeMillis();
        Files.createDirectories(file.getParent());
        Files.writeString(
                file, "a " + now + "\n\nB " + now + " 12 x\nc " + now + " 1 x\nd now 12 x\ne " + now + " 12 x\n");
        DatedEntries entries = read();
        for (String key : new String[] {"a", "B", "c", "d"}) {
            assertThat(entries.get(key)).as(key).isNull();
        }
        assertThat(entries.get("e")).isEqualTo("12 x");
    }

    /** What is missing may have been in it, also after the next start. */
    @ParameterizedTest
    @ValueSource(strings = {"a 1 12 x\nb 17", "\0\0\0\0\n", "\u00ff"})
    void aDamagedFileIsKnownToBeDamaged(String content) throws Exception {
        assertThat(read().isDamaged()).isFalse();
        read().putIfAbsent("c", "12 x");
        assertThat(read().isDamaged()).isFalse();
        Files.write(file, (Files.readString(file) + content + "\n").getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < 2; i++) {
            assertThat(read().isDamaged()).isTrue();
            read().putIfAbsent("d" + "e".repeat(i), "12 x");
        }
    }

    /** A power failure left zeros, or a part of the line that tells of damage, at the end: that is no part of an entry. */
    @ParameterizedTest
    @ValueSource(strings = {"\0\0\0\0", "# Lines that", "d 12 \0\0", "d 1800000000000 12 x\0\0"})
    void anEndThatIsNoPartOfAnEntryIsDamage(String end) throws Exception {
        read().putIfAbsent("c", "12 x");
        Files.writeString(file, Files.readString(file) + end);
        for (int i = 0; i < 2; i++) {
            assertThat(read().isDamaged()).isTrue();
            assertThat(read().get("c")).isEqualTo("12 x");
        }
    }

    /** A name cannot add a line. */
    @Test
    void whatWouldBeNoEntryIsNotStored() {
        assertThatThrownBy(() -> read().putIfAbsent("a", "12 x\nb 1 12 y")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read().putIfAbsent("a b", "12 x")).isInstanceOf(IOException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void oldEntriesAreForgotten() throws Exception {
        long now = System.currentTimeMillis();
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "a " + (now - Duration.ofDays(181).toMillis()) + " 12 x\nb "
                        + (now - Duration.ofDays(179).toMillis()) + " 12 x\nc " + now + " 12 x\n");
        assertThat(read().get("a")).isNull();
        assertThat(read().get("b")).isEqualTo("12 x");
        assertThat(file).content().startsWith("b ");
    }

    @Test
    void theOldestOfTooManyAreForgotten() throws Exception {
        DatedEntries entries = read();
        for (char key = 'a'; key <= 'k'; key++) {
            entries.putIfAbsent(String.valueOf(key), "12 x");
        }
        for (DatedEntries each : new DatedEntries[] {entries, read()}) {
            assertThat(each.get("a")).isNull();
            assertThat(each.get("b")).isNull();
            assertThat(each.get("c")).isEqualTo("12 x");
            assertThat(each.get("k")).isEqualTo("12 x");
        }
    }

    /** The disk was full, or the directory is not writable. */
    @Test
    void whatCouldNotBeStoredIsNotRemembered() throws Exception {
        Files.writeString(file.getParent(), "in the way");
        DatedEntries entries = read();
        assertThatThrownBy(() -> entries.putIfAbsent("a", "12 x")).isInstanceOf(IOException.class);
        assertThat(entries.get("a")).isNull();
        Files.delete(file.getParent());
        entries.putIfAbsent("a", "34 y");
        assertThat(entries.get("a")).isEqualTo("34 y");
    }

    /** A crash in a file that is damaged already, or too many entries, so that it is written anew. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDamagedFileThatIsWrittenAnewStaysDamaged(boolean crash) throws Exception {
        read().putIfAbsent("a", "12 x");
        Files.writeString(file, Files.readString(file) + "\0\0\0\n" + (crash ? "b 17" : ""));
        DatedEntries entries = read();
        assertThat(entries.isDamaged()).isTrue();
        for (char key = 'c'; !crash && key <= 'm'; key++) {
            entries.putIfAbsent(String.valueOf(key), "12 x");
        }
        assertThat(file).content().doesNotContain("\0").endsWith("\n");
        assertThat(read().isDamaged()).as("after a restart").isTrue();
        assertThat(read().get("a") == null).isEqualTo(!crash);
    }

    /** The entry is not there after a restart either, but until then it is known that one is missing. */
    @Test
    void anEntryThatCouldNotBeStoredIsMissing() throws Exception {
        DatedEntries entries = read();
        Files.createDirectories(file);
        assertThatThrownBy(() -> entries.putIfAbsent("a", "12 x")).isInstanceOf(IOException.class);
        Files.delete(file);
        assertThat(entries.get("a")).isNull();
        assertThat(entries.mayMiss("a", null)).isTrue();
        assertThat(entries.mayMiss("a", "34 y")).isTrue();
        assertThat(entries.mayMiss("a", "12 x"))
                .as("for whom wanted to store it")
                .isFalse();
        assertThat(entries.mayMiss("b", null))
                .as("nothing is wrong with others")
                .isFalse();
        entries.putIfAbsent("a", "12 x");
        assertThat(entries.mayMiss("a", null)).as("stored by now").isFalse();
    }

    /** The disk was full for a while: what was cut off is removed as soon as that is possible, and spoils no other entry. */
    @Test
    void aLineThatWasCutOffIsRemovedBeforeTheNextEntry() throws Exception {
        read().putIfAbsent("a", "12 x");
        Files.writeString(file, Files.readString(file) + "b 17");
        Path full = Files.writeString(directory.resolve("full"), "").resolve("x");
        AtomicInteger calls = new AtomicInteger();
        DatedEntries entries =
                new DatedEntries(() -> calls.getAndIncrement() == 1 ? full : file, "[a-z]+", "\\d{2} \\S+", 10);
        assertThat(entries.get("a")).isEqualTo("12 x");
        assertThat(file).content().as("could not be written").endsWith("b 17");
        assertThat(entries.isDamaged()).isFalse();
        entries.putIfAbsent("c", "12 x");
        assertThat(read().isDamaged()).isFalse();
        assertThat(read().get("c")).isEqualTo("12 x");
    }

    /** The clock was decades back for a while: the lines before and after tell when that was. */
    @Test
    void entriesOfAClockThatWasSetBackAreNotForgotten() throws Exception {
        long now = System.currentTimeMillis();
        Files.createDirectories(file.getParent());
        Files.writeString(file, "a " + (now - 1000) + " 12 x\nb 1000 12 x\nc " + now + " 12 x\n");
        assertThat(read().get("b")).isEqualTo("12 x");
        assertThat(file).content().contains("\nb 1000 12 x\n");
    }

    /** At the start of the controller its clock was years ahead, as of all entries but one of another such time. */
    @Test
    void aClockThatIsAheadForgetsNothing() throws Exception {
        long now = System.currentTimeMillis();
        long past = now - Duration.ofDays(1000).toMillis();
        Files.createDirectories(file.getParent());
        Files.writeString(file, "a " + past + " 12 x\nb " + (past + 1000) + " 12 x\n");
        assertThat(read().get("a")).isEqualTo("12 x");
        Files.writeString(
                file, "a " + now + " 12 x\nb " + (now + Duration.ofDays(9000).toMillis()) + " 12 x\n");
        assertThat(read().get("a")).as("beside an entry of the future").isEqualTo("12 x");
        read().putIfAbsent("c", "12 x");
        assertThat(read().get("a")).isEqualTo("12 x");
        assertThat(read().get("c")).isEqualTo("12 x");
    }
}
