package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.net.Proxy;
import java.time.Duration;
import okhttp3.Credentials;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;

/**
 * Makes the HTTP clients of this room: no redirects (they would carry the authorization header elsewhere), no silent
 * repetition (it could create a change twice), every timeout set, and note taken of whether a request left at all.
 */
public final class HttpClients {
    private HttpClients() {}

    /**
     * How long to wait for what.
     *
     * @param connect for a connection
     * @param read for the next bytes of an answer; above the 60 s after which ServiceNow itself gives up, since a
     *     request that was given up too early may still be carried out
     * @param call for a request as a whole
     */
    public record Timeouts(
            @NonNull Duration connect,
            @NonNull Duration read,
            @NonNull Duration call) {
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(70), Duration.ofSeconds(90));
    }

    /**
     * The way out through a proxy.
     *
     * @param proxy {@link Proxy#NO_PROXY} for a direct connection
     * @param userName null where the proxy asks for none
     * @param password null where the proxy asks for none
     */
    public record Route(
            @NonNull Proxy proxy,
            @CheckForNull String userName,
            @CheckForNull String password) {
        public static final Route DIRECT = new Route(Proxy.NO_PROXY, null, null);

        @Override
        public String toString() {
            return "Route[" + proxy + "]";
        }
    }

    /** A client with connections and threads of its own; derive others from it by {@link #through}. */
    @NonNull
    public static OkHttpClient create(@NonNull Timeouts timeouts) {
        return new OkHttpClient.Builder()
                .connectTimeout(timeouts.connect())
                .readTimeout(timeouts.read())
                .writeTimeout(timeouts.read())
                .callTimeout(timeouts.call())
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .eventListenerFactory(call -> new Progress.Listener())
                .build();
    }

    /** The same client, its connections going that way. */
    @NonNull
    public static OkHttpClient through(@NonNull OkHttpClient client, @NonNull Route route) {
        OkHttpClient.Builder builder = client.newBuilder().proxy(route.proxy());
        String userName = route.userName();
        if (userName != null) {
            String password = route.password();
            String header = Credentials.basic(userName, password == null ? "" : password);
            builder.proxyAuthenticator((unused, response) -> response.request().header("Proxy-Authorization") != null
                    ? null
                    : response.request()
                            .newBuilder()
                            .header("Proxy-Authorization", header)
                            .build());
        }
        return builder.build();
    }

    /** Whether a request began to leave: after that it may be carried out, whatever becomes of the answer. */
    static final class Progress {
        private volatile boolean started;

        boolean isStarted() {
            return started;
        }

        private static final class Listener extends EventListener {
            @Override
            public void requestHeadersStart(okhttp3.Call call) {
                Progress progress = call.request().tag(Progress.class);
                if (progress != null) {
                    progress.started = true;
                }
            }
        }
    }
}
