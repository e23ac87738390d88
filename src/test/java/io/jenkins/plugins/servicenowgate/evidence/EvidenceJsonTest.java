package io.jenkins.plugins.servicenowgate.evidence;

import static io.jenkins.plugins.servicenowgate.evidence.Reports.PREVIOUS;
import static io.jenkins.plugins.servicenowgate.evidence.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON form of the evidence: what it says, the limits of what sources add, and which artifacts it names. */
class EvidenceJsonTest {
    private static Map<String, Object> read(EvidenceReport report) {
        return EvidenceJson.read(report.toEvidence().json());
    }

    /** What becomes of the only value of a source. */
    private static Object read(Object value) {
        EvidencePart part = EvidencePart.of("Scan", "clean").value("found", value);
        Map<?, ?> parts = (Map<?, ?>) read(Reports.of(Map.of("scan", part))).get("parts");
        Map<?, ?> scan = (Map<?, ?>) parts.get("scan");
        assertThat(scan.keySet()).hasSize(3);
        assertThat(scan.get("title")).isEqualTo("Scan");
        assertThat(scan.get("summary")).isEqualTo("clean");
        return scan.get("found");
    }

    @Test
    void saysWhatIsDeployed() {
        Map<String, Object> json =
                read(report(Map.of("changes", EvidencePart.of("Commits", "1").value("count", 1)), PREVIOUS));
        assertThat(json)
                .containsOnlyKeys(
                        "form", "version", "deployment", "build", "madeBy", "previous", "parts", "files", "notGathered")
                .containsEntry("form", "jenkins-evidence")
                .containsEntry("version", 1)
                .containsEntry(
                        "deployment",
                        Map.of(
                                "project", "shop",
                                "version", "2",
                                "environment", "Production",
                                "requestedBy", "Started by user Ann"))
                .containsEntry(
                        "build",
                        Map.of(
                                "name", "apps » shop #7",
                                "job", "apps/shop",
                                "number", 7,
                                "url", "https://ci.example.com/job/apps/job/shop/7/"))
                .containsEntry("madeBy", json.get("build"))
                .containsEntry(
                        "previous",
                        Map.of("version", "1", "change", "CHG0030001", "releasedAt", "2026-11-01T10:00:00.123Z"))
                .containsEntry("parts", Map.of("changes", Map.of("title", "Commits", "summary", "1", "count", 1)))
                .containsEntry(
                        "files",
                        List.of(Map.of(
                                "name", "report.pdf", "contentType", "application/pdf", "size", 12, "sha256", "ab12")))
                .containsEntry("notGathered", List.of("Not gathered: scan: not ready after 30 s"));
    }

