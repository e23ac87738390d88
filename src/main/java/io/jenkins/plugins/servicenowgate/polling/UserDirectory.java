package io.jenkins.plugins.servicenowgate.polling;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.rules.Starter;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The people of one instance, looked up in batches and kept in memory for minutes. The only place that tells which row of
 * {@code sys_user} a person is.
 */
final class UserDirectory {
    /** How long a user is remembered who was found. */
    static final Duration KNOWN_FOR = Duration.ofMinutes(10);
    /** How long it is remembered that there is no such user: people correct that and build again. */
    static final Duration UNKNOWN_FOR = Duration.ofSeconds(30);

    private final ConnectionContext context;
    private final Map<String, Rows> byName = new HashMap<>();
    private final Map<String, Rows> byEmail = new HashMap<>();
    private ServiceNowClient of;
    private Rows integration;

    /** The rows that were found for one value. */
    private record Rows(List<ServiceNowUser> users, Instant until) {}

    private interface Search {
        List<ServiceNowUser> find(Collection<String> values) throws ServiceNowException;
    }

    UserDirectory(@NonNull ConnectionContext context) {
        this.context = context;
    }

    /** Looks up those who are not known yet, with one request for up to 100, and one more for their e-mail addresses. */
    void load(@NonNull Collection<Starter> starters) throws ServiceNowException {
        ServiceNowClient client = client();
        load(byName, starters.stream().map(Starter::userName), client::usersByName, ServiceNowUser::userName);
        Stream<String> addresses = starters.stream()
                .filter(starter -> !starter.email().isEmpty())
                .filter(starter -> rows(byName, starter.userName()).isEmpty())
                .map(Starter::email);
        load(byEmail, addresses, client::usersByEmail, ServiceNowUser::email);
    }

    private void load(
            Map<String, Rows> known, Stream<String> wanted, Search search, Function<ServiceNowUser, String> value)
            throws ServiceNowException {
        List<String> missing = missing(known, wanted);
        for (int from = 0; from < missing.size(); from += ServiceNowClient.BATCH) {
            List<String> part = missing.subList(from, Math.min(missing.size(), from + ServiceNowClient.BATCH));
            List<ServiceNowUser> found = search.find(part);
            for (String one : part) {
                remember(
                        known,
                        one,
                        found.stream()
                                .filter(user -> fold(value.apply(user)).equals(one))
                                .toList());
            }
        }
    }

    private synchronized List<String> missing(Map<String, Rows> known, Stream<String> wanted) {
        Instant now = context.clock().instant();
        known.values().removeIf(rows -> !rows.until().isAfter(now));
        Set<String> missing = new LinkedHashSet<>();
        wanted.filter(ServiceNowClient::isUserName)
                .map(UserDirectory::fold)
                .filter(one -> !known.containsKey(one))
                .forEach(missing::add);
        return new ArrayList<>(missing);
    }

    private synchronized void remember(Map<String, Rows> known, String value, List<ServiceNowUser> users) {
        known.put(value, rows(users));
    }

    private Rows rows(List<ServiceNowUser> users) {
        return new Rows(users, context.clock().instant().plus(users.isEmpty() ? UNKNOWN_FOR : KNOWN_FOR));
    }

    private synchronized List<ServiceNowUser> rows(Map<String, Rows> known, String value) {
        Rows rows = known.get(fold(value));
        return rows == null ? List.of() : rows.users();
    }

    private static String fold(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    /** The one row that a person is, after {@link #load}; null if there is none, or there are several. */
    @CheckForNull
    ServiceNowUser find(@NonNull Starter starter) {
        List<ServiceNowUser> named = rows(byName, starter.userName());
        if (!named.isEmpty()) {
            ServiceNowUser only = named.get(0);
            boolean same = !starter.sameCase()
                    || only.userName().strip().equals(starter.userName().strip());
            return named.size() == 1 && same ? only : null;
        }
        List<ServiceNowUser> addressed = starter.email().isEmpty() ? List.of() : rows(byEmail, starter.email());
        return addressed.size() == 1 ? addressed.get(0) : null;
    }

    /** The user as whom the plugin signs in; null if the instance does not say. */
    @CheckForNull
    ServiceNowUser integrationUser() throws ServiceNowException {
        ServiceNowClient client = client();
        synchronized (this) {
            if (integration != null
                    && integration.until().isAfter(context.clock().instant())) {
                return integration.users().stream().findFirst().orElse(null);
            }
        }
        Optional<ServiceNowUser> found = client.integrationUser();
        synchronized (this) {
            integration = rows(found.stream().toList());
        }
        return found.orElse(null);
    }

    /** Another client may belong to another instance or sign in as another user. */
    private ServiceNowClient client() throws ServiceNowException {
        ServiceNowClient client = context.clients().get();
        synchronized (this) {
            if (of != client) {
                of = client;
                byName.clear();
                byEmail.clear();
                integration = null;
            }
        }
        return client;
    }
}
