package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How forms and scripts write the lists of {@link EvidenceSettings}, and which addresses are valid. */
final class EvidenceFormat {
    private static final int MAX_ADDRESS = 2000;

    private EvidenceFormat() {}

    /** Splits entries into lines, since a form submits all lines as one text; null for none. */
    @CheckForNull
    static List<String> lines(@CheckForNull List<String> given) {
        List<String> lines = given == null
                ? List.of()
                : given.stream()
                        .filter(Objects::nonNull)
                        .flatMap(String::lines)
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        return lines.isEmpty() ? null : new ArrayList<>(lines);
    }

    /**
     * Parses {@code name=address}, one per line.
     *
     * @throws IllegalArgumentException for a line without an equals sign, or a name that is given twice
     */
    @NonNull
    static Map<String, String> links(@NonNull String text) {
        Map<String, String> links = new LinkedHashMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            int equals = line.indexOf('=');
            if (line.isEmpty()) {
                continue;
            }
            if (equals < 0) {
                throw new IllegalArgumentException(Messages.Evidence_LinkLine(TextSanitizer.clean(line, 80)));
            }
            String name = line.substring(0, equals).strip();
            if (links.put(name, line.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException(Messages.Evidence_LinkTwice(TextSanitizer.clean(name, 80)));
            }
        }
        return links;
    }

    /** The address as it looks when its variables are replaced. */
    @NonNull
    static String withoutVariables(@NonNull String address) {
        return address.replaceAll("\\$\\{\\w+}|\\$\\w+", "x");
    }

    /**
     * @throws IllegalArgumentException if the link has no name, or its address is not a complete one of http or https,
     *     without a user name and a password
     */
    static void checkLink(@NonNull String name, @NonNull String address) {
        if (name.isBlank() || !name.equals(TextSanitizer.clean(name, 100))) {
            throw new IllegalArgumentException(Messages.Evidence_LinkName(TextSanitizer.clean(name, 80)));
        }
        if (!isWeb(address)) {
            throw new IllegalArgumentException(Messages.Evidence_LinkAddress(name, TextSanitizer.clean(address, 120)));
        }
    }

    private static boolean isWeb(String address) {
        try {
            URI uri = new URI(address);
            return address.length() <= MAX_ADDRESS
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
