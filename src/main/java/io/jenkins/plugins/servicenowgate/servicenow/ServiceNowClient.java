package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import tools.jackson.databind.JsonNode;

/**
 * The Change Management API of one instance: finds, reads and creates changes. What it hands out was compared again on
 * this side, since the instance compares loosely and drops conditions it does not understand. Safe for many threads.
 */
public final class ServiceNowClient {
    /** The most changes that one request reads. */
    public static final int BATCH = 100;

    private final ChangeApi api;
    private final ChangeSearch search;
    private final TemplateSearch templates;

    /** Looks the credentials up anew whenever it is asked. */
    @FunctionalInterface
    public interface SignInSource {
        /**
         * @throws ServiceNowException {@link Problem#CONFIGURATION} where they can't be had
         */
        @NonNull
        SignIn get() throws ServiceNowException;
    }

    /**
     * @param http made by {@link HttpClients}
     */
    public ServiceNowClient(
            @NonNull OkHttpClient http,
            @NonNull InstanceUrl instance,
            @NonNull SignInSource signIns,
            @NonNull InstantSource clock) {
        this.api = new ChangeApi(http, instance, signIns, clock);
        this.search = new ChangeSearch(api);
        this.templates = new TemplateSearch(api);
    }

    @NonNull
    public InstanceUrl instance() {
        return api.instance();
    }

    /**
     * What the instance's clock was ahead of this machine's when it answered last, from the {@code Date} header, in
     * whole seconds; null while that is not known.
     */
    @CheckForNull
    public Duration clockDifference() {
        return api.clockDifference();
    }

    /** How the instance has answered this client so far. */
    @NonNull
    public ConnectionHealth health() {
        return api.health();
    }

    /** Whether the text has the form of a change's number: letters, digits, hyphens and underscores, at most 40. */
    public static boolean isNumber(@NonNull String text) {
        return ChangeReader.isNumber(text);
    }

    /**
     * Signs in, without reading anything.
     *
     * @throws ServiceNowException where there is no token to be had
     */
    public void signIn() throws ServiceNowException {
        api.signIn();
    }

    /**
     * The change with exactly that number, whatever its state.
     *
     * @param number as {@link #isNumber} has it
     */
    @NonNull
    public Optional<ChangeRequest> findByNumber(@NonNull String number) throws ServiceNowException {
        if (!isNumber(number)) {
            throw new IllegalArgumentException("not the number of a change");
        }
        return search.byNumber(number);
    }

    /** The active changes whose Short Description is exactly that, character by character. */
    @NonNull
    public List<ChangeRequest> findActiveByTitle(@NonNull String title) throws ServiceNowException {
        return search.activeByTitle(title);
    }

    /**
     * Whether any change can be read: an empty list may be an empty table or a missing role, ServiceNow does not tell.
     */
    public boolean canReadAnyChange() throws ServiceNowException {
        return search.findsAny();
    }

    /** What a batch read says of one change. */
    public sealed interface Look {
        /** It was there, in a form that can be decided on. */
        record Seen(@NonNull ChangeRequest change) implements Look {}

        /** It was not in the answer: deleted, hidden, or not yet there on a replica. */
        record Absent() implements Look {}

        /** It was there, in a form that can't be decided on. */
        record Unreadable(@NonNull Phrase why) implements Look {}
    }

    /**
     * Reads changes by their rows.
     *
     * @param sysIds at most {@link #BATCH}
     * @return one look for each of them, in their order
     */
    @NonNull
    public Map<SysId, Look> read(@NonNull Collection<SysId> sysIds) throws ServiceNowException {
        if (sysIds.size() > BATCH) {
            throw new IllegalArgumentException("more than " + BATCH + " changes in one request");
        }
        return search.read(sysIds);
    }

    /**
     * A change that was just created.
     *
     * @param change as the instance stored it: compare its title before relying on it
     * @param ignoredFields names of fields that the instance did not take
     */
    public record Created(
            @NonNull ChangeRequest change, @NonNull List<String> ignoredFields) {}

