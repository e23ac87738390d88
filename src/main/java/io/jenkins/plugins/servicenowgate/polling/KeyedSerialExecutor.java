package io.jenkins.plugins.servicenowgate.polling;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * A few queues over one executor. Tasks of the same key run one after another, and never hold up a worker thread while
 * they wait for each other; so two deployments with the same title can't both create its change.
 */
public final class KeyedSerialExecutor {
    private final Lane[] serialExecutor;

    public KeyedSerialExecutor(int count, Executor workers) {
        serialExecutor = new Lane[count];
        for (int i = 0; i < count; i++) {
            serialExecutor[i] = new Lane(workers);
        }
    }

    public void execute(Object key, Runnable task) {
        serialExecutor[Math.floorMod(key.hashCode(), serialExecutor.length)].add(task);
    }

    private static final class Lane implements Runnable {
        private final Executor workers;
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        Lane(Executor workers) {
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
