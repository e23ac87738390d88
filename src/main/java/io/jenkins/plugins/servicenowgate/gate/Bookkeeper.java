package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.Problem;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final GateKeeper.ClientSource clients;
    private final Supplier<Pace> pace;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Budget budget;
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
        this.clients = clients;
        this.pace = pace;
        this.clock = clock;
        this.random = random;
        this.budget = budget;
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
        ServiceNowClient client = clients.get();
        Duration wait = entry.target() == null ? note(books, entry, client) : move(books, entry, client);
        if (wait.isZero() && books.failures > 0) {
            books.failures = 0;
            books.owner.trouble(null);
        }
        return wait;
    }

    private Duration note(Books books, BookEntry entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        Instant sent = entry.sent();
        if (sent != null) {
            // The journal tells, where it is shown, whether the request without an answer came true.
            Optional<String> journal = journal(books, client);
            if (journal.isPresent() && journal.get().contains(entry.signature())) {
                return done(books, entry);
            }
            Duration left =
                    Duration.between(clock.instant(), sent.plus(pace.get().settle()));
            if (!left.isNegative() && !left.isZero()) {
                return left;
            }
        }
        entry.sentAt(clock.instant());
        books.owner.save();
        List<String> ignored;
        try {
            ignored = client.update(books.change, Map.of("work_notes", entry.signedText()));
        } catch (ServiceNowException e) {
            entry.sentAt(e.isMaybeCarriedOut() ? clock.instant() : null);
            books.owner.save();
            throw e;
        }
        if (ignored.contains("work_notes")) {
            giveUp(books, entry, Phrase.of(Reason.BOOK_IGNORED, "work_notes").text());
            return Duration.ZERO;
        }
        return done(books, entry);
    }

    /** A journal that the user must not read proves as little as one that is not shown. */
    private static Optional<String> journal(Books books, ServiceNowClient client) throws ServiceNowException {
        try {
            return client.workNotes(books.change);
        } catch (ServiceNowException e) {
            if (e.problem().isPassing()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Duration move(Books books, BookEntry entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        ChangeRequest change = read(books, client);
        if (change == null) {
            return refused(books, entry, Phrase.of(Reason.BOOK_ABSENT).text());
        }
        ChangeState state = change.state();
        ChangeState target = entry.target();
        if (state == ChangeState.CLOSED || state == target) {
            return done(books, entry);
        }
        ChangeState from = target == ChangeState.CLOSED ? ChangeState.REVIEW : ChangeState.IMPLEMENT;
        if (state != from) {
            books.bookkeeping.dropTransitions();
            giveUp(
                    books,
                    entry,
                    Phrase.of(Reason.BOOK_WRONG_STATE, books.number, change.stateLabel())
                            .text());
            return Duration.ZERO;
        }
        if (!books.owner.finishing(books.change)) {
            books.bookkeeping.dropTransitions();
            return done(books, entry);
        }
        Map<String, String> fields = new HashMap<>();
        fields.put("state", String.valueOf(target.value()));
        fields.put("close_code", entry.closeCode().value());
        fields.put("close_notes", entry.signedText());
        try {
            client.update(books.change, fields);
        } catch (ServiceNowException e) {
            if (e.problem() != Problem.REJECTED || target == ChangeState.CLOSED) {
                throw e;
            }
            // Some instances take these two only later; the state matters more.
            client.update(books.change, Map.of("state", String.valueOf(target.value())));
        }
        ChangeRequest after = read(books, client);
        return after != null && (after.state() == target || after.state() == ChangeState.CLOSED)
                ? done(books, entry)
                : refused(
                        books,
                        entry,
                        after == null
                                ? Phrase.of(Reason.BOOK_ABSENT).text()
                                : Phrase.of(Reason.BOOK_WRONG_STATE, books.number, after.stateLabel())
                                        .text());
    }

    @CheckForNull
    private static ChangeRequest read(Books books, ServiceNowClient client) throws ServiceNowException {
        ServiceNowClient.Look look = client.read(List.of(books.change)).get(books.change);
        return look instanceof ServiceNowClient.Look.Seen seen ? seen.change() : null;
    }

    private static Duration done(Books books, BookEntry entry) throws IOException {
        books.bookkeeping.done(entry);
        books.owner.save();
        return Duration.ZERO;
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
        if (entry.target() != null) {
            books.bookkeeping.dropTransitions();
        }
        giveUp(books, entry, why);
        return Duration.ZERO;
    }

    private void giveUp(Books books, BookEntry entry, String why) {
        books.bookkeeping.done(entry);
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
