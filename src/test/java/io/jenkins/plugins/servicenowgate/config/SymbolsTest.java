package io.jenkins.plugins.servicenowgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.annotation_indexer.Index;

/** Installing the plugin does not change the meaning of other plugins' symbols. */
class SymbolsTest extends ControlledJenkinsTestBase {
    private static final String PLUGIN = "io.jenkins.plugins.servicenowgate.";

    /** The classes by symbol. */
    private static Map<String, Set<String>> symbols() throws Exception {
        Map<String, Set<String>> classes = new TreeMap<>();
        for (Class<?> type : Index.list(Symbol.class, SymbolsTest.class.getClassLoader(), Class.class)) {
            for (String symbol : type.getAnnotation(Symbol.class).value()) {
                classes.computeIfAbsent(symbol, name -> new TreeSet<>()).add(type.getName());
            }
        }
        return classes;
    }

    @Test
    void allSymbolsOfThisPluginBeginWithItsName() throws Exception {
        Set<String> own = new TreeSet<>();
        symbols().forEach((symbol, classes) -> {
            if (classes.stream().anyMatch(name -> name.startsWith(PLUGIN))) {
                own.add(symbol);
                assertThat(classes).as(symbol).allMatch(name -> name.startsWith(PLUGIN));
            }
        });
        assertThat(own)
                .contains("serviceNowEnvironment", "serviceNowField", "serviceNowConnection", "changeControl")
                .allMatch(symbol -> symbol.startsWith("serviceNow") || symbol.startsWith("changeControl"));
        assertThat(symbols())
                .as("symbols of other plugins are included")
                .containsKeys("environment", "branch", "string");
    }

    /** All conditions of Declarative Pipeline that need no other plugin and are true in this build. */
    static Stream<String> conditions() {
        return Stream.of(
                "environment name: 'TARGET', value: 'Staging'",
                "expression { true }",
                "equals expected: 1, actual: 1",
                "not { branch 'x' }",
                "not { buildingTag() }",
                "not { tag 'x' }",
                "not { changeRequest() }",
                "not { changelog 'x' }",
                "not { changeset 'x' }",
                "not { isRestartedRun() }",
                "not { triggeredBy 'TimerTrigger' }",
                "anyOf { environment name: 'TARGET', value: 'x'; environment name: 'TARGET', value: 'Staging' }");
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void everyConditionOfDeclarativeWorksInEachOther(String condition) throws Exception {
        String script = """
                pipeline {
                  agent none
                  environment { TARGET = 'Staging' }
                  stages {
                    stage('plain') {
                      when { %1$s }
                      steps { echo 'PLAIN' }
                    }
                    stage('all') {
                      when { allOf { %1$s; expression { true } } }
                      steps { echo 'ALL' }
                    }
                    stage('any') {
                      when { anyOf { expression { false }; %1$s } }
                      steps { echo 'ANY' }
                    }
                    stage('not') {
                      when { not { not { %1$s } } }
                      steps { echo 'NOT' }
                    }
                  }
                }
                """.formatted(condition);
        WorkflowJob job = ControlledJenkins.job(jenkins, "declarative", script);
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        for (String reached : new String[] {"PLAIN", "ALL", "ANY", "NOT"}) {
            jenkins.assertLogContains(reached, run);
        }
    }
}
