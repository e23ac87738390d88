package io.jenkins.plugins.servicenowgate.polling;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Runs tasks with the same key one after another, so that two deployments with the same title can't both create its
 * change. Waiting tasks occupy no worker thread.
 */
public final class KeyedSerialExecutor {
    private final SerialQueue[] queues;

    /**
     * @param count the maximum number of tasks that run concurrently
     */
    public KeyedSerialExecutor(int count, Executor workers) {
        queues = new SerialQueue[count];
        for (int i = 0; i < count; i++) {
            queues[i] = new SerialQueue(workers);
        }
    }

    public void execute(Object key, Runnable task) {
        queues[Math.floorMod(key.hashCode(), queues.length)].add(task);
    }

    private static final class SerialQueue implements Runnable {
        private final Executor workers;
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        SerialQueue(Executor workers) {
            this.workers = workers;
        }

        void add(Runnable task) {
            synchronized (this) {
                tasks.add(task);
                if (running) {
                    return;
                }
                running = true;
            }
            workers.execute(this);
        }

        @Override
        public void run() {
            Runnable task;
            synchronized (this) {
                task = tasks.remove();
            }
            try {
                task.run();
            } finally {
                boolean more;
                synchronized (this) {
                    more = !tasks.isEmpty();
                    running = more;
                }
                if (more) {
                    workers.execute(this);
                }
            }
        }
    }
}
