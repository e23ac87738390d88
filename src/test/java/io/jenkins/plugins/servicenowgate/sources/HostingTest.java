package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

/** What jenkinsci's hosting checker reads from the files of a repository; docs/hosting.md lists its rules. */
class HostingTest {
    private static Document pom;

    @BeforeAll
    static void read() throws Exception {
        pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
    }

    private static String pom(String path) throws XPathExpressionException {
        XPath xpath = XPathFactory.newInstance().newXPath();
        return xpath.evaluate(path, pom);
    }

    @ParameterizedTest
    @CsvSource({
        "hpi.strictBundledArtifacts, true",
        "ban-commons-lang-2.skip, false",
        "ban-deprecated-stapler.skip, false",
        "ban-junit4-imports.skip, false",
        "banObsoleteDependencyOverrides.skip, false",
        "spotless.check.skip, false",
        "changelist, 999999-SNAPSHOT",
        "jenkins.version, ${jenkins.baseline}.3"
    })
    void thePomHasTheProperties(String name, String value) throws Exception {
        assertThat(pom("/project/properties/*[name()='" + name + "']")).isEqualTo(value);
    }

    @Test
    void thePomHasCoordinatesUrlAndLicense() throws Exception {
        assertThat(pom("/project/groupId")).isEqualTo("io.jenkins.plugins");
        assertThat(pom("/project/artifactId")).isEqualTo("servicenow-gate");
        assertThat(pom("/project/name")).isNotBlank().doesNotContainIgnoringCase("jenkins");
        assertThat(pom("/project/version")).isEqualTo("${changelist}");
        assertThat(pom("/project/properties/gitHubRepo")).isEqualTo("jenkinsci/servicenow-gate-plugin");
        assertThat(pom("/project/url")).isEqualTo("https://github.com/${gitHubRepo}");
        assertThat(pom("/project/licenses/license/name")).isNotBlank();
        assertThat(pom("count(/project/developers)")).isEqualTo("0");
        assertThat(pom("/project/scm/connection")).startsWith("scm:git:https://");
        assertThat(pom("/project/scm/developerConnection")).isNotBlank();
        assertThat(pom("/project/scm/tag")).isEqualTo("${scmTag}");
    }

    @Test
    void thePomLeavesVersionsToTheBom() throws Exception {
        assertThat(pom("/project/dependencyManagement/dependencies/dependency/artifactId"))
                .isEqualTo("bom-${jenkins.baseline}.x");
        // Which is in no plugin that others could bring.
        assertThat(pom("/project/dependencies/dependency[not(scope='test') and version]/artifactId"))
                .isEqualTo("commons-csv");
        assertThat(pom("count(/project/dependencies/dependency[not(scope='test')]/version)"))
                .isEqualTo("1");
        assertThat(pom("count(//repository/url[not(starts-with(., 'https://'))]"
                        + " | //pluginRepository/url[not(starts-with(., 'https://'))])"))
                .isEqualTo("0");
        assertThat(pom("count(/project/properties/*[starts-with(name(), 'maven.compiler.') or name()='java.level'])"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({
        ".github/CODEOWNERS, * @jenkinsci/servicenow-gate-plugin-developers",
        ".gitignore, target/",
        ".gitignore, work/",
        ".mvn/maven.config, -Pconsume-incrementals",
        ".mvn/maven.config, -Pmight-produce-incrementals",
        ".mvn/maven.config, -Dchangelist.format=%d.v%s"
    })
    void theFileHasTheLine(Path file, String line) {
        assertThat(Texts.content(file).lines()).contains(line);
    }

    @Test
    void theWorkflowsCallThoseOfJenkins() {
        assertThat(Texts.content(Path.of(".github", "workflows", "cd.yaml")))
                .contains("jenkins-infra/github-reusable-workflows/.github/workflows/maven-cd.yml@");
        assertThat(Texts.content(Path.of(".github", "workflows", "jenkins-security-scan.yml")))
                .contains("jenkins-infra/jenkins-security-scan/.github/workflows/jenkins-security-scan.yaml@");
        assertThat(Texts.content(Path.of(".mvn", "extensions.xml"))).contains("git-changelist-maven-extension");
        assertThat(Texts.files(Path.of(".github"), name -> name.startsWith("release-drafter")))
                .isEmpty();
    }

    @Test
    void theRepositoryHasTheRequiredFiles() {
        for (String file : List.of(
                "Jenkinsfile", "LICENSE.md", "README.md", "CONTRIBUTING.md", "SECURITY.md", ".github/dependabot.yml")) {
            assertThat(Files.isRegularFile(Path.of(file))).as(file).isTrue();
        }
        assertThat(Texts.content(Path.of("Jenkinsfile"))).contains("buildPlugin(", "jdk: 17", "jdk: 21", "jdk: 25");
        assertThat(Texts.content(Path.of("src", "main", "resources", "index.jelly")))
                .contains("<div>");
    }
}
