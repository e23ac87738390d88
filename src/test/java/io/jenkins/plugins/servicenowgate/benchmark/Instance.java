package io.jenkins.plugins.servicenowgate.benchmark;

import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The simulator in another process: its client, whose requests are counted, and the people who approve. */
final class Instance {
    private final AtomicLong requests = new AtomicLong();
    private final OkHttpClient people = HttpClients.create(HttpClients.Timeouts.DEFAULT);
    private final String baseUrl;
    private final ServiceNowClient client;

    Instance(String baseUrl) {
        this.baseUrl = baseUrl;
        this.client = new ServiceNowClient(
                people.newBuilder()
                        .addInterceptor(chain -> {
                            requests.incrementAndGet();
                            return chain.proceed(chain.request());
                        })
                        .build(),
                InstanceUrl.parse(baseUrl),
                () -> SignIn.password(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD),
                Clock.systemUTC());
    }

    ServiceNowClient client() {
        return client;
    }

    long requests() {
        return requests.get();
    }

    void approve(String number) throws IOException {
        Request request = new Request.Builder()
                .url(baseUrl + "/simulator/api/changes/" + number + "/approve")
                .post(RequestBody.create("{}", MediaType.get("application/json")))
                .build();
        try (Response response = people.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("approving " + number + ": " + response.code());
            }
        }
    }
}
