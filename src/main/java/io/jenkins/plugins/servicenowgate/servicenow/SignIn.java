package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * The credentials of the integration: an OAuth client and, for the password grant, the integration user. Kept in memory
 * only, as long as a request needs it. The text form contains no secrets.
 *
 * @param userName null for the client credentials grant
 * @param password null for the client credentials grant
 */
public record SignIn(
        @NonNull String clientId,
        @NonNull String clientSecret,
        @CheckForNull String userName,
        @CheckForNull String password) {

    @NonNull
    public static SignIn clientCredentials(@NonNull String clientId, @NonNull String clientSecret) {
        return new SignIn(clientId, clientSecret, null, null);
    }

    public boolean usesPasswordGrant() {
        return userName != null;
    }

    /** Replaces every secret of this sign-in in a text, because a response may repeat it. */
    @NonNull
    String redact(@NonNull String text) {
        String redacted = text;
        for (String secret : new String[] {clientSecret, password}) {
            if (secret != null && !secret.isEmpty()) {
                redacted = redacted.replace(secret, "****");
            }
        }
        return redacted;
    }

    @Override
    public String toString() {
        return "SignIn[clientId=" + clientId + ", userName=" + userName + "]";
    }
}
