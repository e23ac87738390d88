package io.jenkins.plugins.servicenowgate.evidence;

import static io.jenkins.plugins.servicenowgate.evidence.Reports.PREVIOUS;
import static io.jenkins.plugins.servicenowgate.evidence.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the evidence: what they say, their limits, and foreign text in them. */
class EvidenceTextsTest {
    private static EvidencePart commits(int number, String message) {
        EvidencePart part = EvidencePart.of("Commits", number + " by 1 author since version 1");
        IntStream.range(0, number).forEach(i -> part.line("c" + i + " " + message));
        return part.value("count", number);
    }

    private static Map<String, EvidencePart> parts(EvidencePart commits) {
        Map<String, EvidencePart> parts = new LinkedHashMap<>();
        parts.put("changes", commits);
        parts.put(
                "tests",
                EvidencePart.of("Tests", "3 passed, 0 failed, 1 skipped")
                        .line("https://ci.example.com/t")
                        .inTestPlan());
        return parts;
    }

    @Test
    void sayWhatIsDeployed() {
        ChangeEvidence evidence = report(parts(commits(2, "Fix")), PREVIOUS).toEvidence();
        assertThat(evidence.description()).isEqualTo("""
            Deployment of shop, version 2, to Production.
            Requested by apps » shop #7: https://ci.example.com/job/apps/job/shop/7/ (Started by user Ann)
            Version made by apps » shop #7: https://ci.example.com/job/apps/job/shop/7/

            Commits: 2 by 1 author since version 1
            - c0 Fix
            - c1 Fix

            Tests: 3 passed, 0 failed, 1 skipped
            - https://ci.example.com/t

            Version to go back to: 1 (CHG0030001, released 2026-11-01T10:00:00Z)

            Attachments: 1
            - report.pdf, SHA-256 ab12

            Not gathered: scan: not ready after 30 s\
            """);
        assertThat(evidence.workNote()).isEqualTo(evidence.description());
        assertThat(evidence.testPlan()).isEqualTo("""
            Tests of shop, version 2:

            Tests: 3 passed, 0 failed, 1 skipped
            - https://ci.example.com/t\
            """);
        assertThat(evidence.backoutPlan())
                .isEqualTo("Deploy shop version 1 (CHG0030001, released 2026-11-01T10:00:00Z) to Production again.");
        assertThat(evidence.justification())
                .isEqualTo("Version 2 of shop. Commits: 2 by 1 author since version 1\n- c0 Fix\n- c1 Fix");
    }

    @Test
    void sayThatTheyDoNotKnow() {
        ChangeEvidence evidence = Reports.of(Map.of()).toEvidence();
        assertThat(evidence.description()).isEqualTo("""
            Deployment of shop, version 2, to Production.
            Requested by apps » shop (Timer)
            Version made by an unknown build

            Version to go back to: unknown, because no earlier release to Production is known\
            """);
        // An empty column does not look as if somebody had planned something.
        assertThat(evidence.testPlan()).isEmpty();
        assertThat(evidence.backoutPlan()).isEmpty();
        assertThat(evidence.justification()).isEmpty();
    }

    @Test
    void nameAVersionThatNeededNoChange() {
        ChangeEvidence evidence = report(Map.of(), new EvidenceReport.Previous("1", null, Reports.RELEASED))
                .toEvidence();
        assertThat(evidence.backoutPlan())
                .isEqualTo("Deploy shop version 1 (without a change, released 2026-11-01T10:00:00Z) to Production"
                        + " again.");
    }

    @Test
    void showFiftyLinesAndCountTheOthers() {
        String text = report(parts(commits(162, "Fix")), PREVIOUS).toEvidence().description();
        assertThat(text).contains("- c49 Fix\nand 112 more\n").doesNotContain("c50");
    }

    @Test
    void countAllAttachmentsAndShowFifty() {
        List<EvidenceFile> files = new ArrayList<>();
        IntStream.range(0, 51).forEach(i -> files.add(new EvidenceFile("f" + i, "text/html", 1, "ab", "id/" + i)));
        String text = new EvidenceReport(
                        "shop", "2", "Production", "Timer", Reports.ITEM, null, null, Map.of(), files, List.of())
                .toEvidence()
                .description();
        assertThat(text)
                .contains("\n\nAttachments: 51\n- f0, SHA-256 ab\n")
                .endsWith("\n- f49, SHA-256 ab\nand 1 more");
    }

    @Test
    void fitTheirColumn() {
        String text = report(parts(commits(162, "m".repeat(200))), PREVIOUS)
                .toEvidence()
                .description();
        assertThat(text.length()).isBetween(3500, 4000);
        int shown = (int) text.lines().filter(line -> line.startsWith("- c")).count();
        assertThat(text).contains("\nand " + (162 - shown) + " more\n").contains("Version to go back to: 1");
    }

