package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeReader.UnreadableRowException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jvnet.localizer.Localizable;
import tools.jackson.databind.JsonNode;

/**
 * A client for the Change Management API of one instance: finds, reads, creates and updates changes. Returned changes
 * were compared with the query again, because the instance compares loosely and ignores conditions that it does not
 * understand. Thread safe. The requests are listed in docs/servicenow-guide.md, "What is called".
 */
public final class ServiceNowClient {
    /** The maximum number of changes per read request. */
    public static final int BATCH = 100;

    private final ChangeApi api;
    private final ChangeSearch search;
    private final TemplateSearch templates;
    private final TemplateSearch models;
    private final AttachmentApi attachments;
    private final ItemSearch items;
    private final ApprovalSearch approvals;
    private final UserSearch users;
    private final IntegrationUserSearch integrationUsers;
    private final ChangeTasks tasks;
    private final ChangeConflicts conflicts;

    /**
     * @param http created by {@link HttpClients}
     */
    public ServiceNowClient(
            @NonNull OkHttpClient http,
            @NonNull InstanceUrl instance,
            @NonNull SignInSource signIns,
            @NonNull InstantSource clock) {
        this(http, instance, signIns, clock, new SignInFailures(clock));
    }

    /**
     * @param http created by {@link HttpClients}
     * @param signInFailures shared by all clients that may use the same credentials
     */
    public ServiceNowClient(
            @NonNull OkHttpClient http,
            @NonNull InstanceUrl instance,
            @NonNull SignInSource signIns,
            @NonNull InstantSource clock,
            @NonNull SignInFailures signInFailures) {
        this.api = new ChangeApi(http, instance, signIns, clock, signInFailures);
        this.search = new ChangeSearch(api);
        this.templates = new TemplateSearch(api, "standard", "template");
        this.models = new TemplateSearch(api, "model");
        this.attachments = new AttachmentApi(api);
        this.items = new ItemSearch(api);
        this.approvals = new ApprovalSearch(api);
        this.users = new UserSearch(api);
        this.integrationUsers = new IntegrationUserSearch(api);
        this.tasks = new ChangeTasks(api);
        this.conflicts = new ChangeConflicts(api);
    }

    @NonNull
    public InstanceUrl instance() {
        return api.instance();
    }

    /**
     * How far the instance's clock was ahead of this machine's at the last response, from the {@code Date} header, in
     * whole seconds; null if unknown.
     */
    @CheckForNull
    public Duration clockDifference() {
        return api.clockDifference();
    }

    /** The successes and failures of this client's requests. */
    @NonNull
    public ConnectionHealth health() {
        return api.health();
    }

    /** Whether a text is a valid change number: 1 to 40 letters, digits, hyphens and underscores. */
    public static boolean isNumber(@NonNull String text) {
        return ChangeReader.isNumber(text);
    }

    /**
     * What an access token grants.
     *
     * @param scope the granted scope; empty if the instance names none
     * @param expires when the instance stops accepting the token
     */
    public record Grant(@NonNull String scope, @NonNull Instant expires) {}

    /**
     * Signs in without any other request.
     *
     * @return empty for a sign-in without tokens, which sends nothing here
     * @throws ServiceNowException if no token is issued
     */
    @NonNull
    public Optional<Grant> signIn() throws ServiceNowException {
        return Optional.ofNullable(api.signIn()).map(token -> new Grant(token.scope(), token.expires()));
    }

    /** Returns the own user; empty if it may not read its own row. */
    @NonNull
    public Optional<IntegrationUser> ownUser() throws ServiceNowException {
        return integrationUsers.own();
    }

    /** Returns the names of the roles of a user, as far as the integration user may read them. */
    @NonNull
    public List<String> roles(@NonNull SysId user) throws ServiceNowException {
        return integrationUsers.roles(user);
    }

    /**
     * Finds the change with exactly this number, in any state.
     *
     * @param number must satisfy {@link #isNumber}
     */
    @NonNull
    public Optional<ChangeRequest> findByNumber(@NonNull String number) throws ServiceNowException {
        if (!isNumber(number)) {
            throw new IllegalArgumentException("not the number of a change");
        }
        return search.byNumber(number);
    }

    /** Finds the active changes whose Short Description is exactly equal to the title. */
    @NonNull
    public List<ChangeRequest> findActiveByTitle(@NonNull String title) throws ServiceNowException {
        return search.activeByTitle(title);
    }

