package io.jenkins.plugins.servicenowgate.polling;

import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** An instance without a network: every list is answered with the same text; it creates and changes nothing. */
final class ScriptedInstance {
    private static final String TOKEN = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":1800}";
    private static final String OUT_OF_ORDER = "{\"error\":{\"message\":\"out of order\"},\"status\":\"failure\"}";

    private final ServiceNowClient client;
    private int status;
    private String type;
    private String text;
    private int changed;

    ScriptedInstance(InstantSource clock) {
        client = new ServiceNowClient(
                HttpClients.create(HttpClients.Timeouts.DEFAULT)
                        .newBuilder()
                        .addInterceptor(this::answer)
                        .build(),
                InstanceUrl.parse("https://canned.example"),
                () -> SignIn.password("client", "secret", "user", "password"),
                clock);
    }

    ServiceNowClient client() {
        return client;
    }

    void willAnswer(int withStatus, String ofType, String withText) {
        status = withStatus;
        type = ofType;
        text = withText;
        changed = 0;
    }

    /** How often it was asked to create or change something since then. */
    int changed() {
        return changed;
    }

    private Response answer(Interceptor.Chain chain) {
        if (chain.request().url().encodedPath().equals("/oauth_token.do")) {
            return response(chain, 200, "application/json", TOKEN);
        }
        if (!chain.request().method().equals("GET")) {
            changed++;
            return response(chain, 503, "application/json", OUT_OF_ORDER);
        }
        return response(chain, status, type, text);
    }

    private static Response response(Interceptor.Chain chain, int status, String type, String text) {
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Content-Type", type)
                .body(ResponseBody.create(text.getBytes(StandardCharsets.UTF_8), MediaType.parse(type)))
                .build();
    }
}
