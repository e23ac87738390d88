package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** How this instance differs from others: each switch is a variant that some real instance shows. */
public final class Behaviour {
    /** An abort by a business rule: its name, the status of the answer, and which writes it stops. */
    record BusinessRule(String name, int status, Predicate<Map<String, String>> stops) {}

    private final Columns columns;
    final NewerBehaviour newer = new NewerBehaviour();

    volatile NumberShape numberShape;
    volatile DateTimeFormatter displayDates;
    volatile boolean metaInLists;
    volatile boolean metaInObjects;
    volatile boolean resultAsArray;
    volatile int titleLength;
    volatile boolean fullUnicode;
    volatile Set<String> ignoredFields;
    volatile Set<String> ignoredOnCreation;
    volatile boolean ignoreCase;
    volatile boolean scriptsMatchEverything;
    volatile boolean honourLimit;
    volatile int rowLimit;
    volatile Set<String> templateNameFields;
    volatile boolean modelDriven;
    volatile boolean readRole;
    volatile boolean writeRole;
    volatile boolean assignmentGroupNeeded;
    volatile boolean silentState;
    volatile boolean journalShown;
    volatile int abortStatus;
    volatile BusinessRule businessRule;

    volatile boolean attachmentRole;
    volatile boolean attachmentsShown;
    volatile boolean attachmentHash;
    volatile int attachmentSize;
    volatile Answer attachmentTooLarge;
    volatile Set<String> refusedTables;
    volatile Set<String> emptyTables;
    volatile Set<String> hiddenTableColumns;
    volatile boolean currentUserScript;
    volatile boolean taskReadRole;
    volatile boolean taskWriteRole;
    volatile boolean reviewTask;
    volatile String failedCondition;

    volatile boolean passwordGrant;
    volatile boolean clientCredentialsGrant;
    volatile boolean refreshTokens;
    volatile boolean refreshTokenForClientCredentials;
    volatile boolean jwtGrant;
    volatile boolean jtiVerification;
    volatile boolean publicClient;
    volatile Duration clockSkew;
    volatile boolean apiKeys;
    volatile Set<String> scopes;
    volatile Duration tokenLifetime;
    volatile Duration refreshTokenLifetime;

    volatile boolean machineUser;
    volatile Set<String> userRoles;

    volatile Duration dateSkew;
    volatile Duration latency;

    Behaviour(Columns columns) {
        this.columns = columns;
        reset();
    }

    /** Back to the behaviour of a common instance. */
    public Behaviour reset() {
        stateAs(NumberShape.FLOAT).displayDates(ZoneId.of("America/Los_Angeles"), "MM/dd/yyyy hh:mm:ss a");
        metaInLists(true)
                .metaInObjects(true)
                .resultAsArray(false)
                .titleLength(160)
                .fullUnicode(true)
                .ignoreFields()
                .ignoreFieldsOnCreation();
        ignoreCase(true).scriptsMatchEverything(true).honourLimit(true).rowLimit(1000);
        templateNamesIn("sys_name", "name").modelDriven(true);
        readRole(true)
                .writeRole(true)
                .assignmentGroupNeeded(false)
                .silentState(false)
                .journalShown(false);
        abortStatus(400).noBusinessRule();
        attachmentRole(true).attachmentsShown(true).attachmentHash(true).attachmentSize(10 << 20, 400);
        refuseTables().emptyTables().hideTableColumns().currentUserScript(true);
        taskReadRole(true).taskWriteRole(true).reviewTask(false).failedCondition(null);
        newer.reset();
        passwordGrant(true).clientCredentialsGrant(true).refreshTokens(true).refreshTokenForClientCredentials(false);
        jwtGrant(true).jtiVerification(true).publicClient(false).clockSkew(Duration.ZERO);
        apiKeys(true).scopes();
        machineUser(true).userRoles("sn_change_read", "sn_change_write");
        tokenLifetime(Duration.ofSeconds(1800)).refreshTokenLifetime(Duration.ofDays(100));
        dateSkew(Duration.ZERO).latency(Duration.ZERO);
        columns.forgetAdded();
        return this;
    }

    /** How {@code state} and the other numbers are written. */
    public Behaviour stateAs(NumberShape shape) {
        numberShape = shape;
        return this;
    }

    /** Zone and pattern of the integration user, used for the display_value of dates. */
    public Behaviour displayDates(ZoneId zone, String pattern) {
        displayDates = DateTimeFormatter.ofPattern(pattern, Locale.US).withZone(zone);
        return this;
    }

