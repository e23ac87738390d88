package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.localizer.Localizable;

/** Single polls of the monitor with a fixed clock: the request, the reported decision, and the time of the next poll. */
class MonitorPollingTest extends ScriptedInstanceTestBase {
    private static final String READ = "GET sys_idIN";

    private final ReleasedChangeMonitor releasedMonitor = new ReleasedChangeMonitor(context);

    private final class Running implements ReleasedChangeMonitor.MonitoredDeployment {
        final SysId change;
        final String number;
        final List<Object> heard = new ArrayList<>();
        boolean open = true;

        Running(SysId change, String number) {
            this.change = change;
            this.number = number;
        }

        @Override
        public SysId change() {
            return change;
        }

        @Override
        public String number() {
            return number;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void onPolled(ChangeRequest row, ReleaseDecision decision) {
            heard.add(decision.reason().getKey());
        }

        @Override
        public void onPollFailed(Localizable why) {
            heard.add(why.toString());
        }
    }

    private Running watched(char sysId, String number) {
        Running running = new Running(id(sysId), number);
        releasedMonitor.watch(running, true);
        return running;
    }

    /** Rounded up by a millisecond. */
    private void pollsAgainIn(Duration wait) {
        assertThat(scheduler.delays()).containsExactly(wait.toMillis() + 1);
    }

    @Test
    void pollsAtOnceThenOnceAnInterval() {
        Running first = watched('a', "CHG1");
        Running second = watched('b', "CHG2");
        Running third = watched('a', "CHG1");
        pollsAgainIn(Duration.ZERO);
        instance.json(list(row('b', "CHG2", TITLE, 4, false, ""), row('a', "CHG1", TITLE)));
        scheduler.runNextNow();

        assertThat(instance.sent()).containsExactly(READ + id('a') + "," + id('b'));
        assertThat(first.heard).containsExactly("ReleaseRule.Released");
        assertThat(second.heard).containsExactly("ReleaseRule.Finished");
        assertThat(third.heard).containsExactly("ReleaseRule.Released");
        pollsAgainIn(PACE.interval());
        rateLimiter.answered(Duration.ofSeconds(6), Duration.ofSeconds(5));
        instance.json(NONE);
        scheduler.runNextNow();
        pollsAgainIn(PACE.interval().multipliedBy(3).dividedBy(2));
    }

    @Test
    void whatIsKnownCanWaitForItsTurn() {
        releasedMonitor.watch(new Running(id('a'), "CHG1"), false);
        pollsAgainIn(PACE.interval());
        watched('b', "CHG2");
        pollsAgainIn(Duration.ZERO);
        assertThat(releasedMonitor.size()).isEqualTo(2);
    }

    @Test
    void doesNotPollWhatNobodyNeeds() {
        Running first = watched('a', "CHG1");
        Running second = watched('b', "CHG2");
        first.open = false;
        instance.json(list(row('b', "CHG2", TITLE)));
        scheduler.runNextNow();
        assertThat(instance.sent()).containsExactly(READ + id('b'));
        assertThat(first.heard).isEmpty();

        second.open = false;
        scheduler.runNextNow();
        assertThat(instance.sent()).hasSize(1);
        assertThat(releasedMonitor.size()).isZero();
        assertThat(scheduler.delays()).isEmpty();
    }

    /** Seconds from now to the end of the window; the end itself belongs to it. */
    @ParameterizedTest
    @CsvSource({
        "20, 20001, ReleaseRule.Released",
        "0, 1, ReleaseRule.Released",
        "3600, 60000, ReleaseRule.Released",
        "-1, 60000, ReleaseRule.WindowPassed"
    })
    void pollsWhenAWindowEnds(int end, long next, String reason) {
        Running running = watched('a', "CHG1");
        String time = NOW.plusSeconds(end).toString().replace('T', ' ').replace("Z", "");
        instance.json(list(row('a', "CHG1", TITLE)
                .replace("\"end_date\":{\"value\":\"\"}", "\"end_date\":{\"value\":\"" + time + "\"}")));
        scheduler.runNextNow();

        assertThat(running.heard).containsExactly(reason);
        pollsAgainIn(Duration.ofMillis(next));
    }

    @Test
    void windowsAreJudgedByTheInstancesClock() {
        Running running = watched('a', "CHG1");
        instance.then(
                200,
                "application/json",
                list(row('a', "CHG1", TITLE)
                        .replace("\"end_date\":{\"value\":\"\"}", "\"end_date\":{\"value\":\"2026-12-01 20:10:20\"}")),
                "Date",
                "Tue, 01 Dec 2026 20:10:00 GMT");
        scheduler.runNextNow();

        assertThat(running.heard).containsExactly("ReleaseRule.Released");
        assertThat(instanceClock.difference()).isEqualTo(Duration.ofMinutes(10));
        pollsAgainIn(Duration.ofMillis(20_001));
    }

