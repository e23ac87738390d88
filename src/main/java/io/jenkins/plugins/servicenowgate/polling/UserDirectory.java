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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private final Map<String, Known> byName = new HashMap<>();
    private ServiceNowClient of;
    private Known integration;

    /** The rows that were found for one user name. */
    private record Known(List<ServiceNowUser> users, Instant until) {}

    UserDirectory(@NonNull ConnectionContext context) {
        this.context = context;
    }

    /**
     * Looks up people; those who are not known yet with one request for up to 100.
     *
     * @return the one row that each of them is, without those who are no row or several
     */
    @NonNull
    Map<Starter, ServiceNowUser> identify(@NonNull Collection<Starter> starters) throws ServiceNowException {
        Map<String, List<ServiceNowUser>> named = lookUp(starters.stream().map(Starter::userName));
        Map<Starter, ServiceNowUser> identified = new HashMap<>();
        for (Starter starter : starters) {
            List<ServiceNowUser> found = named.getOrDefault(fold(starter.userName()), List.of());
            if (found.size() == 1 && isSame(starter, found.get(0))) {
                identified.put(starter, found.get(0));
            }
        }
        return identified;
    }

    private static boolean isSame(Starter starter, ServiceNowUser user) {
        return !starter.sameCase()
                || user.userName().strip().equals(starter.userName().strip());
    }

    /** The rows of each user name: complete, also if another thread forgets some of them meanwhile. */
    private Map<String, List<ServiceNowUser>> lookUp(Stream<String> names) throws ServiceNowException {
        ServiceNowClient client = client();
        Map<String, List<ServiceNowUser>> rows = new HashMap<>();
        List<String> missing = new ArrayList<>();
        addKnown(names, rows, missing);
        for (int from = 0; from < missing.size(); from += ServiceNowClient.BATCH) {
            List<String> part = missing.subList(from, Math.min(missing.size(), from + ServiceNowClient.BATCH));
            List<ServiceNowUser> found = client.usersByName(part);
            for (String name : part) {
                List<ServiceNowUser> users = found.stream()
                        .filter(user -> fold(user.userName()).equals(name))
                        .toList();
                rows.put(name, users);
                remember(client, name, users);
            }
        }
        return rows;
    }

    private synchronized void addKnown(
            Stream<String> names, Map<String, List<ServiceNowUser>> rows, List<String> missing) {
        Instant now = context.clock().instant();
        byName.values().removeIf(known -> !known.until().isAfter(now));
        names.filter(ServiceNowClient::isUserName)
                .map(UserDirectory::fold)
                .distinct()
                .forEach(name -> {
                    Known known = byName.get(name);
                    if (known == null) {
                        missing.add(name);
                    } else {
                        rows.put(name, known.users());
                    }
                });
    }

    private synchronized void remember(ServiceNowClient client, String name, List<ServiceNowUser> users) {
        if (of == client) {
            byName.put(name, known(users));
        }
    }

    private Known known(List<ServiceNowUser> users) {
        return new Known(users, context.clock().instant().plus(users.isEmpty() ? UNKNOWN_FOR : KNOWN_FOR));
    }

    private static String fold(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
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
            if (of == client) {
                integration = known(found.stream().toList());
            }
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
                integration = null;
            }
        }
        return client;
    }
}