    /** Whether a list ends with a {@code __meta} element. */
    public Behaviour metaInLists(boolean present) {
        metaInLists = present;
        return this;
    }

    /** Whether a written or read change carries {@code __meta.ignoredFields}. */
    public Behaviour metaInObjects(boolean present) {
        metaInObjects = present;
        return this;
    }

    /** Whether a single change comes as an array of one. */
    public Behaviour resultAsArray(boolean array) {
        resultAsArray = array;
        return this;
    }

    /** The length of the column {@code short_description}; longer titles are cut without a word. */
    public Behaviour titleLength(int characters) {
        titleLength = characters;
        return this;
    }

    /** Whether texts keep characters outside the basic plane; otherwise they are cut at the first one. */
    public Behaviour fullUnicode(boolean full) {
        fullUnicode = full;
        return this;
    }

    /** Known fields that writes nevertheless ignore, for example by an access rule on the field. */
    public Behaviour ignoreFields(String... fields) {
        ignoredFields = Set.of(fields);
        return this;
    }

    /** Adds a column of the customer's own to changes. */
    public Behaviour column(String name) {
        columns.add(name);
        return this;
    }

    /** A column that the integration user must not use: writes and conditions of queries ignore it. */
    public Behaviour hideColumn(String name) {
        columns.hide(name);
        return this;
    }

    /** Whether comparisons ignore case and trailing blanks. */
    public Behaviour ignoreCase(boolean ignore) {
        ignoreCase = ignore;
        return this;
    }

    /** Whether a value {@code javascript:…} matches every row (else none). */
    public Behaviour scriptsMatchEverything(boolean everything) {
        scriptsMatchEverything = everything;
        return this;
    }

    /** Whether {@code sysparm_limit} has an effect on {@code GET /change}. */
    public Behaviour honourLimit(boolean honour) {
        honourLimit = honour;
        return this;
    }

    /** The most rows that one list answers, whatever was asked for. */
    public Behaviour rowLimit(int rows) {
        rowLimit = rows;
        return this;
    }

    /** In which of {@code sys_name} and {@code name} template rows carry their name. */
    public Behaviour templateNamesIn(String... fields) {
        templateNameFields = Arrays.stream(fields).collect(Collectors.toUnmodifiableSet());
        return this;
    }

    /** Whether {@code nextstates} knows more than the current state. */
    public Behaviour modelDriven(boolean driven) {
        modelDriven = driven;
        return this;
    }

    /** Without it every list is empty and every change unknown. */
    public Behaviour readRole(boolean granted) {
        readRole = granted;
        return this;
    }

    /** Without it every write is answered with 403. */
    public Behaviour writeRole(boolean granted) {
        writeRole = granted;
        return this;
    }

    /** Whether a change without an assignment group must stay in New. */
    public Behaviour assignmentGroupNeeded(boolean needed) {
        assignmentGroupNeeded = needed;
        return this;
    }

    /** Whether a written state is answered with 200 and left as it was. */
    public Behaviour silentState(boolean silent) {
        silentState = silent;
        return this;
    }

    /** Fields that a creation ignores although an update takes them, as those that a template protects. */
    public Behaviour ignoreFieldsOnCreation(String... fields) {
        ignoredOnCreation = Set.of(fields);
        return this;
    }

    /** Whether the journal of work notes is given in {@code display_value}; its {@code value} is always empty. */
    public Behaviour journalShown(boolean shown) {
        journalShown = shown;
        return this;
    }

    /** The status with which a forbidden change of state is answered: 400, 403 or 500. */
    public Behaviour abortStatus(int status) {
        abortStatus = status;
        return this;
    }

    /** A business rule that aborts every change of state. */
    public Behaviour businessRule(String name, int status) {
        return businessRule(name, status, fields -> fields.containsKey("state"));
    }

    /** A business rule that aborts the writes whose fields it is told to stop. */
    public Behaviour businessRule(String name, int status, Predicate<Map<String, String>> stops) {
        businessRule = new BusinessRule(name, status, stops);
        return this;
    }

    public Behaviour noBusinessRule() {
        businessRule = null;
        return this;
    }

    /** Whether the integration user may attach files; else an upload is answered with 403. */
    public Behaviour attachmentRole(boolean granted) {
        attachmentRole = granted;
        return this;
    }

    /** Whether the integration user sees attachments in lists. */
    public Behaviour attachmentsShown(boolean shown) {
        attachmentsShown = shown;
        return this;
    }

    /** Whether the metadata of an attachment contains its SHA-256. */
    public Behaviour attachmentHash(boolean shown) {
        attachmentHash = shown;
        return this;
    }

