package io.jenkins.plugins.servicenowgate.waiting;

/** How builds wait, measured side by side. */
enum Way {
    GATE("this plugin, step `serviceNowGate`"),
    QUEUE("this plugin, item in the queue"),
    WAIT_UNTIL("`waitUntil` with a request for each build"),
    SLEEP("`sleep`, the least that a waiting pipeline needs"),
    QUIET_PERIOD("quiet period, the least that a waiting item needs");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** The job's name in the folder of the jobs under test. */
    String job() {
        return name().toLowerCase().replace('_', '-');
    }

    boolean isOurs() {
        return this == GATE || this == QUEUE;
    }

    /** Whether its builds are items in the queue. */
    boolean isInQueue() {
        return this == QUEUE || this == QUIET_PERIOD;
    }

    /** Whether it waits for a change. */
    boolean isReleased() {
        return isOurs() || this == WAIT_UNTIL;
    }
}
