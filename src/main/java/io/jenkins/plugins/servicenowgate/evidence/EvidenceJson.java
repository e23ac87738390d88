package io.jenkins.plugins.servicenowgate.evidence;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The content of {@code jenkins-evidence.json}, described in {@code docs/evidence-sources.md}. A later version of the form
 * may add keys; a key keeps its meaning as long as {@code version} stays the same.
 */
public final class EvidenceJson {
    /** The version of the form. */
    public static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** How many entries of a list, how many levels, and how many characters a value of a source may have. */
    private static final int MAX_ENTRIES = 500;

    private static final int MAX_DEPTH = 5;
    private static final int MAX_TEXT = 2000;

    private EvidenceJson() {}

    /**
     * An archived artifact.
     *
     * @param path in the archive of the build
     */
    public record Artifact(
            @NonNull String path, long size, @NonNull String sha256) {}

    /**
     * The archived artifacts of the build that made the version.
     *
     * @param job full name of the job of that build
     * @param number of that build
     * @param patterns that all of the artifacts match, and no other
     */
    public record Archived(
            @NonNull String job,
            int number,
            @NonNull List<String> patterns,
            @NonNull List<Artifact> artifacts) {
        /** One SHA-256 of the paths and checksums of all artifacts, in hexadecimal digits. */
        @NonNull
        public String digest() {
            String all = artifacts.stream()
                    .map(artifact -> artifact.path() + '=' + artifact.sha256() + '\n')
                    .sorted()
                    .collect(Collectors.joining());
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @NonNull
    static String write(@NonNull EvidenceReport report) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("form", "jenkins-evidence");
        all.put("version", VERSION);
        Map<String, Object> deployment = new LinkedHashMap<>();
        deployment.put("project", text(report.project()));
        deployment.put("version", text(report.version()));
        deployment.put("environment", text(report.environment()));
        deployment.put("requestedBy", text(report.requestedBy()));
        all.put("deployment", deployment);
        all.put("build", build(report.build()));
        EvidenceReport.Build madeBy = report.madeBy();
        all.put("madeBy", madeBy == null ? null : build(madeBy));
        EvidenceReport.Previous previous = report.previous();
        Map<String, Object> before = new LinkedHashMap<>();
        if (previous != null) {
            before.put("version", text(previous.version()));
            before.put("change", previous.change());
            before.put("releasedAt", previous.releasedAt().toString());
        }
        all.put("previous", previous == null ? null : before);
        Map<String, Object> parts = new LinkedHashMap<>();
        report.parts().forEach((key, part) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("title", part.title());
            values.put("summary", part.summary());
            part.values().forEach((name, value) -> values.put(name, plain(value, MAX_DEPTH)));
            parts.put(key, values);
        });
        all.put("parts", parts);
        List<Map<String, Object>> files = new ArrayList<>();
        for (EvidenceFile file : report.files()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", file.name());
            one.put("contentType", file.contentType());
            one.put("size", file.size());
            one.put("sha256", file.sha256());
            files.add(one);
        }
        all.put("files", files);
        all.put("notGathered", report.missing().stream().map(EvidenceJson::text).toList());
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    private static Map<String, Object> build(EvidenceReport.Build build) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", text(build.name()));
        values.put("job", build.job());
        values.put("number", build.number());
        values.put("url", build.url());
        return values;
    }

    private static String text(String text) {
        return TextSanitizer.clean(text, MAX_TEXT);
    }

    /** A value of a source as JSON knows it: whatever else it is becomes a text, and too much of it is left out. */
    private static Object plain(Object value, int depth) {
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return value;
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            return value;
        }
        if (value instanceof Map<?, ?> map && depth > 0) {
            Map<String, Object> plain = new LinkedHashMap<>();
            map.entrySet().stream()
                    .limit(MAX_ENTRIES)
                    .forEach(entry ->
                            plain.put(text(String.valueOf(entry.getKey())), plain(entry.getValue(), depth - 1)));
            return plain;
        }
        if (value instanceof Collection<?> list && depth > 0) {
            return list.stream()
                    .limit(MAX_ENTRIES)
                    .map(entry -> plain(entry, depth - 1))
                    .toList();
        }
        return text(String.valueOf(value));
    }

    /** All of the form, as maps, lists and plain values; empty if it can't be read. */
    @NonNull
    public static Map<String, Object> read(@NonNull String json) {
        try {
            Map<String, Object> all = MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
            return all == null ? Map.of() : all;
        } catch (JacksonException e) {
            return Map.of();
        }
    }

    /**
     * The archived artifacts that the evidence names.
     *
     * @return null if it names none, or not all of them
     */
    @CheckForNull
    public static Archived archived(@NonNull String json) {
        try {
            JsonNode all = MAPPER.readTree(json);
            JsonNode part = all.path("parts").path("artifacts");
            JsonNode build = all.path("madeBy");
            if (!part.path("archived").asBoolean(false)
                    || !part.path("complete").asBoolean(false)
                    || !build.isObject()) {
                return null;
            }
            List<Artifact> artifacts = new ArrayList<>();
            for (JsonNode one : part.path("artifacts")) {
                artifacts.add(new Artifact(
                        one.path("path").asString(""),
                        one.path("size").asLong(-1),
                        one.path("sha256").asString("")));
            }
            List<String> patterns = new ArrayList<>();
            part.path("patterns").forEach(pattern -> patterns.add(pattern.asString("")));
            return artifacts.isEmpty()
                    ? null
                    : new Archived(
                            build.path("job").asString(""), build.path("number").asInt(0), patterns, artifacts);
        } catch (JacksonException e) {
            return null;
        }
    }
}
