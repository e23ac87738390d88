package io.jenkins.plugins.servicenowgate.deployment;

import java.io.IOException;
import java.net.URL;
import org.htmlunit.Cache;
import org.jvnet.hudson.test.JenkinsRule;

/** The same Jenkins for what the harness does in a browser by itself, such as to save a form: as a user who is signed in. */
public final class SignedInJenkinsRule extends JenkinsRule {
    private static final Cache COMPILED = new Cache();

    private final JenkinsRule started;
    private final String user;

    public SignedInJenkinsRule(JenkinsRule started, String user) {
        this.started = started;
        this.user = user;
        jenkins = started.jenkins;
    }

    @Override
    public URL getURL() throws IOException {
        return started.getURL();
    }

    @Override
    public WebClient createWebClient() {
        WebClient client = started.createWebClient().withBasicApiToken(user);
        spare(client);
        return client;
    }

    /**
     * Spares HtmlUnit what takes it seconds for each page: to compile Jenkins' scripts again for each client, and to work
     * out colours and places, which no test reads.
     */
    static void spare(WebClient client) {
        client.setCache(COMPILED);
        client.getOptions().setCssEnabled(false);
    }
}
