package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Remembers failed sign-ins, for all deployments of a connection. After a refused sign-in at most three further ones are
 * sent with the same credentials within 15 minutes, so that no user is locked; other credentials are tried at once. Any
 * other failure is shared for a few seconds. Credentials are kept as salted hashes, in memory only.
 */
public final class SignInFailures {
    /** From one refused sign-in to the next with the same credentials; the last one is repeated. */
    private static final List<Duration> DELAYS =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(4), Duration.ofMinutes(10), Duration.ofMinutes(5));

    private static final Duration SHARED = Duration.ofSeconds(3);
    /** How often is checked whether other credentials are configured. */
    private static final Duration CREDENTIALS_CHECK = Duration.ofSeconds(30);
    /** After this time a failure does not count any more. */
    private static final Duration EXPIRY = Duration.ofHours(1);

    private final InstantSource clock;
    private final String salt = UUID.randomUUID().toString();
    private final Map<String, Failure> failures = new HashMap<>();

    private record Failure(ServiceNowException e, Instant next, int refusals) {}

    public SignInFailures(@NonNull InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Checks whether a sign-in may be sent.
     *
     * @throws ServiceNowException the previous failure, if it is too early for another attempt
     */
    synchronized void check(@NonNull InstanceUrl instance, @NonNull SignIn signIn) throws ServiceNowException {
        Failure failure = failures.get(fingerprint(instance, signIn));
        Instant now = clock.instant();
        if (failure != null && now.isBefore(failure.next())) {
            Duration wait = failure.refusals() == 0 ? null : untilCheck(Duration.between(now, failure.next()));
            throw failure.e().repeated(wait);
        }
    }

    /** Records a failure, and returns it with the time until the next attempt. */
    @NonNull
    synchronized ServiceNowException failed(
            @NonNull InstanceUrl instance, @NonNull SignIn signIn, @NonNull ServiceNowException e) {
        Instant now = clock.instant();
        failures.values().removeIf(failure -> failure.next().plus(EXPIRY).isBefore(now));
        String key = fingerprint(instance, signIn);
        Failure previous = failures.get(key);
        int refusals = previous == null ? 0 : previous.refusals();
        if (e.problem() != FailureKind.SIGN_IN_REFUSED) {
            if (refusals == 0) {
                failures.put(key, new Failure(e, now.plus(SHARED), 0));
            }
            return e;
        }
        Duration wait = DELAYS.get(Math.min(refusals, DELAYS.size() - 1));
        failures.put(key, new Failure(e, now.plus(wait), refusals + 1));
        return e.withRetryAfter(untilCheck(wait));
    }

    private static Duration untilCheck(Duration wait) {
        return Collections.min(List.of(wait, CREDENTIALS_CHECK));
    }

    synchronized void succeeded(@NonNull InstanceUrl instance, @NonNull SignIn signIn) {
        failures.remove(fingerprint(instance, signIn));
    }

    private String fingerprint(InstanceUrl instance, SignIn signIn) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Stream.concat(Stream.of(salt, instance.toString()), signIn.identity().stream())
                    .map(SignInFailures::delimited)
                    .forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In a form that shows where the text ends, so that no other texts together look the same. */
    private static byte[] delimited(@CheckForNull String text) {
        return (text == null ? "-" : text.length() + ":" + text).getBytes(StandardCharsets.UTF_8);
    }
}
