package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Classes that use each other in a circle can only be understood together: at most three of them in the packages that
 * decide, at most five anywhere. Read from the sources by simple names, which each package has once or imports.
 */
class ClassCirclesTest {
    private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*\\b");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?io\\.jenkins\\.plugins\\.servicenowgate\\.(\\w+)\\.(\\w+).*$");
    private static final Set<String> DECIDE = Set.of("deployment", "rules", "polling", "worknotes", "audit");

    /** The classes that each class uses, by package and name. */
    private static Map<String, Set<String>> uses() {
        Map<String, String> codes = new TreeMap<>();
        for (Path file : Texts.files(Texts.CODE, name -> name.endsWith(".java"))) {
            String name = String.valueOf(file.getFileName()).replace(".java", "");
            if (!name.equals("package-info")) {
                codes.put(file.getParent().getFileName() + "." + name, Texts.withoutComments(Texts.content(file)));
            }
        }
        Map<String, Set<String>> uses = new TreeMap<>();
        codes.forEach((name, code) -> uses.put(name, uses(name, code, codes.keySet())));
        return uses;
    }

    private static Set<String> uses(String name, String code, Collection<String> known) {
        Map<String, String> imported = new HashMap<>();
        Matcher imports = IMPORT.matcher(code);
        while (imports.find()) {
            imported.put(imports.group(2), imports.group(1));
        }
        String own = name.substring(0, name.indexOf('.'));
        return NAME.matcher(imports.replaceAll(""))
                .results()
                .map(found -> imported.getOrDefault(found.group(), own) + "." + found.group())
                .filter(found -> known.contains(found) && !found.equals(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> reached(String from, Map<String, Set<String>> uses) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            for (String one : uses.get(next.pop())) {
                if (reached.add(one)) {
                    next.push(one);
                }
            }
        }
        return reached;
    }

    /** The largest sets of classes that all reach each other. */
    private static Set<Set<String>> circles(Map<String, Set<String>> uses) {
        Map<String, Set<String>> reached = new HashMap<>();
        uses.keySet().forEach(name -> reached.put(name, reached(name, uses)));
        return uses.keySet().stream()
                .filter(name -> reached.get(name).contains(name))
                .map(name -> reached.get(name).stream()
                        .filter(other -> reached.get(other).contains(name))
                        .collect(Collectors.toCollection(TreeSet::new)))
                .collect(Collectors.toSet());
    }

    @Test
    void areSmall() {
        Set<Set<String>> circles = circles(uses());

        assertThat(circles).as("some are known to exist").isNotEmpty();
        assertThat(circles)
                .allSatisfy(circle -> assertThat(circle)
                        .hasSizeLessThanOrEqualTo(
                                circle.stream().anyMatch(name -> DECIDE.contains(name.substring(0, name.indexOf('.'))))
                                        ? 3
                                        : 5));
    }

    @Test
    void areFound() {
        assertThat(circles(Map.of(
                        "a.A", Set.of("a.B"),
                        "a.B", Set.of("a.C", "a.D"),
                        "a.C", Set.of("a.A"),
                        "a.D", Set.of())))
                .containsExactly(Set.of("a.A", "a.B", "a.C"));
    }
}