    @Test
    void whatItDoesNotSeeProvesNothing() {
        Running absent = watched('a', "CHG1");
        Running other = watched('b', "CHG2");
        Running unreadable = watched('c', "CHG3");
        instance.json(list(row('b', "CHG9", TITLE), row('c', "CHG3", TITLE).replace("\"active\"", "\"x\"")));
        scheduler.runNextNow();

        assertThat(absent.heard).containsExactly(Messages.ChangePoller_Absent("CHG1"));
        assertThat(other.heard).containsExactly(Messages.ChangePoller_OtherNumber("CHG2", "CHG9"));
        assertThat(unreadable.heard)
                .containsExactly(io.jenkins.plugins.servicenowgate.servicenow.Messages.ChangeApi_UnexpectedFormat(
                        "https://scripted.example", "active"));
        pollsAgainIn(PACE.interval());
    }

    @Test
    void holdsBackForLongerAfterEachFailureInARow() {
        Running running = watched('a', "CHG1");
        instance.then(502, "text/html", "");
        scheduler.runNextNow();
        pollsAgainIn(Duration.ofSeconds(4));
        clock.advance(Duration.ofSeconds(4));
        instance.then(502, "text/html", "");
        scheduler.runNextNow();
        pollsAgainIn(Duration.ofSeconds(8));
        clock.advance(Duration.ofSeconds(8));
        instance.json(list(row('a', "CHG1", TITLE)));
        scheduler.runNextNow();
        pollsAgainIn(PACE.interval());
        instance.then(502, "text/html", "");
        scheduler.runNextNow();
        pollsAgainIn(Duration.ofSeconds(4));

        assertThat(rateLimiter.pausedUntil())
                .as("the first one in a row for all requests, too")
                .isEqualTo(clock.instant().plusSeconds(4));
        assertThat(running.heard).hasSize(4).element(2).isEqualTo("ReleaseRule.Released");
    }

    @Test
    void asksNobodyElseAfterAFailure() {
        List<Running> all = new ArrayList<>();
        for (int i = 0; i < 201; i++) {
            Running running = new Running(new SysId(String.format("%032x", i)), "CHG" + i);
            all.add(running);
            releasedMonitor.watch(running, true);
        }
        instance.json(NONE).then(502, "text/html", "");
        scheduler.runNextNow();

        assertThat(instance.sent()).hasSize(2);
        assertThat(instance.sent().get(0).split(",")).hasSize(100);
        assertThat(all.get(99).heard).containsExactly(Messages.ChangePoller_Absent("CHG99"));
        assertThat(all.get(100).heard).hasSize(1).isEqualTo(all.get(200).heard);
    }

    @Test
    void asksNobodyWhileTheInstanceIsToBeLeftAlone() {
        rateLimiter.pause(NOW, Duration.ofSeconds(90), null);
        Running running = watched('a', "CHG1");
        scheduler.runNextNow();
        assertThat(instance.sent()).isEmpty();
        assertThat(running.heard).isEmpty();
        pollsAgainIn(Duration.ofSeconds(90));

        clock.advance(Duration.ofSeconds(90));
        instance.json(list(row('a', "CHG1", TITLE)));
        scheduler.runNextNow();
        assertThat(running.heard).containsExactly("ReleaseRule.Released");
    }

    @Test
    void goesOnAfterAnAccidentOfItsOwn() {
        Running running = watched('a', "CHG1");
        clients = () -> {
            throw new IllegalStateException("ours");
        };
        scheduler.runNextNow();

        assertThat(running.heard)
                .containsExactly(Messages.ChangePoller_Failed("java.lang.IllegalStateException: ours"));
        pollsAgainIn(PACE.interval());
    }

    /** A deployment that is added during a poll is not forgotten, and causes no concurrent poll. */
    @Test
    void whatIsAddedDuringAPollIsPolledAfterIt() {
        watched('a', "CHG1");
        instance.json(list(row('a', "CHG1", TITLE)));
        instance.watch(() -> {
            watched('b', "CHG2");
            assertThat(scheduler.delays()).isEmpty();
        });
        scheduler.runNextNow();

        pollsAgainIn(Duration.ZERO);
        instance.watch(() -> {});
        instance.json(list(row('a', "CHG1", TITLE), row('b', "CHG2", TITLE)));
        scheduler.runNextNow();
        assertThat(instance.sent()).endsWith(READ + id('a') + "," + id('b'));
    }
}
