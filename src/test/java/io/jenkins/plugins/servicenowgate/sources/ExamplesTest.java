package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.Phases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The examples of the documentation: scripts parse as Groovy, configurations as YAML with the keys that there are. */
class ExamplesTest {
    private static final Set<String> GLOBAL = Set.of(
            "enabled",
            "workNotesEnabled",
            "titlePrefix",
            "pollIntervalSeconds",
            "shortestPollIntervalSeconds",
            "longestPollIntervalSeconds",
            "connections",
            "environments",
            "breakGlass",
            "userMappings",
            "reservedAgents");
    private static final Map<String, Set<String>> LISTS = Map.of(
            "connections",
                    Set.of(
                            "name",
                            "baseUrl",
                            "clientId",
                            "clientSecretId",
                            "userCredentialsId",
                            "authentication",
                            "certificateCredentialsId",
                            "keyId",
                            "subject",
                            "apiKeyCredentialsId",
                            "scope",
                            "clientCertificateId",
                            "states"),
            "environments",
                    Set.of(
                            "name",
                            "changeControlled",
                            "connection",
                            "standardChangeTemplate",
                            "automaticTransition",
                            "configurationItem",
                            "service",
                            "allowEmergency",
                            "fields",
                            "agentLabel",
                            "onlyControlledProjects",
                            "afterDeployment",
                            "changeTasks",
                            "rejected",
                            "conflicts",
                            "changeModel",
                            "abandonedChange",
                            "approvalSettings",
                            "allowedTemplates",
                            "jobFields",
                            "projects",
                            "evidence",
                            "sameArtifacts",
                            "separateDuties",
                            "standardChangesPreApproved",
                            "window"),
            "userMappings", Set.of("jenkinsUser", "serviceNowUser"),
            "model", Set.of("waits", "goes", "refused"),
            "reservedAgents", Set.of("endWithoutGateMinutes", "gateOpenUntil", "runningWork"),
            "evidence", Set.of("changes", "tests", "artifacts", "files", "links"),
            "window", Set.of("start", "hours", "zone", "days"),
            "fields", Set.of("name", "value"),
            "projects", Set.of("job", "name"));

    private static Stream<Arguments> blocks(String language) {
        Pattern block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$");
        List<Path> documents = new ArrayList<>(Texts.files(Path.of("docs"), name -> name.endsWith(".md")));
        documents.add(Path.of("README.md"));
        return documents.stream()
                .flatMap(document -> block.matcher(Texts.content(document))
                        .results()
                        .map(found -> Arguments.of(document, found.group(1))));
    }

    static Stream<Arguments> scripts() {
        return blocks("groovy");
    }

    /** Those of the plugin; one that configures who may do what is read by MatrixAuthTest. */
    static Stream<Arguments> configurations() {
        return blocks("yaml")
                .filter(block -> !((String) block.get()[1]).startsWith("jenkins:\n  authorizationStrategy:"));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void parsesAsGroovy(Path document, String script) {
        CompilationUnit unit = new CompilationUnit();
        unit.addSource(document.toString(), script);
        unit.compile(Phases.CONVERSION);
        assertThat(unit.getErrorCollector().hasErrors()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void parsesAsConfiguration(Path document, String text) {
        assertThat(read(text)).as("%s", document).isNotEmpty();
        assertThat(read(text).keySet()).as("%s", document).isSubsetOf(GLOBAL);
        read(text).forEach((key, value) -> check(document, key, value));
    }

    private static Map<String, Object> read(String text) {
        Map<String, Map<String, Map<String, Object>>> all =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return all.get("unclassified").get("serviceNowGate");
    }

    private static void check(Path document, String key, Object value) {
        if (value instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof String) {
                    continue;
                }
                ((Map<?, ?>) entry).forEach((name, inner) -> {
                    assertThat(LISTS.get(key)).as("%s in %s", key, document).contains((String) name);
                    check(document, (String) name, inner);
                });
            }
        } else if (key.equals("states")) {
            // By the name of the model, which may be any.
            ((Map<?, ?>) value).values().forEach(model -> check(document, "model", model));
        } else if (value instanceof Map<?, ?> group) {
            group.keySet()
                    .forEach(name -> assertThat(LISTS.get(key))
                            .as("%s in %s", key, document)
                            .contains((String) name));
        } else {
            assertThat(LISTS).as("%s in %s is no list", key, document).doesNotContainKey(key);
        }
    }

    @Test
    void thereAreSome() {
        assertThat(scripts()).hasSizeGreaterThan(10);
        assertThat(configurations()).hasSizeGreaterThan(3);
    }
}
