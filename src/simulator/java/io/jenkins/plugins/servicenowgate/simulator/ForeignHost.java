package io.jenkins.plugins.servicenowgate.simulator;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Request;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** A server that is not the instance. Whatever arrives here was led astray, above all an Authorization header. */
public final class ForeignHost implements AutoCloseable {
    private final RequestLog requests = new RequestLog();
    private final InstantSource clock;
    private WireMockServer server;

    ForeignHost(InstantSource clock) {
        this.clock = clock;
    }

    /** An address on it; the first call starts it. */
    public synchronized String url() {
        if (server == null) {
            server = new WireMockServer(WireMockConfiguration.options()
                    .bindAddress("127.0.0.1")
                    .dynamicPort()
                    .http2PlainDisabled(true)
                    .disableRequestJournal());
            server.addMockServiceRequestListener((request, response) -> record(request));
            server.start();
            server.stubFor(
                    any(anyUrl()).willReturn(okForContentType("text/html", "<html><body>Elsewhere</body></html>")));
        }
        return "http://127.0.0.1:" + server.port() + "/login";
    }

    private void record(Request request) {
        Map<String, String> headers = new HashMap<>();
        request.getAllHeaderKeys().forEach(key -> headers.put(key, request.getHeader(key)));
        requests.add(new RecordedRequest(
                clock.instant(),
                Endpoint.OTHER,
                request.getMethod().getName(),
                request.getUrl(),
                "",
                headers,
                request.getBody()));
    }

    /** What arrived. */
    public RequestLog requests() {
        return requests;
    }

    @Override
    public synchronized void close() {
        if (server != null) {
            server.stop();
            server = null;
        }
    }
}