    /**
     * Creates a Normal change.
     *
     * @param fields names of columns and their values
     * @throws ServiceNowException whose {@link ServiceNowException#isMaybeCarriedOut} tells whether there may be a
     *     change nevertheless
     */
    @NonNull
    public Created createNormal(@NonNull Map<String, String> fields) throws ServiceNowException {
        return create(api.changes("normal").build(), fields);
    }

    /** Creates an Emergency change; all else as {@link #createNormal}. */
    @NonNull
    public Created createEmergency(@NonNull Map<String, String> fields) throws ServiceNowException {
        return create(api.changes("emergency").build(), fields);
    }

    /**
     * Creates a Standard change; all else as {@link #createNormal}.
     *
     * @param template the row of an active template, from {@link #activeTemplates}
     */
    @NonNull
    public Created createStandard(@NonNull SysId template, @NonNull Map<String, String> fields)
            throws ServiceNowException {
        return create(api.changes("standard", template.value()).build(), fields);
    }

    private Created create(HttpUrl url, Map<String, String> fields) throws ServiceNowException {
        JsonNode answer = api.post(url, fields);
        try {
            JsonNode row = api.row(answer);
            return new Created(ChangeReader.read(row), ignoredFields(row));
        } catch (UnreadableRowException e) {
            throw api.unexpected(e.getMessage()).asMaybeCarriedOut();
        }
    }

    /**
     * Changes fields of a change. An answer without an error proves little: read the change again.
     *
     * @param fields names of columns and their values; {@code work_notes} is appended, all others are replaced
     * @return names of fields that the instance says it did not take
     * @throws ServiceNowException whose {@link ServiceNowException#isMaybeCarriedOut} tells whether it may have
     *     happened nevertheless
     */
    @NonNull
    public List<String> update(@NonNull SysId change, @NonNull Map<String, String> fields) throws ServiceNowException {
        JsonNode answer = api.patch(api.changes(change.value()).build(), fields);
        try {
            JsonNode row = api.row(answer);
            if (!ChangeReader.sysId(row).equals(change)) {
                throw new UnreadableRowException("sys_id");
            }
            return ignoredFields(row);
        } catch (UnreadableRowException e) {
            throw api.unexpected(e.getMessage()).asMaybeCarriedOut();
        }
    }

    private static List<String> ignoredFields(JsonNode row) {
        return ChangeApi.names(row.path("__meta").path("ignoredFields"));
    }

    /**
     * What was noted on a change so far, as the instance shows it to people.
     *
     * @return empty where the instance does not show its journal; then it is not known what was noted
     */
    @NonNull
    public Optional<String> workNotes(@NonNull SysId change) throws ServiceNowException {
        JsonNode answer = api.get(api.changes(change.value()).build());
        try {
            JsonNode row = api.row(answer);
            if (!ChangeReader.sysId(row).equals(change)) {
                throw new UnreadableRowException("sys_id");
            }
            String shown = ChangeReader.shown(row, "work_notes");
            return shown.isBlank() ? Optional.empty() : Optional.of(shown);
        } catch (UnreadableRowException e) {
            throw api.unexpected(e.getMessage());
        }
    }

    /**
     * The template of a Standard change.
     *
     * @param sysId the row to create from
     * @param name as stored; names are not unique
     */
    public record Template(@NonNull SysId sysId, @NonNull String name) {}

    /**
     * The active templates of exactly that name; where there are none, all active ones, so that a person can be told
     * which there are.
     */
    @NonNull
    public List<Template> activeTemplates(@NonNull String name) throws ServiceNowException {
        return templates.active(name);
    }

    /** All active templates that the integration user may read. */
    @NonNull
    public List<Template> activeTemplates() throws ServiceNowException {
        return templates.active();
    }
}
