package io.jenkins.plugins.servicenowgate.benchmark;

import java.time.Duration;

/** Many deployments that wait for their changes, in one way or another. */
interface Waiters {
    /** The interval between two polls of a change, in either way. */
    Duration INTERVAL = Duration.ofSeconds(10);

    /** Begins to wait for the changes of project-0 to project-(count - 1). */
    void begin(int count);

    /** How many know their change and wait. */
    int waiting();

    /** The number of the change for which this one waits. */
    String number(int which);

    /** Nanoseconds ({@link System#nanoTime}) at which this one was let go; 0 while it waits. */
    long released(int which);

    /** Waits again for all changes that are not approved, as after a restart of Jenkins. */
    void restart() throws InterruptedException;

    /** Forgets all that wait. */
    void end() throws InterruptedException;

    static String title(int which) {
        return "Jenkins: Deploy \"project-" + which + "\" version 1 to \"Production\"";
    }
}