    /**
     * Finds the changes that were created with exactly this {@code correlation_id}, in any state.
     *
     * @throws ServiceNowException {@link FailureKind#QUERY_NOT_APPLIED} if the integration user may not search by it
     */
    @NonNull
    public List<ChangeRequest> findByCorrelationId(@NonNull String correlationId) throws ServiceNowException {
        return search.byCorrelationId(correlationId);
    }

    /**
     * Whether any change can be read. An empty list does not show whether there are no changes or a role is missing.
     */
    public boolean canReadAnyChange() throws ServiceNowException {
        return search.findsAny();
    }

    /** The result of a batch read for one change. */
    public sealed interface ReadResult {
        /** The change was returned and is readable. */
        record Seen(@NonNull ChangeRequest change) implements ReadResult {}

        /** The change was not returned: it is deleted, hidden, or not yet replicated. */
        record Absent() implements ReadResult {}

        /** The change was returned, but is unreadable. */
        record Unreadable(@NonNull Localizable why) implements ReadResult {}
    }

    /**
     * Reads changes by {@code sys_id}.
     *
     * @param sysIds at most {@link #BATCH}
     * @return one result for each id, in the same order
     */
    @NonNull
    public Map<SysId, ReadResult> read(@NonNull Collection<SysId> sysIds) throws ServiceNowException {
        if (sysIds.size() > BATCH) {
            throw new IllegalArgumentException("more than " + BATCH + " changes in one request");
        }
        return search.read(sysIds);
    }

    /**
     * A newly created change.
     *
     * @param change as stored by the instance; compare its title before using it
     * @param ignoredFields names of the fields that the instance ignored
     */
    public record Created(
            @NonNull ChangeRequest change, @NonNull List<String> ignoredFields) {}

    /**
     * Creates a Normal change.
     *
     * @param fields values by column
     * @throws ServiceNowException if the request failed; {@link ServiceNowException#isOutcomeUnknown} is true if the
     *     change may have been created
     */
    @NonNull
    public Created createNormal(@NonNull Map<String, String> fields) throws ServiceNowException {
        return create(api.changes("normal").build(), fields);
    }

    /** Creates an Emergency change; otherwise like {@link #createNormal}. */
    @NonNull
    public Created createEmergency(@NonNull Map<String, String> fields) throws ServiceNowException {
        return create(api.changes("emergency").build(), fields);
    }

    /**
     * Creates a Standard change; otherwise like {@link #createNormal}.
     *
     * @param template the {@code sys_id} of an active template from {@link #activeTemplates}
     */
    @NonNull
    public Created createStandard(@NonNull SysId template, @NonNull Map<String, String> fields)
            throws ServiceNowException {
        return create(api.changes("standard", template.value()).build(), fields);
    }

    /**
     * Creates a change of a model; otherwise like {@link #createNormal}.
     *
     * @param model the {@code sys_id} of an active model from {@link #activeModels}
     */
    @NonNull
    public Created createOfModel(@NonNull SysId model, @NonNull Map<String, String> fields) throws ServiceNowException {
        Map<String, String> all = new HashMap<>(fields);
        all.put("chg_model", model.value());
        return create(api.changes().build(), all);
    }

    private Created create(HttpUrl url, Map<String, String> fields) throws ServiceNowException {
        JsonNode answer = api.post(url, fields);
        try {
            JsonNode row = api.row(answer);
            return new Created(ChangeReader.read(row), ignoredFields(row));
        } catch (UnreadableRowException e) {
            throw api.unexpected(e.getMessage()).withUnknownOutcome();
        }
    }

    /**
     * Updates fields of a change. A successful response does not prove the update: read the change again.
     *
     * @param fields values by column; {@code work_notes} is appended, all others are replaced
     * @return names of the fields that the instance ignored
     * @throws ServiceNowException if the request failed; {@link ServiceNowException#isOutcomeUnknown} is true if the
     *     update may have been executed
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
            throw api.unexpected(e.getMessage()).withUnknownOutcome();
        }
    }

    private static List<String> ignoredFields(JsonNode row) {
        return ChangeApi.names(row.path("__meta").path("ignoredFields"));
    }

    /** The tasks of changes. */
    @NonNull
    public ChangeTasks tasks() {
        return tasks;
    }

