package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.servicenow.ScriptedAnswers;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one batched read sends, and which deployment gets which result. */
class BatchReaderTest extends ScriptedInstanceTestBase {
    private record Deployment(String name, SysId change) {}

    private final List<String> results = new ArrayList<>();
    private final BatchReader reader = new BatchReader(context);

    private void read(List<Deployment> deployments) throws ServiceNowException {
        reader.read(
                deployments,
                Deployment::change,
                (deployment, result) ->
                        results.add(deployment.name() + " " + result.getClass().getSimpleName()));
    }

    private static Deployment of(String name, char change) {
        return new Deployment(name, id(change));
    }

    private static List<Deployment> many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Deployment(String.valueOf(i), new SysId(String.format("%032x", i))))
                .toList();
    }

    @Test
    void oneRequestIsForAll() throws Exception {
        instance.json(list(row('b', "CHG2", TITLE), row('a', "CHG1", TITLE)));
        read(List.of(of("first", 'a'), of("second", 'b'), of("third", 'a'), of("fourth", 'c')));

        assertThat(results).containsExactly("first Seen", "third Seen", "second Seen", "fourth Absent");
        assertThat(instance.sent()).containsExactly("GET sys_idIN" + id('a') + "," + id('b') + "," + id('c'));
    }

    @Test
    void nothingIsSentForNobody() throws Exception {
        clients = () -> {
            throw new AssertionError("no client is needed");
        };
        read(List.of());
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void afterAFailureNoFurtherRequestIsSent() {
        instance.json(NONE).then(502, "text/html", "");

        assertThatThrownBy(() -> read(many(201))).isInstanceOf(ServiceNowException.class);
        assertThat(results).hasSize(100).contains("0 Absent", "99 Absent");
        assertThat(instance.sent()).hasSize(2);
    }

    @Test
    void theResponseTimeAndTheClockOfTheInstanceAreRecorded() throws Exception {
        instance.then(200, "application/json", NONE, "Date", "Tue, 01 Dec 2026 20:10:06 GMT");
        instance.watch(() -> clock.advance(Duration.ofSeconds(6)));
        read(many(1));

        assertThat(rateLimiter.intervalFactor()).isEqualTo(1.5);
        assertThat(instanceClock.difference()).isEqualTo(Duration.ofMinutes(10));
    }

    // ---- a batch that fails as a whole

    /** Answers as an instance with bad rows, or with a limit for the size of a request. */
    private void answerUnless(Predicate<List<String>> fails, int status, String body) {
        instance.answer(request -> {
            String query = request.url().queryParameter("sysparm_query");
            List<String> ids = List.of(query.substring("sys_idIN".length()).split(","));
            return fails.test(ids)
                    ? ScriptedAnswers.response(status, "application/json", body)
                    : ScriptedAnswers.response(200, "application/json", NONE);
        });
    }

    private static String sysId(int i) {
        return String.format("%032x", i);
    }

    @Test
    void aRowThatMakesTheResponseUnreadableStandsAlone() throws Exception {
        answerUnless(ids -> ids.contains(sysId(37)), 200, "{\"result\":[{\"number\":{\"value\":\"CHG1\"}}]}");
        read(many(100));

        assertThat(results).hasSize(100).contains("37 Unreadable", "36 Absent", "38 Absent");
        assertThat(results).filteredOn(result -> result.endsWith("Unreadable")).hasSize(1);
        assertThat(instance.sent()).hasSizeLessThan(16);

        int before = instance.sent().size();
        results.clear();
        read(many(100));
        assertThat(instance.sent()).as("from then on it is read separately").hasSize(before + 2);
        assertThat(results).contains("37 Unreadable", "0 Absent");

        answerUnless(ids -> false, 200, "");
        read(many(100));
        read(many(100));
        assertThat(instance.sent()).as("until it can be read again").hasSize(before + 2 + 2 + 1);
    }

    /** Each request takes six seconds. */
    @Test
    void aBatchThatIsReadInPartsIsAsOldAsTheFirst() throws Exception {
        answerUnless(ids -> ids.size() > 1, 413, "");
        instance.watch(() -> clock.advance(Duration.ofSeconds(6)));
        List<Duration> ages = new ArrayList<>();
        reader.readBatches(
                many(3), Deployment::change, (read, time) -> ages.add(Duration.between(time.time(), clock.instant())));
        assertThat(ages).containsExactly(Duration.ofSeconds(12 + 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 414})
    void smallerBatchesAreSentToAnInstanceThatAcceptsNoLargerOnes(int status) throws Exception {
        answerUnless(ids -> ids.size() > 60, status, "");
        read(many(100));
        assertThat(results).hasSize(100).allMatch(result -> result.endsWith("Absent"));
        assertThat(instance.sent()).hasSize(3);

        read(many(100));
        assertThat(instance.sent()).hasSize(5);
    }

    @Test
    void anInstanceOfWhichNothingCanBeReadFailsAfterAFewRequests() {
        answerUnless(ids -> true, 200, "{\"result\":[");

        assertThatThrownBy(() -> read(many(100))).isInstanceOf(ServiceNowException.class);
        assertThat(results).isEmpty();
        assertThat(instance.sent()).hasSize(15);
    }

    @Test
    void aSingleChangeIsNotSplit() {
        answerUnless(ids -> true, 200, "{\"result\":[");

        assertThatThrownBy(() -> read(many(1))).isInstanceOf(ServiceNowException.class);
        assertThat(instance.sent()).hasSize(1);
    }

    @Test
    void asManyAreReadTogetherAsTheInstanceAcceptsAtOnce() throws Exception {
        List<Deployment> all = many(100);
        assertThat(reader.together(all.get(99), all, Deployment::change)).hasSize(100);

        answerUnless(ids -> ids.size() > 60, 413, "");
        read(all);
        assertThat(reader.together(all.get(99), all, Deployment::change))
                .hasSize(50)
                .contains(all.get(99), all.get(0))
                .doesNotContain(all.get(98));
    }

    @Test
    void whatIsNotReadableIsReadAlone() throws Exception {
        List<Deployment> all = many(100);
        answerUnless(ids -> ids.contains(sysId(37)), 200, "{\"result\":[{\"number\":{\"value\":\"CHG1\"}}]}");
        read(all);
        assertThat(reader.together(all.get(0), all, Deployment::change))
                .hasSize(99)
                .doesNotContain(all.get(37));
        assertThat(reader.together(all.get(37), all, Deployment::change)).containsExactly(all.get(37));
    }

    @Test
    void deploymentsOfOneChangeAreReadTogether() throws Exception {
        List<Deployment> all = List.of(of("first", 'a'), of("second", 'b'), of("third", 'a'));
        assertThat(reader.together(all.get(2), all, Deployment::change)).containsExactlyElementsOf(all);

        answerUnless(ids -> ids.size() > 1, 413, "");
        read(all);
        assertThat(reader.together(all.get(2), all, Deployment::change)).containsExactly(all.get(0), all.get(2));
    }
}
