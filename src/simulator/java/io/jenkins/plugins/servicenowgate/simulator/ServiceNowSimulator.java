package io.jenkins.plugins.servicenowgate.simulator;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A ServiceNow instance for tests and rehearsals: Change Management over HTTP on a loopback port, with every variant
 * and misbehaviour that docs and recorded traffic of real instances show.
 */
public final class ServiceNowSimulator implements AutoCloseable {
    public static final String CLIENT_ID = "jenkins";
    public static final String CLIENT_SECRET = "simulator-secret";
    public static final String USER_NAME = "jenkins.integration";
    public static final String PASSWORD = "simulator-password";
    public static final String API_KEY = "simulator-api-key";

    private static final int LONGEST_REQUEST_LINE = 64 * 1024;

    private final ChangeTable changes;
    private final Templates templates = new Templates();
    private final Models models = new Models();
    private final Behaviour behaviour;
    private final Faults faults = new Faults();
    private final RequestLog requests = new RequestLog();
    private final ChangeTasks tasks;
    private final Tokens tokens;
    private final Approvers people;
    private final Conflicts conflicts;
    private final Attachments attachments;
    private final OtherTables tables;
    private final ForeignHost elsewhere;
    private final WireMockServer server;
    private final boolean https;
    private final int port;

    private ServiceNowSimulator(Builder builder) {
        changes = new ChangeTable(builder.clock);
        elsewhere = new ForeignHost(builder.clock);
        behaviour = new Behaviour(changes.columns());
        ApprovalTable approvals = new ApprovalTable(changes, builder.clock);
        conflicts = new Conflicts(builder.clock, behaviour);
        people = new Approvers(changes, approvals, conflicts);
        tasks = new ChangeTasks(behaviour);
        tokens = new Tokens(builder.credentials, behaviour, builder.clock);
        ReadEndpoints reads = new ReadEndpoints(changes, templates, models, tasks, behaviour);
        WriteEndpoints writes = new WriteEndpoints(changes, templates, models, tasks, behaviour, reads);
        attachments = new Attachments(reads, behaviour, builder.clock);
        tables = new OtherTables(behaviour, approvals, builder.credentials.userName());
        PageEndpoints page =
                new PageEndpoints(new PageActions(changes, attachments, tables, approvals, people, faults));
        Dispatcher dispatcher = new Dispatcher(
                builder.clock,
                behaviour,
                faults,
                requests,
                tokens,
                reads,
                writes,
                attachments,
                tables,
                tasks,
                conflicts,
                page);
        WireMockConfiguration options = WireMockConfiguration.options()
                .bindAddress("127.0.0.1")
                .port(builder.port)
                .http2PlainDisabled(true)
                .disableRequestJournal()
                // WireMock's log holds each answer as text, which takes long for the big ones.
                .stubRequestLoggingDisabled(true)
                .jettyHeaderRequestSize(LONGEST_REQUEST_LINE)
                .jettyStopTimeout(0L)
                .asynchronousResponseEnabled(true)
                .asynchronousResponseThreads(16)
                .extensions(dispatcher);
        https = builder.keys != null;
        if (https) {
            options.httpDisabled(true)
                    .httpsPort(builder.port)
                    .keystoreType("PKCS12")
                    .keystorePath(builder.keys.toString())
                    .keystorePassword(builder.keysPassword)
                    .keyManagerPassword(builder.keysPassword)
                    .needClientAuth(true)
                    .trustStoreType("PKCS12")
                    .trustStorePath(builder.trusted.toString())
                    .trustStorePassword(builder.keysPassword);
        }
        server = new WireMockServer(options);
        server.start();
        port = https ? server.httpsPort() : server.port();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withTransformers(dispatcher.getName())));
    }

    /** On a free port. */
    public static ServiceNowSimulator start() {
        return builder().start();
    }

    /** On this port; 0 chooses a free one. */
    public static ServiceNowSimulator start(int port) {
        return builder().port(port).start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@code http://127.0.0.1:port}, or https with mutual TLS, without a slash at the end; known also once the simulator
     * is closed.
     */
    public String baseUrl() {
        return (https ? "https" : "http") + "://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** All changes in the order of their creation. */
    public List<SimulatedChange> changes() {
        return changes.all();
    }

    /** The change of this number, which must exist. */
    public SimulatedChange change(String number) {
        SimulatedChange change = changes.byNumber(number);
        if (change == null) {
            throw new IllegalArgumentException("No change " + number);
        }
        return change;
    }

    /** A change as somebody made it in ServiceNow: New and Normal unless the fields say otherwise. */
    public SimulatedChange addChange(Map<String, String> fields) {
        return changes.add(fields);
    }

    /** An open task of a change, as somebody made it in ServiceNow. */
    public SimulatedTask addTask(String number, String title) {
        return tasks.add(change(number), title);
    }

    /** The tasks of a change in the order of their creation. */
    public List<SimulatedTask> tasks(String number) {
        return tasks.of(change(number));
    }

    /**
     * A Standard change template.
     *
     * @param fields what changes made from it start with
     * @return the sys_id of its row, to create from
     */
    public String addTemplate(String name, boolean active, Map<String, String> fields) {
        return templates.add(name, active, fields);
    }

    /**
     * A change model.
     *
     * @param type of the changes of the model
     * @param states the labels of its states by their values, in order; empty for the default life cycle
     * @return the sys_id
     */
    public String addModel(String name, boolean active, String type, Map<String, String> states) {
        return models.add(name, active, type, states).sysId();
    }

    /** A file that somebody attached to the change of this number. */
    public SimulatedAttachment attach(String number, String name, String contentType, byte[] content) {
        return attachments.add(change(number).sysId(), name, contentType, content);
    }

    /** The files attached to the change of this number, in the order in which they came. */
    public List<SimulatedAttachment> attachments(String number) {
        return attachments.of(change(number).sysId());
    }

    /**
     * A row of {@code cmdb_ci} or {@code cmdb_ci_service}, of which the latter are configuration items, too.
     *
     * @return its sys_id
     */
    public String addRow(String table, Map<String, String> fields) {
        return tables.add(table, fields);
    }

    /**
     * A user.
     *
     * @return the sys_id
     */
    public String addUser(String userName, String name, String email) {
        return tables.user(userName, name, email);
    }

    /** The zone in which dates of requests are understood: UTC, or that of the integration user. */
    public ServiceNowSimulator writtenDates(ZoneId zone) {
        changes.columns().dateZone(zone);
        return this;
    }

    public Approvers people() {
        return people;
    }

    public Behaviour behaviour() {
        return behaviour;
    }

    /** What newer releases do. */
    public NewerBehaviour newer() {
        return behaviour.newer;
    }

    public Faults faults() {
        return faults;
    }

    public RequestLog requests() {
        return requests;
    }

    /** Another server on another port, for redirects that a client must not follow with its token. */
    public ForeignHost elsewhere() {
        return elsewhere;
    }

    /** Access tokens end now; refresh tokens stay good. */
    public void expireTokens() {
        tokens.expire();
    }

    /** Access and refresh tokens end now. */
    public void revokeTokens() {
        tokens.revoke();
    }

    /** The integration user is locked: no new token, and those given out are worth nothing. */
    public void rejectUser(boolean reject) {
        tokens.rejectUser(reject);
    }

    /** An entry of the JWT verifier map: tokens with this {@code kid} are verified with this key. */
    public void verifyJwts(String keyId, PublicKey key) {
        tokens.jwts().add(keyId, key);
    }

    @Override
    public void close() {
        server.stop();
        elsewhere.close();
    }

    /** For what must be known before the start. */
    public static final class Builder {
        private int port;
        private InstantSource clock = Clock.systemUTC();
        private Tokens.Credentials credentials = new Tokens.Credentials(CLIENT_ID, CLIENT_SECRET, USER_NAME, PASSWORD);

        private Path keys;
        private Path trusted;
        private String keysPassword;

        private Builder() {}

        public Builder port(int value) {
            port = value;
            return this;
        }

        /** Rules expiry, time stamps and the Date header. A {@link Clock} will do as well. */
        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        public Builder credentials(String clientId, String clientSecret, String userName, String password) {
            credentials = new Tokens.Credentials(clientId, clientSecret, userName, password);
            return this;
        }

        /**
         * Https alone, and only for clients that identify themselves with a certificate.
         *
         * @param serverKeys PKCS 12, the key and the certificate of this server
         * @param trustedCertificates PKCS 12, the certificates of clients or of their issuers
         * @param password of both files
         */
        public Builder mutualTls(Path serverKeys, Path trustedCertificates, String password) {
            keys = serverKeys;
            trusted = trustedCertificates;
            keysPassword = password;
            return this;
        }

        public ServiceNowSimulator start() {
            return new ServiceNowSimulator(this);
        }
    }
}
