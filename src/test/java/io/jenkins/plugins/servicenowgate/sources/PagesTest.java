package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Pages and forms, as far as their files tell: well formed, escaped, without inline script or style, with help and texts. */
class PagesTest {
    private static final Pattern TEXT = Pattern.compile("\\$\\{%(\\w+)");
    private static final Pattern JAVA_TEXT = Pattern.compile("\\bMessages\\s*(?:\\.|::)\\s*_?([A-Z]\\w*)\\b");

    /** Entries that several forms include, and the directories of these forms; each has the help. */
    private static final Map<Path, List<Path>> SHARED_ENTRIES = Map.of(
            Texts.PACKAGE_RESOURCES.resolve(Path.of("pipeline", "AbstractGateStep", "parameters.jelly")),
            List.of(
                    Texts.PACKAGE_RESOURCES.resolve(Path.of("pipeline", "ServiceNowGateStep")),
                    Texts.PACKAGE_RESOURCES.resolve(Path.of("pipeline", "ServiceNowDeploymentStep"))),
            Texts.RESOURCES.resolve(Path.of("lib", "servicenowgate", "declaredSettings.jelly")),
            List.of(
                    Texts.PACKAGE_RESOURCES.resolve(Path.of("config", "Environment")),
                    Texts.PACKAGE_RESOURCES.resolve(Path.of("policy", "ChangeControlFolderProperty")),
                    Texts.PACKAGE_RESOURCES.resolve(Path.of("policy", "ChangeControlJobProperty"))));

    static Stream<Path> pages() {
        return Texts.files(Texts.RESOURCES, name -> name.endsWith(".jelly")).stream();
    }

    static Stream<Path> pagesWithTexts() {
        return pages().filter(page -> TEXT.matcher(Texts.content(page)).find());
    }

    static Stream<Path> forms() {
        return Stream.concat(
                pages().filter(page -> page.getFileName().toString().startsWith("config")),
                SHARED_ENTRIES.keySet().stream());
    }

    private static Document parse(Path page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(Texts.content(page))));
    }

    private static List<Element> elements(Path page) throws Exception {
        NodeList all = parse(page).getElementsByTagNameNS("*", "*");
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            elements.add((Element) all.item(i));
        }
        return elements;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void areEscapedAndHaveNothingInline(Path page) throws Exception {
        assertThat(Texts.content(page)).startsWith("<?jelly escape-by-default='true'?>\n");
        for (Element element : elements(page)) {
            String name = element.getLocalName();
            assertThat(name.equals("style") || name.equals("script") && !element.hasAttribute("src"))
                    .as("inline %s", name)
                    .isFalse();
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                assertThat(element.getAttributes().item(i).getNodeName())
                        .as("attribute of %s", name)
                        .doesNotStartWith("on")
                        .isNotEqualTo("style");
            }
            assertThat(name).as("unescaped output").isNotEqualTo("out");
        }
    }

    @ParameterizedTest
    @MethodSource("pagesWithTexts")
    void haveExactlyTheTextsThatTheyUse(Path page) {
        String name = page.getFileName().toString();
        Path texts = page.resolveSibling(name.substring(0, name.length() - "jelly".length()) + "properties");
        assertThat(texts).exists();
        Set<String> used = new TreeSet<>();
        TEXT.matcher(Texts.content(page)).results().map(found -> found.group(1)).forEach(used::add);
        assertThat(new TreeSet<>(Texts.properties(texts).stringPropertyNames())).isEqualTo(used);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void explainEachField(Path form) throws Exception {
        List<Path> hosts = SHARED_ENTRIES.getOrDefault(form, List.of(form.getParent()));
        for (Element entry : elements(form)) {
            String field = entry.getAttribute("field");
            if (entry.getLocalName().equals("entry") && !field.isEmpty()) {
                for (Path host : hosts) {
                    assertThat(host.resolve("help-" + field + ".html"))
                            .as("help of %s in %s", field, host)
                            .exists()
                            .isNotEmptyFile();
                }
            }
        }
    }

    @Test
    void javaUsesExactlyTheTextsThatThereAre() {
        Set<String> used = new TreeSet<>();
        for (Path file : Texts.files(Path.of("src", "main", "java"), name -> name.endsWith(".java"))) {
            JAVA_TEXT
                    .matcher(Texts.content(file))
                    .results()
                    .map(found -> found.group(1))
                    .forEach(used::add);
        }
        Set<String> there = new TreeSet<>();
        for (Path file : Texts.files(Texts.PACKAGE_RESOURCES, name -> name.equals("Messages.properties"))) {
            Texts.properties(file).stringPropertyNames().forEach(key -> there.add(key.replace('.', '_')));
        }
        assertThat(there).isEqualTo(used);
    }
}
