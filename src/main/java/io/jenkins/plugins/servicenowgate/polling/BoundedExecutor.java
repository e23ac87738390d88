package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A bounded share of the threads of an executor: tasks wait in a queue of their own while the share is in use. */
public final class BoundedExecutor implements Executor {
    private final Executor threads;
    private final int share;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    /**
     * @param threads must accept {@code share} tasks without making them wait for others
     * @param share the maximum number of threads
     */
    public BoundedExecutor(@NonNull Executor threads, int share) {
        this.threads = threads;
        this.share = share;
    }

    @Override
    public void execute(@NonNull Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running == share) {
                return;
            }
            running++;
        }
        start();
    }

    private void start() {
        boolean started = false;
        try {
            threads.execute(this::runAll);
            started = true;
        } finally {
            if (!started) {
                synchronized (this) {
                    running--;
                }
            }
        }
    }

    private void runAll() {
        for (Runnable task = next(); task != null; task = next()) {
            boolean completed = false;
            try {
                task.run();
                completed = true;
            } finally {
                if (!completed) {
                    // The thread ends with this failure; another one continues.
                    start();
                }
            }
        }
    }

    private synchronized Runnable next() {
        Runnable task = waiting.poll();
        if (task == null) {
            running--;
        }
        return task;
    }
}
