package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a connection signs in to ServiceNow. */
public enum Authentication {
    /** The password grant: an OAuth client and the integration user. */
    PASSWORD("password"),
    /** The client credentials grant: an OAuth client, whose user the instance knows. */
    CLIENT_CREDENTIALS("clientCredentials"),
    /** The JWT bearer grant: a signed token names the integration user. */
    JWT_BEARER("jwtBearer"),
    /** An API key with each request. */
    API_KEY("apiKey");

    private final String text;

    Authentication(String text) {
        this.text = text;
    }

    /** The value in configuration. */
    @NonNull
    public String text() {
        return text;
    }

    /** The label for forms and for Test Connection, in the viewer's language. */
    @NonNull
    public String label() {
        return switch (this) {
            case PASSWORD -> Messages.Authentication_Password();
            case CLIENT_CREDENTIALS -> Messages.Authentication_ClientCredentials();
            case JWT_BEARER -> Messages.Authentication_JwtBearer();
            case API_KEY -> Messages.Authentication_ApiKey();
        };
    }

    /** Returns null for any text that is not a value, such as one from a damaged file. */
    @CheckForNull
    static Authentication find(@CheckForNull String text) {
        return Arrays.stream(values())
                .filter(value -> value.text.equals(text))
                .findFirst()
                .orElse(null);
    }

    /**
     * @throws IllegalArgumentException for anything that is not a value, including null and the empty text of an unset
     *     variable
     */
    @NonNull
    static Authentication parse(@CheckForNull String text) {
        String wanted = String.valueOf(text).strip();
        Authentication found = find(wanted);
        if (found == null) {
            throw new IllegalArgumentException(Messages.Connection_AuthenticationUnknown(
                    TextSanitizer.clean(wanted, 80),
                    Arrays.stream(values()).map(Authentication::text).collect(Collectors.joining(", "))));
        }
        return found;
    }
}
