package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.Localizable;

/** What each waiting deployment hears of a polled batch: of its own change only, and nobody is forgotten. */
class PollResultTest extends ScriptedInstanceTestBase {
    private final ChangePoller poller = new ChangePoller(context);
    private final List<String> heard = new ArrayList<>();
    private RuntimeException broken;
    private final Deployment first = new Deployment("first", 'a', "CHG1");
    private final Deployment second = new Deployment("second", 'b', "CHG2");

    private final class Deployment implements ApprovalListener {
        final String name;
        final PendingApproval approval;

        Deployment(String name, char sysId, String number) {
            this.name = name;
            ChangeLink record = new ChangeLink();
            record.link(change(sysId, number, ChangeState.NEW));
            approval = new PendingApproval(
                    new ChangeSpec(TITLE, null, new NewChange.Normal(), Map.of(), false),
                    record,
                    this,
                    new NoRequirements(),
                    NOW);
            poller.resume(approval);
        }

        @Override
        public void save() {
            throw new AssertionError("nothing is stored");
        }

        @Override
        public void report(Localizable news) {
            heard.add(name + " " + news.getKey());
        }

        @Override
        public void onPolled(ChangeRequest change, ReleaseDecision decision, Instant next) {
            if (broken != null) {
                RuntimeException once = broken;
                broken = null;
                throw once;
            }
        }

        @Override
        public boolean isFinished(SysId change) {
            return false;
        }

        @Override
        public void proceed(ChangeRequest change, Localizable reason) {
            heard.add(name + " proceed " + change.number());
        }

        @Override
        public void refuse(Localizable reason) {
            heard.add(name + " refuse " + reason.getKey());
        }
    }

    private void pollOnce() {
        int sent = instance.sent().size();
        scheduler.runUntil(() -> instance.sent().size() > sent);
        scheduler.runFor(Duration.ofMillis(1));
    }

    @Test
    void eachHearsOfItsOwnChange() {
        instance.json(list(row('b', "CHG2", TITLE), row('a', "CHG1", TITLE, -5, true, "")));
        pollOnce();
        assertThat(heard).containsExactlyInAnyOrder("first ReleaseRule.WaitsForImplement", "second proceed CHG2");
        assertThat(poller.size()).isOne();
    }

    @Test
    void nothingIsReadForDeploymentsThatHaveEnded() {
        first.approval.end();
        instance.json(list(row('b', "CHG2", TITLE)));
        pollOnce();
        assertThat(heard).containsExactly("second proceed CHG2");
        assertThat(instance.sent())
                .containsExactly(
                        "GET sys_idIN" + id('b'), "GET /api/now/table/sysapproval_approver sysapprovalIN" + id('b'));
    }

    @Test
    void anUnreadableRowIsAnErrorUntilItCanBeRead() {
        poller.cancel(second.approval);
        instance.json(list(row('a', "CHG1", TITLE).replace("\"active\"", "\"x\"")))
                .json(list(row('a', "CHG9", TITLE)))
                .json(list(row('a', "CHG1", TITLE)));
        pollOnce();
        pollOnce();
        assertThat(heard).containsExactly("first ChangePoller.Unavailable");
        pollOnce();
        assertThat(heard)
                .containsExactly(
                        "first ChangePoller.Unavailable", "first ChangePoller.AvailableAgain", "first proceed CHG1");
    }

    @Test
    void aFailureOfThePluginConcernsNoOtherDeployment() {
        broken = new IllegalStateException("ours");
        instance.json(list(row('a', "CHG1", TITLE, -5, true, ""), row('b', "CHG2", TITLE)));
        pollOnce();
        assertThat(heard).containsExactlyInAnyOrder("first ChangePoller.InternalError", "second proceed CHG2");
        instance.json(list(row('a', "CHG1", TITLE)));
        pollOnce();
        assertThat(heard).contains("first ChangePoller.AvailableAgain", "first proceed CHG1");
    }

    /** As a vault's client, for example, may throw. */
    @Test
    void aPollThatCannotBeSentAtAllIsRepeated() {
        clients = () -> {
            throw new IllegalStateException("ours");
        };
        scheduler.runFor(Duration.ofHours(1));
        assertThat(heard)
                .containsExactlyInAnyOrder("first ChangePoller.InternalError", "second ChangePoller.InternalError");

        clients = () -> client;
        instance.json(list(row('a', "CHG1", TITLE), row('b', "CHG2", TITLE)));
        pollOnce();
        assertThat(heard).contains("first proceed CHG1", "second proceed CHG2");
    }
}