    /** Returns where a change can go from its state. */
    @NonNull
    public ChangeTransitions transitions(@NonNull SysId change) throws ServiceNowException {
        return ChangeTransitions.of(
                api.get(api.changes(change.value(), "nextstates").build()).path("result"));
    }

    /**
     * Reads the work notes of a change as one text.
     *
     * @return empty if the instance does not return the journal, so that its content is unknown
     */
    @NonNull
    public Optional<String> workNotes(@NonNull SysId change) throws ServiceNowException {
        JsonNode answer = api.get(api.changes(change.value()).build());
        try {
            JsonNode row = api.row(answer);
            if (!ChangeReader.sysId(row).equals(change)) {
                throw new UnreadableRowException("sys_id");
            }
            String notes = ChangeReader.displayValue(row, "work_notes");
            return notes.isBlank() ? Optional.empty() : Optional.of(notes);
        } catch (UnreadableRowException e) {
            throw api.unexpected(e.getMessage());
        }
    }

    /**
     * A template of Standard changes, or a change model.
     *
     * @param sysId the {@code sys_id} for creating a change
     * @param name the name, as stored; not unique
     */
    public record Template(@NonNull SysId sysId, @NonNull String name) {}

    /**
     * Finds the active templates with exactly this name. If there are none, returns all active templates, for use in an
     * error message.
     */
    @NonNull
    public List<Template> activeTemplates(@NonNull String name) throws ServiceNowException {
        return templates.active(name);
    }

    /** Finds the active change models with exactly this name; otherwise like {@link #activeTemplates(String)}. */
    @NonNull
    public List<Template> activeModels(@NonNull String name) throws ServiceNowException {
        return models.active(name);
    }

    /** Returns all active templates that the integration user may read. */
    @NonNull
    public List<Template> activeTemplates() throws ServiceNowException {
        return templates.active();
    }

    /**
     * An attachment of a change.
     *
     * @param size in bytes; -1 if the instance does not return it
     * @param sha256 in lower-case hexadecimal digits; empty if the instance does not return it
     */
    public record Attachment(long size, @NonNull String sha256) {}

    /** Returns the attachments of a change with exactly this name. */
    @NonNull
    public List<Attachment> attachments(@NonNull SysId change, @NonNull String name) throws ServiceNowException {
        return attachments.named(change, name);
    }

    /**
     * Attaches a file to a change.
     *
     * @throws ServiceNowException if the request failed; {@link FailureKind#TOO_LARGE} if the file is too large for the
     *     instance; {@link ServiceNowException#isOutcomeUnknown} is true if the file may have been attached
     */
    public void attach(
            @NonNull SysId change, @NonNull String name, @NonNull String contentType, @NonNull byte[] content)
            throws ServiceNowException {
        attachments.attach(change, name, contentType, content);
    }

    /** The configuration items. */
    @NonNull
    public ItemSearch items() {
        return items;
    }

    /** The conflicts of changes. */
    @NonNull
    public ChangeConflicts conflicts() {
        return conflicts;
    }

    /**
     * Reads the approvals of changes with one request of the Table API.
     *
     * @param changes at most {@link #BATCH}
     * @return one result for each change, in the same order
     */
    @NonNull
    public Map<SysId, ApprovalsResult> approvals(@NonNull Collection<SysId> changes) throws ServiceNowException {
        if (changes.size() > BATCH) {
            throw new IllegalArgumentException("the approvals of more than " + BATCH + " changes in one request");
        }
        return approvals.read(changes);
    }

    /**
     * Reads users by their user names, with one request.
     *
     * @param names at most {@link #BATCH}; each must satisfy {@link #isUserName}
     * @return those whose user name is one of the names, without regard to case
     */
    @NonNull
    public List<ServiceNowUser> usersByName(@NonNull Collection<String> names) throws ServiceNowException {
        if (names.size() > BATCH) {
            throw new IllegalArgumentException("more than " + BATCH + " users in one request");
        }
        return users.find(names);
    }

    /** Whether a text can be searched for as a user name. */
    public static boolean isUserName(@NonNull String text) {
        return UserSearch.isValue(text);
    }

    /** Reads the user as whom the requests are sent; empty if the instance does not return exactly one. */
    @NonNull
    public Optional<ServiceNowUser> integrationUser() throws ServiceNowException {
        return users.current();
    }
}
