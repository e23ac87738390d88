package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types and methods have the standard terms of docs/architecture.md, not the private names that they once had. */
class TermsTest {
    private static final Set<String> TYPES = Set.of(
            ("Bookkeeper Bookkeeping BookEntry BookWriter Books DeploymentBooks GateKeeper Guard Guarded Round Timetable Agenda"
                            + " Alarm Lanes Pace Budget Gate ChangeLinker ChangeMover GateRequest ChangeOrder DeploymentQuery"
                            + " GateSettings Home BuildHome ItemHome Face Arrival Course Standing Setback Moment LastLook"
                            + " OutcomeLook Look Outcome OpenDeployments EndsThatNobodyTold FinishedChanges GateService"
                            + " SwitchedOff StartOfBuild EndOfBuild Ruling Levels MarkWatch MarkForms MarkedItems GlobalMarks"
                            + " NamesEnvironments SearchForUndeclaredNames Admission Work ContinuedWork RunningWork"
                            + " RunsWithoutGate NodeBlocks GateBody FieldLines WaitingBuild QueueGate ChangeVariables"
                            + " ForeignText Phrase Problem Reason Trouble Misconfiguration HandCrank Scripted Waiting UnderControl Reserved Restarting InBrowser"
                            + " Marked Owned Proof People")
                    .split(" "));
    private static final Set<String> METHODS = Set.of(
            ("look looked saw seen became isPassing isMaybeCarriedOut letGo letAllGo takeUp withdraw abandon strictly"
                            + " entitle errand keptOff gateInSight held harmless tell")
                    .split(" "));
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum)\\s+(\\w+)");
    private static final Pattern METHOD = Pattern.compile(
            "^ {4,8}(?:(?:public|protected|private|static|final|synchronized|abstract|default) )*"
                    + "(?!return |throw |new |else )[\\w<>\\[\\]?., ]+ (\\w+)\\(",
            Pattern.MULTILINE);

    private static Set<String> names(Pattern declaration, Path root) {
        Set<String> names = new TreeSet<>();
        for (Path file : Texts.files(root, name -> name.endsWith(".java"))) {
            declaration
                    .matcher(Texts.withoutComments(Texts.content(file)))
                    .results()
                    .forEach(found -> names.add(found.group(1)));
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java", "src/simulator"})
    void noTypeHasAPrivateName(String root) {
        Set<String> names = names(TYPE, Path.of(root));
        assertThat(names).hasSizeGreaterThan(30).doesNotContainAnyElementsOf(TYPES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java"})
    void noMethodHasAPrivateName(String root) {
        Set<String> names = names(METHOD, Path.of(root));
        assertThat(names).hasSizeGreaterThan(300).doesNotContainAnyElementsOf(METHODS);
    }
}
