package io.jenkins.plugins.servicenowgate.worknotes;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jvnet.localizer.Localizable;

/** Stores nothing, and records what was given up, what fails, and how often everything was written. */
public class RecordingOwner implements ChangeUpdateQueue.Owner {
    public final List<Localizable> givenUp = new CopyOnWriteArrayList<>();
    public final AtomicInteger settled = new AtomicInteger();
    /** The failure that is retried; null after the recovery. */
    public volatile Localizable trouble;
    /** Whether there was such a failure. */
    public volatile boolean troubledOnce;
    /** What attachments are taken from. */
    public volatile ChangeEvidence evidence;

    @Override
    public void save() throws IOException {
        // In memory only.
    }

    @Override
    public boolean finishing(SysId change) {
        return true;
    }

    @Override
    public ChangeEvidence evidence() {
        return evidence;
    }

    @Override
    public void trouble(Localizable phrase) {
        trouble = phrase;
        troubledOnce |= phrase != null;
    }

    @Override
    public void givenUp(Localizable what) {
        givenUp.add(what);
    }

    @Override
    public void settled() {
        settled.incrementAndGet();
    }

    public boolean isSettled() {
        return settled.get() > 0;
    }
}
