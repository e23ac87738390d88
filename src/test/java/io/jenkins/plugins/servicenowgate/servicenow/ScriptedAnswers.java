package io.jenkins.plugins.servicenowgate.servicenow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.FormBody;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/** An instance without a network that returns scripted responses in order and records the requests. */
public final class ScriptedAnswers {
    public static final String TOKEN = "{\"access_token\":\"t\",\"expires_in\":1800}";

    private static final String API = "/api/";
    private static final String CHANGES = "/api/sn_chg_rest/change";

    private static final String APPROVALS = "/api/now/table/sysapproval_approver";

    final List<Request> requests = new ArrayList<>();
    private final Deque<Response.Builder> answers = new ArrayDeque<>();
    private IOException broken;
    private Runnable watcher = () -> {};
    private Function<Request, Response.Builder> answerer;
    private Function<Request, Response.Builder> tokenAnswerer;

    public ServiceNowClient client(SignIn signIn, InstantSource clock) {
        return client(() -> signIn, clock);
    }

    public ServiceNowClient client(SignInSource signIns, InstantSource clock) {
        OkHttpClient http =
                new OkHttpClient.Builder().addInterceptor(this::answer).build();
        return new ServiceNowClient(http, InstanceUrl.parse("https://scripted.example"), signIns, clock);
    }

    public ScriptedAnswers json(String body) {
        return then(200, "application/json", body);
    }

    /**
     * @param headers alternating names and values
     */
    public ScriptedAnswers then(int status, String type, String body, String... headers) {
        Response.Builder answer = new Response.Builder()
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .body(ResponseBody.create(body.getBytes(StandardCharsets.UTF_8), null));
        if (!type.isEmpty()) {
            answer.header("Content-Type", type);
        }
        for (int i = 0; i < headers.length; i += 2) {
            answer.header(headers[i], headers[i + 1]);
        }
        answers.add(answer);
        return this;
    }

    /** Answers all further requests except those that sign in in this way. */
    public ScriptedAnswers answer(Function<Request, Response.Builder> newAnswerer) {
        answerer = newAnswerer;
        return this;
    }

    /** Answers all further requests for a token in this way. */
    ScriptedAnswers answerTokens(Function<Request, Response.Builder> newAnswerer) {
        tokenAnswerer = newAnswerer;
        return this;
    }

    public static Response.Builder response(int status, String type, String body) {
        return new Response.Builder()
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Content-Type", type)
                .body(ResponseBody.create(body.getBytes(StandardCharsets.UTF_8), null));
    }

    ScriptedAnswers thenBreaks(IOException e) {
        broken = e;
        return this;
    }

    /** Sets a callback that runs during each request. */
    public void watch(Runnable newWatcher) {
        watcher = newWatcher;
    }

    /** The requests so far, without those that sign in: method, path (below the change resource), query or name, body. */
    public List<String> sent() {
        return requests.stream()
                .filter(ScriptedAnswers::isOfApi)
                .map(ScriptedAnswers::line)
                .toList();
    }

    /** The body of a request to the token endpoint: names and values, decoded. */
    String form(int index) {
        FormBody form = (FormBody) ((OneShotBody) requests.get(index).body()).body();
        return IntStream.range(0, form.size())
                .mapToObj(field -> form.name(field) + "=" + form.value(field))
                .collect(Collectors.joining("&"));
    }

    private static boolean isOfApi(Request request) {
        return request.url().encodedPath().startsWith(API);
    }

    private static String line(Request request) {
        String path = request.url().encodedPath();
        String below = path.startsWith(CHANGES) ? path.substring(CHANGES.length()) : path;
        String query = request.url().queryParameter("sysparm_query");
        String name = request.url().queryParameter("file_name");
        return Stream.of(request.method(), below, query, name, request.body() == null ? null : text(request.body()))
                .filter(part -> part != null && !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String text(RequestBody body) {
        try {
            Buffer buffer = new Buffer();
            body.writeTo(buffer);
            return buffer.readUtf8();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Response answer(Interceptor.Chain chain) throws IOException {
        requests.add(chain.request());
        if (isOfApi(chain.request())) {
            watcher.run();
            if (answerer != null) {
                return answerer.apply(chain.request()).request(chain.request()).build();
            }
        }
        if (chain.request().url().encodedPath().equals(APPROVALS)) {
            return response(200, "application/json", approvals(chain.request()))
                    .request(chain.request())
                    .build();
        }
        if (tokenAnswerer != null && chain.request().url().encodedPath().endsWith("/oauth_token.do")) {
            return tokenAnswerer.apply(chain.request()).request(chain.request()).build();
        }
        if (answers.isEmpty() && broken != null) {
            throw broken;
        }
        return answers.remove().request(chain.request()).build();
    }

    /** Somebody approved each change. */
    private static String approvals(Request request) {
        String asked =
                String.valueOf(request.url().queryParameter("sysparm_query")).replace("sysapprovalIN", "");
        return Stream.of(asked.split(","))
                .map(change -> "{\"sysapproval\":{\"value\":\"" + change + "\"},\"approver\":{\"value\":\""
                        + "f".repeat(32) + "\"},\"state\":{\"value\":\"approved\"}}")
                .collect(Collectors.joining(",", "{\"result\":[", "]}"));
    }
}
