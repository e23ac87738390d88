package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The address of a ServiceNow instance, checked: https (http for a loopback address alone), nothing in it that could
 * carry a secret or redirect a request. Every link and every request is built from it, never from an answer.
 */
public final class InstanceUrl {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

    private final String text;

    private InstanceUrl(String text) {
        this.text = text;
    }

    /**
     * @param text what an administrator entered; surrounding blanks and slashes at the end are dropped
     * @throws IllegalArgumentException with one sentence that says what to enter instead
     */
    @NonNull
    public static InstanceUrl parse(@CheckForNull String text) {
        String trimmed = text == null ? "" : text.strip().replaceAll("/+$", "");
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException(
                    "Enter the address of the ServiceNow instance, for example https://example.service-now.com");
        }
        URI uri;
        try {
            uri = new URI(trimmed);
        } catch (URISyntaxException e) {
            // The exception's own message repeats the input, which may hold a password.
            throw new IllegalArgumentException("This is not a URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        // Looked for in the whole authority: what java.net.URI takes for no host has no user info for it either.
        if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
            throw new IllegalArgumentException("The address must not contain a user name or password: use credentials");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("The address must look like https://example.service-now.com");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "The address must not contain ? or #: enter the instance's address alone");
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (!"https".equals(scheme)
                && !("http".equals(scheme) && LOOPBACK.matcher(host).matches())) {
            throw new IllegalArgumentException(
                    "The address must start with https:// (http:// is accepted for a loopback address only)");
        }
        String path = uri.getRawPath();
        if (!PATH.matcher(path).matches() || path.contains("/.")) {
            throw new IllegalArgumentException("The address has a path that an instance can't have");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new InstanceUrl(scheme + "://" + host + port + path);
    }

    /** Whether requests are encrypted; false for a loopback address over http. */
    public boolean isHttps() {
        return text.startsWith("https:");
    }

    /** Whether anything follows the host: seldom meant for a ServiceNow instance. */
    public boolean hasPath() {
        return text.indexOf('/', text.indexOf("://") + 3) > 0;
    }

    /** The page of a change for people. */
    @NonNull
    public String changeLink(@NonNull SysId sysId) {
        return text + "/nav_to.do?uri=change_request.do%3Fsys_id%3D" + sysId.value();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InstanceUrl && text.equals(((InstanceUrl) other).text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The address without a slash at its end. */
    @Override
    public String toString() {
        return text;
    }
}
