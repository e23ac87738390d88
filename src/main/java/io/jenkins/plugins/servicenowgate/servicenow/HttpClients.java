package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;

/**
 * Creates HTTP clients: no redirects (they would forward the authorization header), no automatic retries (they could
 * create a change twice), all timeouts set, and tracking of whether a request was sent.
 */
public final class HttpClients {
    /**
     * How long an idle connection is kept for the next request. Shorter than servers and load balancers keep theirs, of
     * which 5 s is the shortest common default: a read does not notice that its connection was closed meanwhile, and it is
     * not retried automatically, so each of the idle connections would make one request fail.
     */
    static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

    private static final int MAX_IDLE_CONNECTIONS = 5;

    private HttpClients() {}

    /**
     * The timeouts of a client.
     *
     * @param connect for establishing a connection
     * @param read for the next bytes of a response; more than the 60 s after which ServiceNow cancels a transaction,
     *     because a request that is abandoned earlier may still be executed
     * @param call for the whole request
     */
    public record Timeouts(
            @NonNull Duration connect,
            @NonNull Duration read,
            @NonNull Duration call) {
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(70), Duration.ofSeconds(90));
    }

    /**
     * A proxy and its credentials.
     *
     * @param proxy {@link Proxy#NO_PROXY} for a direct connection
     * @param userName null if the proxy needs no authentication
     * @param password null if the proxy needs no authentication
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

    /** Creates a client with its own connections and threads; derive others from it with {@link #through}. */
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
                .connectionPool(new ConnectionPool(MAX_IDLE_CONNECTIONS, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS))
                .eventListenerFactory(call -> new Progress.Listener())
                .build();
    }

    /** Derives a client that connects through a proxy. */
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
            // Requests with a body are sent only once, so they can't be repeated after a 407. For https, the proxy's
            // password is sent when the tunnel is established, and never to the instance.
            builder.addNetworkInterceptor(chain -> chain.proceed(
                    chain.request().isHttps()
                                    || chain.connection() == null
                                    || chain.connection().route().proxy().type() != Proxy.Type.HTTP
                            ? chain.request()
                            : chain.request()
                                    .newBuilder()
                                    .header("Proxy-Authorization", header)
                                    .build()));
        }
        return builder.build();
    }

    /** Derives a client that identifies itself with a certificate if the instance requests one (mutual TLS). */
    @NonNull
    public static OkHttpClient withCertificate(@NonNull OkHttpClient client, @NonNull ClientCertificate certificate)
            throws GeneralSecurityException {
        X509TrustManager trust = client.x509TrustManager();
        if (trust == null) {
            throw new KeyManagementException("no trust manager");
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {certificate.keyManager()}, new TrustManager[] {trust}, null);
        return client.newBuilder()
                .sslSocketFactory(context.getSocketFactory(), trust)
                .build();
    }

    /**
     * Records whether sending a request has started. After that the request may be executed, even if no response is
     * received.
     */
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
