package io.jenkins.plugins.servicenowgate.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Examples that people copy compute their dates: a fixed date is in the past one day, and a change that is planned there is
 * refused or rejected.
 */
class ExampleDatesTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:groovy|yaml)\\n(.*?)^```$");
    private static final Pattern DATE = Pattern.compile("\\b(?:19|20)\\d\\d-\\d\\d?-\\d\\d?\\b");

    private static final Pattern LOCAL_DATE =
            Pattern.compile("\\bLocal(?:Date|DateTime|Time)\\.now\\(\\s*\\)|\\.format\\('[^']*'\\s*\\)");

    private static List<String> dates(String example) {
        return DATE.matcher(example).results().map(MatchResult::group).toList();
    }

    @Test
    void scriptsAndConfigurationsHaveNoFixedDate() {
        List<Path> documents = new ArrayList<>(Texts.files(Path.of("docs"), name -> name.endsWith(".md")));
        documents.add(Path.of("README.md"));
        for (Path document : documents) {
            BLOCK.matcher(Texts.content(document))
                    .results()
                    .forEach(block ->
                            assertThat(dates(block.group(1))).as("%s", document).isEmpty());
        }
    }

    /** Dates of changes are in UTC: elsewhere, the date of the controller may be tomorrow's, and the deployment would wait. */
    @Test
    void datesAreNotThoseOfTheControllersTimeZone() {
        for (Path document : Texts.files(Path.of("docs"), name -> name.endsWith(".md"))) {
            BLOCK.matcher(Texts.content(document))
                    .results()
                    .forEach(block -> assertThat(
                                    LOCAL_DATE.matcher(block.group(1)).find())
                            .as("%s", document)
                            .isFalse());
        }
        assertThat(LOCAL_DATE
                        .matcher("def day = java.time.LocalDate.now().plusDays(1)")
                        .find())
                .isTrue();
        assertThat(LOCAL_DATE.matcher("new Date().format('yyyy-MM-dd')").find()).isTrue();
        assertThat(LOCAL_DATE
                        .matcher("new Date().format('yyyy-MM-dd 20:00:00', utc)")
                        .find())
                .isFalse();
    }

    @Test
    void formsAndTheDemoHaveNoFixedDate() {
        List<Path> files = new ArrayList<>(Texts.files(Texts.RESOURCES, name -> name.endsWith(".html")));
        files.addAll(Texts.files(Path.of("src", "test", "demo"), name -> true));
        assertThat(files)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(dates(Texts.content(file))).isEmpty());
    }

    @Test
    void dateIsRecognized() {
        assertThat(dates("fields: [start_date: '2025-12-01 20:00:00', version: '1.2025.12-1']"))
                .containsExactly("2025-12-01");
    }
}
