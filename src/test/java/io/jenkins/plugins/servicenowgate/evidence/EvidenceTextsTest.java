package io.jenkins.plugins.servicenowgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The texts and the JSON form of the evidence: what they say, their limits, and foreign text in them. */
class EvidenceTextsTest {
    private static final EvidenceReport.Build BUILD =
            new EvidenceReport.Build("apps » shop #7", "apps/shop", 7, "https://ci.example.com/job/apps/job/shop/7/");
    private static final EvidenceReport.Previous PREVIOUS =
            new EvidenceReport.Previous("1", "CHG0030001", Instant.parse("2026-11-01T10:00:00.123Z"));

    private static EvidenceReport report(Map<String, EvidencePart> parts, EvidenceReport.Previous previous) {
        return new EvidenceReport(
                "shop",
                "2",
                "Production",
                "Started by user Ann",
                BUILD,
                BUILD,
                previous,
                parts,
                List.of(new EvidenceFile("report.pdf", "application/pdf", 12, "ab12", "id/0")),
                List.of("Not gathered: scan: not ready after 30 s"));
    }

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

                Not gathered: scan: not ready after 30 s""");
        assertThat(evidence.workNote()).isEqualTo(evidence.description());
        assertThat(evidence.testPlan()).isEqualTo("""
                Tests of shop, version 2:

                Tests: 3 passed, 0 failed, 1 skipped
                - https://ci.example.com/t""");
        assertThat(evidence.backoutPlan())
                .isEqualTo("Deploy shop version 1 (CHG0030001, released 2026-11-01T10:00:00Z) to Production again.");
        assertThat(evidence.justification())
                .isEqualTo("Version 2 of shop. Commits: 2 by 1 author since version 1\n- c0 Fix\n- c1 Fix");
    }

    @Test
    void sayThatTheyDoNotKnow() {
        EvidenceReport report = new EvidenceReport(
                "shop", "2", "Production", "Timer", BUILD, null, null, Map.of(), List.of(), List.of());
        ChangeEvidence evidence = report.toEvidence();
        assertThat(evidence.description())
                .contains(
                        "Version made by an unknown build",
                        "Version to go back to: unknown, because no earlier release to Production is known");
        // An empty column does not look as if somebody had planned something.
        assertThat(evidence.testPlan()).isEmpty();
        assertThat(evidence.backoutPlan()).isEmpty();
        assertThat(evidence.justification()).isEmpty();
        assertThat(EvidenceJson.read(evidence.json()))
                .containsEntry("madeBy", null)
                .containsEntry("previous", null);
    }

    @Test
    void showFiftyLinesAndCountTheOthers() {
        String text = report(parts(commits(162, "Fix")), PREVIOUS).toEvidence().description();
        assertThat(text).contains("- c49 Fix\nand 112 more\n").doesNotContain("c50");
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

    @Test
    void areCutWhereNothingElseHelps() {
        Map<String, EvidencePart> many = new LinkedHashMap<>();
        IntStream.range(0, 30).forEach(i -> many.put("p" + i, EvidencePart.of("P" + i, "\ud83d\ude00".repeat(290))));
        String text = report(many, null).toEvidence().description();
        assertThat(text.length()).isLessThanOrEqualTo(4000);
        assertThat(text).matches("(?s).*\\n\\(\\d+ more characters\\)");
        assertThat(text.codePoints().filter(c -> Character.getType(c) == Character.SURROGATE))
                .isEmpty();
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
    void theJsonFormHasAVersion() {
        Map<String, Object> json = EvidenceJson.read(
                report(parts(commits(1, "Fix")), PREVIOUS).toEvidence().json());
        assertThat(json)
                .containsEntry("form", "jenkins-evidence")
                .containsEntry("version", 1)
                .containsOnlyKeys(
                        "form",
                        "version",
                        "deployment",
                        "build",
                        "madeBy",
                        "previous",
                        "parts",
                        "files",
                        "notGathered");
        assertThat(json.get("deployment"))
                .isEqualTo(Map.of(
                        "project", "shop",
                        "version", "2",
                        "environment", "Production",
                        "requestedBy", "Started by user Ann"));
        assertThat(json.get("files"))
                .isEqualTo(List.of(
                        Map.of("name", "report.pdf", "contentType", "application/pdf", "size", 12, "sha256", "ab12")));
    }

    private static String artifacts(boolean archived, boolean complete) {
        EvidencePart part = EvidencePart.of("Artifacts", "1")
                .value("archived", archived)
                .value("complete", complete)
                .value("patterns", List.of("*.war"))
                .value("artifacts", List.of(Map.of("path", "a.war", "size", 3, "sha256", "ff")));
        return report(Map.of("artifacts", part), null).toEvidence().json();
    }

    @Test
    void archivedArtifactsAreReadBack() {
        assertThat(EvidenceJson.archived(artifacts(true, true)))
                .isEqualTo(new EvidenceJson.Archived(
                        "apps/shop", 7, List.of("*.war"), List.of(new EvidenceJson.Artifact("a.war", 3, "ff"))));
        assertThat(EvidenceJson.archived(artifacts(false, true))).isNull();
        assertThat(EvidenceJson.archived(artifacts(true, false))).isNull();
        assertThat(EvidenceJson.archived("{")).isNull();
        assertThat(EvidenceJson.archived("{}")).isNull();
        assertThat(EvidenceJson.read("[")).isEmpty();
    }

    @Test
    void eachTextOfAPartCanBeChanged() {
        EvidencePart part = EvidencePart.of("s t", "s u")
                .line("s l")
                .value("n", List.of(Map.of("s", "s v"), 3))
                .inTestPlan()
                .map(text -> text.replace('s', '*'));
        assertThat(part.heading()).isEqualTo("* t: * u");
        assertThat(part.lines(9)).containsExactly("- * l");
        assertThat(part.values()).containsEntry("n", List.of(Map.of("*", "* v"), 3));
        assertThat(part.isTest()).isTrue();
    }

    @Test
    void pathsAreTakenFromADirectory() {
        ChangeEvidence evidence = report(Map.of(), null).toEvidence().in(Path.of("/home/evidence"));
        assertThat(evidence.files()).extracting(EvidenceFile::path).containsExactly("/home/evidence/id/0");
    }
}
