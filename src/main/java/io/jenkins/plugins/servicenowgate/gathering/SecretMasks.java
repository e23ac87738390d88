package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.AbstractBuild;
import hudson.model.Actionable;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.util.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Masks the secrets of a build in texts that leave Jenkins: sensitive parameters and variables, also in Base64 or as part of
 * an address, and each line of a secret that has several.
 */
final class SecretMasks implements UnaryOperator<String> {
    private static final Logger LOGGER = Logger.getLogger(SecretMasks.class.getName());
    private static final String MASK = "****";

    /** For texts whose secrets are not known. */
    static final UnaryOperator<String> EVERYTHING = text -> MASK;

    private static final int SHORTEST_LINE = 8;

    /** Longest first, so that no part of a longer one stays. */
    private final List<String> secrets;

    private SecretMasks(Collection<String> secrets) {
        this.secrets = secrets.stream()
                .flatMap(SecretMasks::variants)
                .filter(secret -> !secret.isBlank())
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /**
     * @param origin the build or item of the queue; null if it is gone
     * @param more what else is secret
     */
    @NonNull
    static SecretMasks of(@CheckForNull Actionable origin, @NonNull Set<String> more) {
        Set<String> secrets = new HashSet<>(more);
        if (origin != null) {
            for (ParametersAction parameters : origin.getActions(ParametersAction.class)) {
                parameters.getAllParameters().stream()
                        .filter(ParameterValue::isSensitive)
                        .map(ParameterValue::getValue)
                        .forEach(value -> secrets.add(
                                value instanceof Secret secret ? secret.getPlainText() : String.valueOf(value)));
            }
        }
        if (origin instanceof AbstractBuild<?, ?> build) {
            build.getSensitiveBuildVariables()
                    .forEach(name -> secrets.add(build.getBuildVariables().getOrDefault(name, "")));
        }
        return new SecretMasks(secrets);
    }

    /** The same; masks everything if the secrets of the build can't be read. */
    @NonNull
    static UnaryOperator<String> orEverything(@CheckForNull Actionable origin, @NonNull Set<String> more) {
        try {
            return of(origin, more);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read the secrets of " + origin);
            return EVERYTHING;
        }
    }

    private static Stream<String> variants(String secret) {
        String whole = secret.strip();
        Stream<String> encoded = Stream.of(
                whole,
                Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8)),
                URLEncoder.encode(whole, StandardCharsets.UTF_8),
                URLEncoder.encode(whole, StandardCharsets.UTF_8).replace("+", "%20"));
        return Stream.concat(encoded, whole.lines().map(String::strip).filter(line -> line.length() >= SHORTEST_LINE));
    }

    @Override
    public String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }
}
