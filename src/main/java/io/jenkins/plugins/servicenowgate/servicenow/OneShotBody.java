package io.jenkins.plugins.servicenowgate.servicenow;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * A body that OkHttp sends only once. Without it, OkHttp repeats a request by itself after a 503 with
 * {@code Retry-After: 0}, although the instance may have executed it.
 */
final class OneShotBody extends RequestBody {
    private final RequestBody body;

    OneShotBody(@NonNull RequestBody body) {
        this.body = body;
    }

    @NonNull
    RequestBody body() {
        return body;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() throws IOException {
        return body.contentLength();
    }

    @Override
    public void writeTo(@NonNull BufferedSink sink) throws IOException {
        body.writeTo(sink);
    }
}
