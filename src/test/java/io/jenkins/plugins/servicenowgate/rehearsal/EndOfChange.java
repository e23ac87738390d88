package io.jenkins.plugins.servicenowgate.rehearsal;

import io.jenkins.plugins.servicenowgate.polling.ChangeLink;
import io.jenkins.plugins.servicenowgate.polling.ConnectionContext;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeOutbox;
import io.jenkins.plugins.servicenowgate.worknotes.ChangeUpdateQueue;
import io.jenkins.plugins.servicenowgate.worknotes.Ending;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate;
import java.io.PrintStream;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jvnet.localizer.Localizable;

/** The end of the rehearsed deployment: its note, its tasks, and the transitions of its change. */
final class EndOfChange implements ChangeUpdateQueue.Owner {
    private final PrintStream out;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile boolean complete = true;

    EndOfChange(PrintStream out) {
        this.out = out;
    }

    /** Writes everything; returns whether all of it was written. */
    boolean write(ConnectionContext context, ChangeLink change, String id, Options options, Instant start) {
        String text = "The rehearsed deployment ended: successful.";
        boolean closed = options.after().equals("close");
        ChangeOutbox outbox = new ChangeOutbox();
        outbox.note(text, id + " finished");
        outbox.finish(new Ending(
                text,
                PendingUpdate.CloseCode.SUCCESSFUL,
                closed,
                options.closesTasks(),
                start,
                context.instanceClock().instant()));
        new ChangeUpdateQueue(context)
                .write(new ChangeUpdateQueue.DeploymentUpdates(change.sysId(), change.number(), outbox, this));
        boolean written = ended.join();
        if (written) {
            out.println("[ServiceNow] " + change.number() + " has the result and the times of the deployment.");
        }
        return written;
    }

    @Override
    public void save() {
        // A rehearsal that crashes is not continued.
    }

    @Override
    public ChangeUpdateQueue.Turn turn(SysId change) {
        return ChangeUpdateQueue.Turn.NOW;
    }

    @Override
    public void finishing(SysId change) {
        // Nothing else uses the change.
    }

    @Override
    public boolean isDeployedUnapproved(SysId change) {
        return false;
    }

    @Override
    public void moved(String state) {
        out.println("[ServiceNow] The deployment is over, and the change is in " + state + ".");
    }

    @Override
    public void kept(Localizable what) {
        out.println("[ServiceNow] " + what.toString());
    }

    @Override
    public void trouble(Localizable trouble) {
        if (trouble != null) {
            out.println("[ServiceNow] " + trouble.toString());
        }
    }

    @Override
    public void givenUp(Localizable what) {
        complete = false;
        out.println("[ServiceNow] " + what.toString());
    }

    @Override
    public void settled() {
        ended.complete(complete);
    }
}
