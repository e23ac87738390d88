package io.jenkins.plugins.servicenowgate.worknotes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.polling.ScriptedInstanceTestBase;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jvnet.localizer.Localizable;
import org.jvnet.localizer.ResourceBundleHolder;

/** Single attempts at the first entry of an outbox, and what their owner is told. */
abstract class UpdaterTestBase extends ScriptedInstanceTestBase {
    static final ChangeUpdater.WriteResult WRITTEN = new ChangeUpdater.WriteResult.Written();

    final List<String> heard = new ArrayList<>();
    final ChangeOutbox outbox = new ChangeOutbox();
    final ChangeUpdater writer = new ChangeUpdater(context);
    ChangeUpdateQueue.Turn turn = ChangeUpdateQueue.Turn.NOW;

    private final class Owner implements ChangeUpdateQueue.Owner {
        @Override
        public void save() {
            heard.add("saved, sent " + outbox.first().sent());
        }

        @Override
        public ChangeUpdateQueue.Turn turn(SysId change) {
            return turn;
        }

        @Override
        public void finishing(SysId change) {
            heard.add("finishing " + change);
        }

        @Override
        public boolean isDeployedUnapproved(SysId change) {
            return false;
        }

        @Override
        public void kept(Localizable what) {
            heard.add(what.getKey());
        }

        @Override
        public ChangeEvidence evidence() {
            return evidence;
        }

        @Override
        public void trouble(Localizable trouble) {
            throw new AssertionError("the queue reports failures");
        }

        @Override
        public void givenUp(Localizable what) {
            throw new AssertionError("the queue gives up");
        }

        @Override
        public void settled() {
            throw new AssertionError("the queue knows what is pending");
        }
    }

    final ChangeUpdater.WriteResult write() throws ServiceNowException, IOException {
        return writer.write(
                new ChangeUpdateQueue.DeploymentUpdates(id('a'), "CHG1", outbox, new Owner()), outbox.first());
    }

    final FailureKind fails() {
        ServiceNowException e = catchThrowableOfType(ServiceNowException.class, this::write);
        assertThat(e).isNotNull();
        return e.problem();
    }

    private static String text(String key, String... arguments) {
        return new Localizable(ResourceBundleHolder.get(Messages.class), key, (Object[]) arguments).toString();
    }

    static ChangeUpdater.WriteResult notTaken(String reason, String... arguments) {
        return new ChangeUpdater.WriteResult.NotTaken(text(reason, arguments));
    }

    static ChangeUpdater.WriteResult lost(String reason, String... arguments) {
        return new ChangeUpdater.WriteResult.Lost(text(reason, arguments));
    }
}
