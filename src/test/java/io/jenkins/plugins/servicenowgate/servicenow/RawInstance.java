package io.jenkins.plugins.servicenowgate.servicenow;

import io.jenkins.plugins.servicenowgate.contract.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.node.ObjectNode;

/** An instance as the plugin's own transport and sign-in reach it, but with every answer as it came. */
public final class RawInstance implements Instance {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final MediaType TEXT = MediaType.get("text/plain");

    private final SignIn signIn;
    private final Transport transport;
    private final AccessTokens tokens;

    public RawInstance(OkHttpClient http, InstanceUrl url, SignIn signIn) {
        Clock clock = Clock.systemUTC();
        this.signIn = signIn;
        this.transport = new Transport(http, url, clock);
        this.tokens = new AccessTokens(transport, clock, new SignInFailures(clock));
    }

    /**
     * @throws IllegalStateException if the sign-in fails; the message is a sentence for the console
     */
    @Override
    public List<Token> signIn() {
        if (!(signIn instanceof SignIn.OAuth oauth)) {
            return List.of();
        }
        try {
            AccessTokens.Token first = tokens.get(oauth, null);
            return List.of(token(first), token(tokens.get(oauth, first.value())));
        } catch (ServiceNowException e) {
            throw new IllegalStateException(e.localizable().toString());
        }
    }

    private static Token token(AccessTokens.Token token) {
        return new Token(
                token.value(),
                !token.scope().isEmpty(),
                token.expires().isAfter(Clock.systemUTC().instant()));
    }

    @Override
    public Answer get(String path, Map<String, String> query) {
        return send(new Request.Builder().url(url(path, query)).get());
    }

    @Override
    public Answer send(String method, String path, Map<String, String> fields) {
        ObjectNode body = Transport.JSON.createObjectNode();
        new TreeMap<>(fields).forEach(body::put);
        return send(new Request.Builder()
                .url(url(path, Map.of()))
                .method(
                        method,
                        new OneShotBody(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON))));
    }

    @Override
    public Answer upload(String path, Map<String, String> query, byte[] content) {
        return send(
                new Request.Builder().url(url(path, query)).post(new OneShotBody(RequestBody.create(content, TEXT))));
    }

    private HttpUrl url(String path, Map<String, String> query) {
        HttpUrl.Builder url = transport.url(path.split("/"));
        new TreeMap<>(query).forEach(url::addQueryParameter);
        return url.build();
    }

    private Answer send(Request.Builder request) {
        request.header("Accept", "application/json");
        try {
            if (signIn instanceof SignIn.ApiKey key) {
                return answer(transport.send(
                        request.header(SignIn.ApiKey.HEADER, key.key()).build()));
            }
            SignIn.OAuth oauth = (SignIn.OAuth) signIn;
            String token = tokens.get(oauth, null).value();
            Transport.Answer answer = transport.send(bearer(request, token));
            if (answer.code() == 401 && answer.ownError() != null) {
                answer = transport.send(bearer(request, tokens.get(oauth, token).value()));
            }
            return answer(answer);
        } catch (ServiceNowException e) {
            return Answer.NONE;
        }
    }

    private static Request bearer(Request.Builder request, String token) {
        return request.header("Authorization", "Bearer " + token).build();
    }

    private static Answer answer(Transport.Answer answer) {
        return new Answer(answer.code(), answer.json(), answer.clockDifference() != null);
    }
}
