package io.jenkins.plugins.servicenowgate.servicenow;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/** A forward proxy on loopback that requires user {@code corp} and password {@code proxy-secret}. */
public final class PasswordProxy implements AutoCloseable {
    public static final String PASSWORD = "proxy-secret";

    private final WireMockServer server = new WireMockServer(WireMockConfiguration.options()
            .bindAddress("127.0.0.1")
            .dynamicPort()
            .enableBrowserProxying(true)
            .notifier(new com.github.tomakehurst.wiremock.common.ConsoleNotifier(false)));

    public PasswordProxy() {
        server.start();
        String basic = "Basic " + Base64.getEncoder().encodeToString(("corp:" + PASSWORD).getBytes());
        server.stubFor(WireMock.any(WireMock.anyUrl())
                .withHeader("Proxy-Authorization", WireMock.notMatching(java.util.regex.Pattern.quote(basic)))
                .willReturn(WireMock.status(407).withHeader("Proxy-Authenticate", "Basic realm=\"corp\"")));
        server.stubFor(WireMock.any(WireMock.anyUrl())
                .withHeader("Proxy-Authorization", WireMock.absent())
                .willReturn(WireMock.status(407).withHeader("Proxy-Authenticate", "Basic realm=\"corp\"")));
    }

    public int port() {
        return server.port();
    }

    /** Status and path of each response, oldest first. A response is recorded shortly after it was sent. */
    public List<String> answered() {
        List<String> lines = new ArrayList<>();
        for (ServeEvent event : server.getAllServeEvents()) {
            lines.add(event.getResponse().getStatus() + " "
                    + event.getRequest().getUrl().split("\\?", 2)[0]);
        }
        Collections.reverse(lines);
        return lines;
    }

    @Override
    public void close() {
        server.stop();
    }
}