    /** One detail of each part would be too much already. */
    @Test
    void showNoDetailsWhereNoneFit() {
        Map<String, EvidencePart> many = new LinkedHashMap<>();
        IntStream.range(0, 14)
                .forEach(i -> many.put("p" + i, EvidencePart.of("P" + i, "s").line("l".repeat(300))));
        String text = Reports.of(many).toEvidence().description();
        assertThat(text)
                .contains("P0: s\nand 1 more\n\nP1: s\nand 1 more\n", "P13: s\nand 1 more\n\nVersion to go back to");
        assertThat(text).doesNotContain("\n- ");
    }

    /** A description of that length, of headings alone. */
    private static String description(int length) {
        Map<String, EvidencePart> many = new LinkedHashMap<>();
        int missing = length - Reports.of(Map.of()).toEvidence().description().length();
        for (int i = 0; missing > 0; i++) {
            // Two line ends and "P: " are five.
            int size = Math.min(missing - 5, 200);
            size = missing - 5 - size < 6 && missing - 5 > 200 ? 100 : size;
            many.put("p" + i, EvidencePart.of("P", "x".repeat(size)));
            missing -= size + 5;
        }
        return Reports.of(many).toEvidence().description();
    }

    @ParameterizedTest
    @ValueSource(ints = {3999, 4000})
    void areCompleteUpToTheLengthOfTheColumn(int length) {
        assertThat(description(length))
                .hasSize(length)
                .endsWith("\n\nVersion to go back to: unknown, because no earlier release to Production is known");
    }

    @ParameterizedTest
    @ValueSource(ints = {4001, 5000})
    void areCutWhereNothingElseHelps(int length) {
        String text = description(length);
        assertThat(text)
                .startsWith("Deployment of shop, version 2")
                .endsWith("\n(" + (length - 3960) + " more characters)");
        assertThat(text.indexOf("\n(" + (length - 3960))).isEqualTo(3960);
    }

    /** Where the character that needs two begins, and how much of the text remains. */
    @ParameterizedTest
    @CsvSource({"3958, 3960", "3959, 3959", "3960, 3960"})
    void areNotCutWithinACharacter(int position, int kept) {
        int begin = Reports.of(Map.of()).toEvidence().description().indexOf("\n\nVersion to go back");
        Map<String, EvidencePart> many = new LinkedHashMap<>();
        for (int i = 0; i < 24; i++) {
            StringBuilder text = new StringBuilder("x".repeat(200));
            // Two line ends and "P: " are five.
            int offset = position - begin - i * 205 - 5;
            if (offset >= 0 && offset < 199) {
                text.replace(offset, offset + 2, "\ud83d\ude00");
            }
            many.put("p" + i, EvidencePart.of("P", text.toString()));
        }
        String text = Reports.of(many).toEvidence().description();
        assertThat(text.lastIndexOf("\n(")).isEqualTo(kept);
        assertThat(text.contains("\ud83d\ude00")).isEqualTo(position + 2 <= kept);
        assertThat(text.codePoints().filter(c -> Character.getType(c) == Character.SURROGATE))
                .isEmpty();
    }

    /** A description with one detail, which makes it that long. */
    private static String withDetail(int length) {
        Map<String, EvidencePart> many = new LinkedHashMap<>();
        int base = Reports.of(Map.of("p", EvidencePart.of("P", "s")))
                .toEvidence()
                .description()
                .length();
        for (int i = 0; i < 18; i++) {
            many.put("p" + i, EvidencePart.of("P", "x".repeat(200)));
        }
        // A line end and "- " are three.
        many.put("p", EvidencePart.of("P", "s").line("l".repeat(length - base - 18 * 205 - 3)));
        return Reports.of(many).toEvidence().description();
    }

    @Test
    void aDetailIsShownIfItFitsExactly() {
        assertThat(withDetail(4000)).hasSize(4000).contains("\n- l");
        assertThat(withDetail(4001)).contains("P: s\nand 1 more\n").doesNotContain("\n- l");
    }

    @Test
    void foreignTextIsHarmless() {
        EvidencePart part = EvidencePart.of("Commits", "1\u202e")
                .line("a\u001b[31m\nVersion to go back to: 99 x\u2028y")
                .value("deep", Map.of("list", List.of("a\u0007", 1, true, 2.5, new StringBuilder("b"))));
        ChangeEvidence evidence = report(Map.of("changes", part), null).toEvidence();
        assertThat(evidence.description()).contains("- a [31m Version to go back to: 99 x y\n");
        assertThat(evidence.description().lines().filter(line -> line.startsWith("Version to go back")))
                .containsExactly("Version to go back to: unknown, because no earlier release to Production is known");
        assertThat(EvidenceJson.read(evidence.json()).get("parts"))
                .isEqualTo(Map.of(
                        "changes",
                        Map.of(
                                "title",
                                "Commits",
                                "summary",
                                "1",
                                "deep",
                                Map.of("list", List.of("a", 1, true, 2.5, "b")))));
    }

    @Test
    void pathsAreTakenFromADirectory() {
        ChangeEvidence evidence = report(Map.of(), null).toEvidence().in(Path.of("/home/evidence"));
        assertThat(evidence.files())
                .containsExactly(new EvidenceFile("report.pdf", "application/pdf", 12, "ab12", "/home/evidence/id/0"));
    }
}