    /**
     * The largest attachment in bytes ({@code com.glide.attachment.max_size}), and how a larger one is answered: with
     * ServiceNow's own error, or for 413 with the page of a web server in front of it.
     */
    public Behaviour attachmentSize(int bytes, int status) {
        attachmentSize = bytes;
        attachmentTooLarge = status == 413
                ? Answer.html(413, "Request Entity Too Large", "nginx")
                : Answer.error(status, "File size exceeds the limit", "com.glide.attachment.max_size");
        return this;
    }

    /** Tables that the integration user may not use by the Table API: 403. */
    public Behaviour refuseTables(String... tables) {
        refusedTables = Set.of(tables);
        return this;
    }

    /** Tables whose rows the integration user may not read: an empty list. */
    public Behaviour emptyTables(String... tables) {
        emptyTables = Set.of(tables);
        return this;
    }

    /** Columns of other tables that the integration user may not read: left out, and ignored in conditions. */
    public Behaviour hideTableColumns(String... columnNames) {
        hiddenTableColumns = Set.of(columnNames);
        return this;
    }

    /** Whether {@code javascript:gs.getUserID()} in a condition is evaluated; else it is a script like any other. */
    public Behaviour currentUserScript(boolean evaluated) {
        currentUserScript = evaluated;
        return this;
    }

    /** Without it, the list of tasks is empty. */
    public Behaviour taskReadRole(boolean granted) {
        taskReadRole = granted;
        return this;
    }

    /** Without it, every update of a task is answered with 403. */
    public Behaviour taskWriteRole(boolean granted) {
        taskWriteRole = granted;
        return this;
    }

    /** Whether a change that enters Review gets a task, as the default workflow makes one. */
    public Behaviour reviewTask(boolean made) {
        reviewTask = made;
        return this;
    }

    /** A condition of the model that fails for every transition; null for none. Only {@code nextstates} tells it. */
    public Behaviour failedCondition(String name) {
        failedCondition = name;
        return this;
    }

    public Behaviour passwordGrant(boolean allowed) {
        passwordGrant = allowed;
        return this;
    }

    public Behaviour clientCredentialsGrant(boolean allowed) {
        clientCredentialsGrant = allowed;
        return this;
    }

    public Behaviour jwtGrant(boolean allowed) {
        jwtGrant = allowed;
        return this;
    }

    /** Whether a {@code jti} may come only once. */
    public Behaviour jtiVerification(boolean enabled) {
        jtiVerification = enabled;
        return this;
    }

    /** Whether the JWT bearer grant needs no client secret. */
    public Behaviour publicClient(boolean isPublic) {
        publicClient = isPublic;
        return this;
    }

    /** The tolerance for the times of a JWT. */
    public Behaviour clockSkew(Duration skew) {
        clockSkew = skew;
        return this;
    }

    /** Whether an access policy lets requests with an API key through. */
    public Behaviour apiKeys(boolean allowed) {
        apiKeys = allowed;
        return this;
    }

    /** The scopes of a narrowed client: a token without one of them opens no API. None: any token does. */
    public Behaviour scopes(String... names) {
        scopes = Set.of(names);
        return this;
    }

    /** Whether the integration user can't sign in to the user interface. */
    public Behaviour machineUser(boolean machine) {
        machineUser = machine;
        return this;
    }

    public Behaviour userRoles(String... roles) {
        userRoles = Set.of(roles);
        return this;
    }

    /** Whether refresh tokens are given out and taken. */
    public Behaviour refreshTokens(boolean given) {
        refreshTokens = given;
        return this;
    }

    /** Whether the client-credentials grant, too, returns a refresh token. */
    public Behaviour refreshTokenForClientCredentials(boolean given) {
        refreshTokenForClientCredentials = given;
        return this;
    }

    /** The lifetime of tokens given out from now on. */
    public Behaviour tokenLifetime(Duration lifetime) {
        tokenLifetime = lifetime;
        return this;
    }

    public Behaviour refreshTokenLifetime(Duration lifetime) {
        refreshTokenLifetime = lifetime;
        return this;
    }

    /** How far the {@code Date} header of every answer is off. */
    public Behaviour dateSkew(Duration skew) {
        dateSkew = skew;
        return this;
    }

    /** How long every answer takes at least. */
    public Behaviour latency(Duration duration) {
        latency = duration;
        return this;
    }

    QueryRules queryRules() {
        return new QueryRules(ignoreCase, scriptsMatchEverything);
    }
}