    @Test
    void whatIsNotKnownIsNull() {
        EvidenceReport report = new EvidenceReport(
                "shop",
                "2",
                "Production",
                "Timer",
                Reports.ITEM,
                null,
                new EvidenceReport.Previous("1", null, Reports.RELEASED),
                Map.of(),
                List.of(),
                List.of());
        Map<String, Object> json = read(report);
        assertThat(json).containsEntry("madeBy", null);
        assertThat(json.get("build"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("url", null)
                .containsEntry("number", 0);
        assertThat(json.get("previous"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("change", null);
        assertThat(read(Reports.of(Map.of()))).containsEntry("previous", null);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(true, true),
                arguments(7, 7),
                arguments(1L << 40, 1L << 40),
                arguments(0.5, 0.5),
                // JSON has no such numbers.
                arguments(Double.NaN, "NaN"),
                arguments(Double.NEGATIVE_INFINITY, "-Infinity"),
                arguments(new BigDecimal("1.50"), "1.50"),
                arguments(new StringBuilder("a\u0007"), "a"),
                arguments(Arrays.asList("a", null), Arrays.asList("a", null)),
                arguments(Set.of(1), List.of(1)),
                arguments(Map.of(1, List.of(2)), Map.of("1", List.of(2))),
                arguments(Map.of("a\nb", "c\nd"), Map.of("a b", "c d")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsWrittenAsJsonKnowsIt(Object value, Object written) {
        assertThat(read(value)).isEqualTo(written);
    }

    @Test
    void whatLiesDeeperThanFiveLevelsIsAText() {
        assertThat(read(List.of(List.of(List.of(List.of(List.of(List.of(1))))))))
                .isEqualTo(List.of(List.of(List.of(List.of(List.of("[1]"))))));
        assertThat(read(List.of(List.of(List.of(List.of(List.of(Map.of("a", 1))))))))
                .isEqualTo(List.of(List.of(List.of(List.of(List.of("{a=1}"))))));
        assertThat(read(Map.of("a", Map.of("b", Map.of("c", Map.of("d", Map.of("e", Map.of("f", 1))))))))
                .isEqualTo(Map.of("a", Map.of("b", Map.of("c", Map.of("d", Map.of("e", "{f=1}"))))));
    }

    @Test
    void aListAndAMapHaveFiveHundredEntriesAtMost() {
        List<Integer> numbers = IntStream.range(0, 501).boxed().toList();
        assertThat(read(numbers)).isEqualTo(numbers.subList(0, 500));
        Map<String, Integer> map = new LinkedHashMap<>();
        numbers.forEach(number -> map.put("n" + number, number));
        Map<String, Integer> shown = new LinkedHashMap<>(map);
        shown.remove("n500");
        assertThat(read(map)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(ints = {2000, 2001})
    void aTextHasTwoThousandCharactersAtMost(int length) {
        String shown = "x".repeat(2000) + (length > 2000 ? "…" : "");
        assertThat(read("x".repeat(length))).isEqualTo(shown);
        assertThat(read(Map.of("y".repeat(length), 1))).isEqualTo(Map.of(shown.replace('x', 'y'), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "[]", "7", "null", "{\"form\":"})
    void whatIsNoFormSaysNothing(String json) {
        assertThat(EvidenceJson.read(json)).isEmpty();
        assertThat(EvidenceJson.archived(json)).isNull();
    }

    private static String artifacts(boolean archived, boolean complete) {
        EvidencePart part = EvidencePart.of("Artifacts", "1")
                .value("archived", archived)
                .value("complete", complete)
                .value("patterns", List.of("*.war", "*.jar"))
                .value(
                        "artifacts",
                        List.of(
                                Map.of("path", "a.war", "size", 3, "sha256", "ff"),
                                Map.of("path", "b.jar", "size", 5_000_000_000L, "sha256", "ee")));
        return report(Map.of("artifacts", part), null).toEvidence().json();
    }

    @Test
    void archivedArtifactsAreReadBack() {
        assertThat(EvidenceJson.archived(artifacts(true, true)))
                .isEqualTo(new EvidenceJson.Archived(
                        "apps/shop",
                        7,
                        List.of("*.war", "*.jar"),
                        List.of(
                                new EvidenceJson.Artifact("a.war", 3, "ff"),
                                new EvidenceJson.Artifact("b.jar", 5_000_000_000L, "ee"))));
        assertThat(EvidenceJson.archived(artifacts(false, true))).isNull();
        assertThat(EvidenceJson.archived(artifacts(true, false))).isNull();
    }

    /** Nothing is compared with half of the artifacts, or with those of a build that nobody knows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'madeBy':{'job':'a'},'parts':{}}",
                "{'madeBy':{'job':'a'},'parts':{'artifacts':{'complete':true,'artifacts':[{'path':'b'}]}}}",
                "{'madeBy':{'job':'a'},'parts':{'artifacts':{'archived':true,'artifacts':[{'path':'b'}]}}}",
                "{'parts':{'artifacts':{'archived':true,'complete':true,'artifacts':[{'path':'b'}]}}}",
                "{'madeBy':null,'parts':{'artifacts':{'archived':true,'complete':true,'artifacts':[{'path':'b'}]}}}",
                "{'madeBy':{'job':'a'},'parts':{'artifacts':{'archived':true,'complete':true,'artifacts':[]}}}",
                "{'madeBy':{'job':'a'},'parts':{'artifacts':{'archived':true,'complete':true}}}"
            })
    void withoutAllOfThemNoneAreNamed(String json) {
        assertThat(EvidenceJson.archived(json.replace('\'', '"'))).isNull();
    }

    /** Values that equal those of no file. */
    @Test
    void whatAnArtifactDoesNotSayProvesNothing() {
        assertThat(EvidenceJson.archived("""
            {"madeBy":{},"parts":{"artifacts":{"archived":true,"complete":true,"artifacts":[{}]}}}\
            """))
                .isEqualTo(new EvidenceJson.Archived("", 0, List.of(), List.of(new EvidenceJson.Artifact("", -1, ""))));
    }
}
