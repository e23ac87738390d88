package io.jenkins.plugins.servicenowgate.servicenow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** An instance without a network that gives exactly the answers of a test, one after the other, and notes the requests. */
final class ScriptedAnswers {
    static final String TOKEN = "{\"access_token\":\"t\",\"expires_in\":1800}";

    final List<Request> requests = new ArrayList<>();
    private final Deque<Response.Builder> answers = new ArrayDeque<>();
    private IOException broken;

    ServiceNowClient client(SignIn signIn, InstantSource clock) {
        OkHttpClient http =
                new OkHttpClient.Builder().addInterceptor(this::answer).build();
        return new ServiceNowClient(http, InstanceUrl.parse("https://scripted.example"), () -> signIn, clock);
    }

    ScriptedAnswers json(String body) {
        return then(200, "application/json", body);
    }

    /**
     * @param headers names and values in turn
     */
    ScriptedAnswers then(int status, String type, String body, String... headers) {
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

    ScriptedAnswers thenBreaks(IOException e) {
        broken = e;
        return this;
    }

    private Response answer(Interceptor.Chain chain) throws IOException {
        requests.add(chain.request());
        if (answers.isEmpty() && broken != null) {
            throw broken;
        }
        return answers.remove().request(chain.request()).build();
    }
}
