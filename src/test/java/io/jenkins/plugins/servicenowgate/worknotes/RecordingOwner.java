package io.jenkins.plugins.servicenowgate.worknotes;

import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jvnet.localizer.Localizable;

/** Stores nothing, and records what was given up and how often everything was written. */
public final class RecordingOwner implements ChangeUpdateQueue.Owner {
    public final List<Localizable> givenUp = new CopyOnWriteArrayList<>();
    public final AtomicInteger settled = new AtomicInteger();

    @Override
    public void save() {
        // In memory only.
    }

    @Override
    public boolean finishing(SysId change) {
        return true;
    }

    @Override
    public void trouble(Localizable trouble) {
        // Retried until it is written or given up.
    }

    @Override
    public void givenUp(Localizable what) {
        givenUp.add(what);
    }

    @Override
    public void settled() {
        settled.incrementAndGet();
    }
}
