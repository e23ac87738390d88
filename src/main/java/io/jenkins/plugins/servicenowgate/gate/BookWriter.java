package io.jenkins.plugins.servicenowgate.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.Problem;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes one attempt to write one entry of the books into its change: a note that must not stand there twice, or a
 * transition that is read back. When there is another attempt is for the {@link Bookkeeper} to say.
 */
final class BookWriter {
    private final GateKeeper.ClientSource clients;
    private final Supplier<Pace> pace;
    private final InstantSource clock;

    BookWriter(@NonNull GateKeeper.ClientSource clients, @NonNull Supplier<Pace> pace, @NonNull InstantSource clock) {
        this.clients = clients;
        this.pace = pace;
        this.clock = clock;
    }

    /** What an attempt came to. */
    sealed interface Outcome {
        /** It stands in the change, or is not to stand there any more. */
        record Written() implements Outcome {}

        /** An earlier request may still come true for that long. */
        record Uncertain(@NonNull Duration left) implements Outcome {}

        /** The instance did not take it; people may mend that. */
        record NotTaken(@NonNull String why) implements Outcome {}

        /** It will never be taken. */
        record Lost(@NonNull String why) implements Outcome {}
    }

    @NonNull
    Outcome write(@NonNull Bookkeeper.Books books, @NonNull BookEntry entry) throws ServiceNowException, IOException {
        ServiceNowClient client = clients.get();
        return entry.target() == null ? note(books, entry, client) : move(books, entry, client);
    }

    private Outcome note(Bookkeeper.Books books, BookEntry entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        Instant sent = entry.sent();
        if (sent != null) {
            // The journal tells, where it is shown, whether the request without an answer came true.
            Optional<String> journal = journal(books, client);
            if (journal.isPresent() && journal.get().contains(entry.signature())) {
                return new Outcome.Written();
            }
            Duration left =
                    Duration.between(clock.instant(), sent.plus(pace.get().settle()));
            if (!left.isNegative() && !left.isZero()) {
                return new Outcome.Uncertain(left);
            }
        }
        entry.sentAt(clock.instant());
        books.owner().save();
        List<String> ignored;
        try {
            ignored = client.update(books.change(), Map.of("work_notes", entry.signedText()));
        } catch (ServiceNowException e) {
            entry.sentAt(e.isMaybeCarriedOut() ? clock.instant() : null);
            books.owner().save();
            throw e;
        }
        return ignored.contains("work_notes")
                ? new Outcome.Lost(Phrase.of(Reason.BOOK_IGNORED, "work_notes").text())
                : new Outcome.Written();
    }

    /** A journal that the user must not read proves as little as one that is not shown. */
    private static Optional<String> journal(Bookkeeper.Books books, ServiceNowClient client)
            throws ServiceNowException {
        try {
            return client.workNotes(books.change());
        } catch (ServiceNowException e) {
            if (e.problem().isPassing()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static Outcome move(Bookkeeper.Books books, BookEntry entry, ServiceNowClient client)
            throws ServiceNowException, IOException {
        ChangeState target = entry.target();
        ChangeRequest change = read(books, client);
        if (change == null || isThere(change, target)) {
            return moved(books, change, target);
        }
        ChangeState from = target == ChangeState.CLOSED ? ChangeState.REVIEW : ChangeState.IMPLEMENT;
        if (change.state() != from) {
            return new Outcome.Lost(wrongState(books, change));
        }
        if (!books.owner().finishing(books.change())) {
            books.bookkeeping().dropTransitions();
            return new Outcome.Written();
        }
        send(books, entry, target, client);
        return moved(books, read(books, client), target);
    }

    private static void send(Bookkeeper.Books books, BookEntry entry, ChangeState target, ServiceNowClient client)
            throws ServiceNowException {
        Map<String, String> fields = new HashMap<>();
        fields.put("state", String.valueOf(target.value()));
        fields.put("close_code", entry.closeCode().value());
        fields.put("close_notes", entry.signedText());
        try {
            client.update(books.change(), fields);
        } catch (ServiceNowException e) {
            if (e.problem() != Problem.REJECTED || target == ChangeState.CLOSED) {
                throw e;
            }
            // Some instances take these two only later; the state matters more.
            client.update(books.change(), Map.of("state", String.valueOf(target.value())));
        }
    }

    private static Outcome moved(Bookkeeper.Books books, @CheckForNull ChangeRequest change, ChangeState target) {
        if (change == null) {
            return new Outcome.NotTaken(Phrase.of(Reason.BOOK_ABSENT).text());
        }
        return isThere(change, target) ? new Outcome.Written() : new Outcome.NotTaken(wrongState(books, change));
    }

    private static boolean isThere(ChangeRequest change, ChangeState target) {
        return change.state() == target || change.state() == ChangeState.CLOSED;
    }

    private static String wrongState(Bookkeeper.Books books, ChangeRequest change) {
        return Phrase.of(Reason.BOOK_WRONG_STATE, books.number(), change.stateLabel())
                .text();
    }

    @CheckForNull
    private static ChangeRequest read(Bookkeeper.Books books, ServiceNowClient client) throws ServiceNowException {
        ServiceNowClient.Look look = client.read(List.of(books.change())).get(books.change());
        return look instanceof ServiceNowClient.Look.Seen seen ? seen.change() : null;
    }
}
