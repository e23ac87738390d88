package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes into the changes of one connection what is to be known about their deployments: in the background, in order,
 * each thing once, again after failures and restarts. Nothing that happens here stops or fails a deployment.
 */
public final class Bookkeeper {
    private static final int LANES = 2;
    private static final int REFUSALS = 5;

    private final Supplier<Pace> pace;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Budget budget;
    private final BookWriter writer;
    private final Alarm alarm;
    private final Agenda<Books> agenda = new Agenda<>();
    private final Lanes lanes;

    /**
     * @param budget of the connection, shared by all that is sent through it
     * @param timer for delays alone
     * @param workers where requests are sent
     */
    public Bookkeeper(
            @NonNull GateKeeper.ClientSource clients,
            @NonNull Supplier<Pace> pace,
            @NonNull Budget budget,
            @NonNull InstantSource clock,
            @NonNull RandomGenerator random,
            @NonNull ScheduledExecutorService timer,
            @NonNull Executor workers) {
        this.pace = pace;
        this.clock = clock;
        this.random = random;
        this.budget = budget;
        this.writer = new BookWriter(clients, pace, clock);
        this.alarm = new Alarm(timer, clock, () -> workers.execute(this::wake));
        this.lanes = new Lanes(LANES, workers);
    }

    /** Whose books are kept. Called on worker threads, one call at a time. */
    public interface Owner {
        /**
         * Stores the bookkeeping so that it outlives a crash from now on.
         *
         * @throws IOException where that is not certain; it is then tried again later
         */
        void save() throws IOException;

        /**
         * The plugin is about to put an end to the change: it approves no further deployment.
         *
         * @return false where another deployment still relies on the change; then it is left as it is
         */
        boolean finishing(@NonNull SysId change) throws IOException;

        /** Something could not be written; null when that is over. */
        void trouble(@CheckForNull Phrase trouble);

        /** Something will never be written. */
        void givenUp(@NonNull Phrase what);

        /** Everything is written, for now. */
        void settled();
    }

    /** The books of one deployment. */
    public static final class Books {
        private final SysId change;
        private final String number;
        private final Bookkeeping bookkeeping;
        private volatile Owner owner;
        private boolean running;
        private int failures;

        public Books(
                @NonNull SysId change, @NonNull String number, @NonNull Bookkeeping bookkeeping, @NonNull Owner owner) {
            this.change = change;
            this.number = number;
            this.bookkeeping = bookkeeping;
            this.owner = owner;
        }

        /** From now on somebody else keeps what is pending. */
        public void handOver(@NonNull Owner newOwner) {
            owner = newOwner;
        }

        @NonNull
        SysId change() {
            return change;
        }

        @NonNull
        String number() {
            return number;
        }

        @NonNull
        Bookkeeping bookkeeping() {
            return bookkeeping;
        }

        @NonNull
        Owner owner() {
            return owner;
        }

        private synchronized boolean start() {
            boolean first = !running;
            running = true;
            return first;
        }

        /** True when there is nothing left; then {@link #start} begins anew. */
        private synchronized boolean stopWhenEmpty() {
            running = !bookkeeping.isEmpty();
            return !running;
        }
    }

    /** Writes what is pending; to be called again whenever something was added. Returns at once. */
    public void write(@NonNull Books books) {
        if (books.start()) {
            lanes.execute(books.change, () -> next(books));
        }
    }

    private void next(Books books) {
        BookEntry entry = books.bookkeeping.first();
        if (entry == null) {
            if (books.stopWhenEmpty()) {
                books.owner.settled();
            } else {
                lanes.execute(books.change, () -> next(books));
            }
            return;
        }
        Instant quiet = budget.quietUntil();
        if (quiet.isAfter(clock.instant())) {
            later(books, quiet);
            return;
        }
        Duration wait;
        try {
            wait = write(books, entry);
        } catch (ServiceNowException e) {
            wait = failed(books, entry, e);
        } catch (IOException | RuntimeException e) {
            wait = retry(books, act(entry), String.valueOf(e));
        }
        if (wait.isZero()) {
            lanes.execute(books.change, () -> next(books));
        } else {
            later(books, clock.instant().plus(wait));
        }
    }

    private void later(Books books, Instant due) {
        agenda.put(books, due);
        setAlarm();
    }

    /** One at a time: whoever saw the agenda without an entry must not set the alarm after whoever put it there. */
    private synchronized void setAlarm() {
        alarm.set(agenda.first());
    }

    private void wake() {
        for (Books books : agenda.take(clock.instant())) {
            lanes.execute(books.change, () -> next(books));
        }
        setAlarm();
    }

    /** How long to wait before the next act; the entry is gone when it is done. */
    private Duration write(Books books, BookEntry entry) throws ServiceNowException, IOException {
        BookWriter.Outcome outcome = writer.write(books, entry);
        Duration wait = Duration.ZERO;
        if (outcome instanceof BookWriter.Outcome.Written) {
            books.bookkeeping.done(entry);
            books.owner.save();
        } else if (outcome instanceof BookWriter.Outcome.Lost lost) {
            giveUp(books, entry, lost.why());
        } else if (outcome instanceof BookWriter.Outcome.NotTaken notTaken) {
            wait = refused(books, entry, notTaken.why());
        } else if (outcome instanceof BookWriter.Outcome.Uncertain uncertain) {
            wait = uncertain.left();
        }
        if (wait.isZero() && books.failures > 0) {
            books.failures = 0;
            books.owner.trouble(null);
        }
        return wait;
    }

    private Duration failed(Books books, BookEntry entry, ServiceNowException e) {
        String why = e.phrase().text();
        return e.problem().isPassing()
                ? budget.failed(e, clock.instant(), retry(books, act(entry), why))
                : refused(books, entry, why);
    }

    private Duration retry(Books books, Reason act, String why) {
        books.failures++;
        books.owner.trouble(
                Phrase.of(Reason.BOOK_RETRIED, books.number, Phrase.of(act).text(), why));
        return pace.get().afterFailures(books.failures, random);
    }

    /** An answer that waiting alone won't change: tried a few times more, since people may mend it. */
    private Duration refused(Books books, BookEntry entry, String why) {
        if (entry.refusedAgain() < REFUSALS) {
            return retry(books, act(entry), why);
        }
        giveUp(books, entry, why);
        return Duration.ZERO;
    }

    /** After a transition that can't be made no other can. */
    private void giveUp(Books books, BookEntry entry, String why) {
        books.bookkeeping.done(entry);
        if (entry.target() != null) {
            books.bookkeeping.dropTransitions();
        }
        books.owner.givenUp(Phrase.of(
                Reason.BOOK_GIVEN_UP, books.number, Phrase.of(act(entry)).text(), why));
    }

    private static Reason act(BookEntry entry) {
        if (entry.target() == null) {
            return Reason.ACT_NOTE;
        }
        return entry.target() == ChangeState.CLOSED ? Reason.ACT_CLOSE : Reason.ACT_REVIEW;
    }
}
