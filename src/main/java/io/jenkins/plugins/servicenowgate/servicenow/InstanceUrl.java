package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The validated URL of a ServiceNow instance: https (http only for a loopback address), without parts that could
 * contain a secret or redirect a request. All links and requests are built from it, never from a URL in a response.
 */
public final class InstanceUrl {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

    private static final int MAX_PORT = 65_535;

    private final String text;

    private InstanceUrl(String text) {
        this.text = text;
    }

    /**
     * @param text the entered text; surrounding blanks and trailing slashes are removed
     * @throws IllegalArgumentException if the URL is invalid; the message says in one sentence what to enter
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
            // The message of the exception contains the input, which may contain a password.
            throw new IllegalArgumentException("This is not a URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        // The whole authority is checked, because java.net.URI finds no user info if it finds no valid host.
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
        int port = uri.getPort();
        if (port == 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("The port of the address must be from 1 to " + MAX_PORT);
        }
        return new InstanceUrl(scheme + "://" + host + (port == -1 ? "" : ":" + port) + path);
    }

    /** False for a loopback address with http. */
    public boolean isHttps() {
        return text.startsWith("https:");
    }

    /** Whether the URL has a path, which is unusual for a ServiceNow instance. */
    public boolean hasPath() {
        return text.substring(text.indexOf("://") + 3).contains("/");
    }

    /** The URL of the page of a change. */
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

    /** The URL without a trailing slash. */
    @Override
    public String toString() {
        return text;
    }
}
