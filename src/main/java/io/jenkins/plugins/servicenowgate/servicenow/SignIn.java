package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The credentials of the integration and how it signs in with them. Kept in memory only, as long as a request needs
 * them. The text form contains no secrets.
 */
public sealed interface SignIn {
    /** The method as ServiceNow calls it, for messages. */
    @NonNull
    String grant();

    /** Everything in which this sign-in can differ from another one. Contains secrets. */
    @NonNull
    List<String> identity();

    /** Replaces every secret of this sign-in in a text, because a response may repeat it. */
    @NonNull
    String redact(@NonNull String text);

    @NonNull
    static SignIn password(
            @NonNull String clientId,
            @NonNull String clientSecret,
            @NonNull String userName,
            @CheckForNull String password) {
        return new Password(clientId, clientSecret, userName, password == null ? "" : password, null);
    }

    @NonNull
    static SignIn clientCredentials(@NonNull String clientId, @NonNull String clientSecret) {
        return new ClientCredentials(clientId, clientSecret, null);
    }

    private static String redact(String text, String... secrets) {
        String redacted = text;
        for (String secret : secrets) {
            if (secret != null && !secret.isEmpty()) {
                redacted = redacted.replace(secret, "****");
            }
        }
        return redacted;
    }

    private static List<String> list(String... parts) {
        return Arrays.asList(parts);
    }

    /** A sign-in at {@code /oauth_token.do}, which issues an access token. */
    sealed interface OAuth extends SignIn {
        @NonNull
        String clientId();

        /** Null for a public client, which only the JWT bearer grant permits. */
        @CheckForNull
        String clientSecret();

        /** The scope to request; null for the default of the client. */
        @CheckForNull
        String scope();

        /** The parameters of the grant, besides those of the client. */
        @NonNull
        Map<String, String> parameters(@NonNull Instant instanceTime) throws GeneralSecurityException;
    }

    /** The resource owner password credentials grant: an OAuth client and the integration user. */
    record Password(
            @NonNull String clientId,
            @NonNull String clientSecret,
            @NonNull String userName,
            @NonNull String password,
            @CheckForNull String scope)
            implements OAuth {
        @NonNull
        @Override
        public String grant() {
            return "password";
        }

        @NonNull
        @Override
        public Map<String, String> parameters(@NonNull Instant instanceTime) {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("username", userName);
            parameters.put("password", password);
            return parameters;
        }

        @NonNull
        @Override
        public List<String> identity() {
            return list(grant(), clientId, clientSecret, userName, password, scope);
        }

        @NonNull
        @Override
        public String redact(@NonNull String text) {
            return SignIn.redact(text, clientSecret, password);
        }

        @Override
        public String toString() {
            return "Password[clientId=" + clientId + ", userName=" + userName + ", scope=" + scope + "]";
        }
    }

    /** The client credentials grant: the instance knows the user of the OAuth client. */
    record ClientCredentials(
            @NonNull String clientId,
            @NonNull String clientSecret,
            @CheckForNull String scope) implements OAuth {
        @NonNull
        @Override
        public String grant() {
            return "client_credentials";
        }

        @NonNull
        @Override
        public Map<String, String> parameters(@NonNull Instant instanceTime) {
            return Map.of();
        }

        @NonNull
        @Override
        public List<String> identity() {
            return list(grant(), clientId, clientSecret, scope);
        }

        @NonNull
        @Override
        public String redact(@NonNull String text) {
            return SignIn.redact(text, clientSecret);
        }

        @Override
        public String toString() {
            return "ClientCredentials[clientId=" + clientId + ", scope=" + scope + "]";
        }
    }

    /**
     * The JWT bearer grant: a token that is signed with a private key names the user.
     *
     * @param keyId the {@code kid} of the JWT verifier map on the instance
     * @param subject the value of the user field that the instance compares
     */
    record JwtBearer(
            @NonNull String clientId,
            @CheckForNull String clientSecret,
            @NonNull SigningKey key,
            @NonNull String keyId,
            @NonNull String subject,
            @CheckForNull String scope)
            implements OAuth {
        @NonNull
        @Override
        public String grant() {
            return "urn:ietf:params:oauth:grant-type:jwt-bearer";
        }

        @NonNull
        @Override
        public Map<String, String> parameters(@NonNull Instant instanceTime) throws GeneralSecurityException {
            return Map.of("assertion", JwtAssertion.create(clientId, subject, keyId, key, instanceTime));
        }

        @NonNull
        @Override
        public List<String> identity() {
            return list(grant(), clientId, clientSecret, key.identity(), keyId, subject, scope);
        }

        @NonNull
        @Override
        public String redact(@NonNull String text) {
            return SignIn.redact(text, clientSecret);
        }

        @Override
        public String toString() {
            return "JwtBearer[clientId=" + clientId + ", keyId=" + keyId + ", subject=" + subject + ", scope=" + scope
                    + "]";
        }
    }

    /** An API key, which is sent with each request; there is no token. */
    record ApiKey(@NonNull String key) implements SignIn {
        /** The header of ServiceNow's authentication profiles for API keys. */
        static final String HEADER = "x-sn-apikey";

        /**
         * @throws IllegalArgumentException if the key can't be sent in a header; the message does not contain the key
         */
        public ApiKey {
            if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new IllegalArgumentException("the API key can't be sent in a header");
            }
        }

        @NonNull
        @Override
        public String grant() {
            return "API key";
        }

        @NonNull
        @Override
        public List<String> identity() {
            return list(grant(), key);
        }

        @NonNull
        @Override
        public String redact(@NonNull String text) {
            return SignIn.redact(text, key);
        }

        @Override
        public String toString() {
            return "ApiKey[]";
        }
    }
}
