package io.jenkins.plugins.servicenowgate.simulator;

import static com.github.tomakehurst.wiremock.http.Fault.CONNECTION_RESET_BY_PEER;
import static com.github.tomakehurst.wiremock.http.Fault.MALFORMED_RESPONSE_CHUNK;
import static com.github.tomakehurst.wiremock.http.Fault.RANDOM_DATA_THEN_CLOSE;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A way in which an answer goes wrong. Unless said otherwise the request is not carried out; {@link #afterCommit()}
 * makes the same fault hit only once the work is done, which is what makes a client create things twice.
 */
public final class Fault {
    private enum Timing {
        BEFORE_THE_WORK,
        INSTEAD_OF_THE_WORK,
        ON_THE_ANSWER,
        AFTER_THE_COMMIT
    }

    private interface Effect {
        Answer on(Endpoint endpoint, Answer answer, Instant now);
    }

    private final String name;
    private final Timing timing;
    private final Effect effect;

    private Fault(String name, Timing timing, Effect effect) {
        this.name = name;
        this.timing = timing;
        this.effect = effect;
    }

    private static Fault instead(String name, Answer answer) {
        return new Fault(name, Timing.INSTEAD_OF_THE_WORK, (endpoint, real, now) -> answer);
    }

    private static Fault onAnswer(String name, Effect effect) {
        return new Fault(name, Timing.ON_THE_ANSWER, effect);
    }

    /**
     * The same fault, but the request is carried out first. While the request itself is refused (an expired token, for
     * example) there is nothing to commit: the true answer goes out and the fault waits for the next request.
     */
    public Fault afterCommit() {
        return new Fault(name + " after the commit", Timing.AFTER_THE_COMMIT, effect);
    }

    /** 429 without any hint when to come back. */
    public static Fault rateLimited() {
        return instead("429", Answer.error(429, "Rate limit exceeded", "Rejected by the hourly rate limit"));
    }

    /** 429 with {@code Retry-After} and the {@code X-RateLimit-…} headers. */
    public static Fault rateLimited(Duration retryAfter) {
        Answer plain = Answer.error(429, "Rate limit exceeded", "Rejected by the hourly rate limit");
        return new Fault(
                "429 with Retry-After",
                Timing.INSTEAD_OF_THE_WORK,
                (endpoint, real, now) -> plain.with("Retry-After", Long.toString(retryAfter.toSeconds()))
                        .with("X-RateLimit-Limit", "500")
                        .with(
                                "X-RateLimit-Reset",
                                Long.toString(now.plus(retryAfter).getEpochSecond()))
                        .with("X-RateLimit-Rule", "Change Management API by user"));
    }

    /** 500 as after 60 s of work; combine with {@link #afterCommit()} for the treacherous form. */
    public static Fault transactionCancelled() {
        return instead(
                "500 transaction cancelled",
                Answer.error(
                        500,
                        "Transaction cancelled: maximum execution time exceeded",
                        "Transaction cancelled: maximum execution time exceeded Check logs for error trace or enable"
                                + " glide.rest.debug property to verify REST request processing"));
    }

    /** 502 from the load balancer. */
    public static Fault badGateway() {
        return instead("502", Answer.html(502, "502 Bad Gateway", "The upstream server did not answer."));
    }

    /** 503, as during an upgrade. */
    public static Fault unavailable() {
        return instead("503", Answer.html(503, "Service Unavailable", "The instance is being upgraded."));
    }

    /** 503 of a load balancer, with the time after which to repeat the request. */
    public static Fault unavailable(Duration retryAfter) {
        return instead(
                "503 with Retry-After",
                Answer.html(503, "Service Unavailable", "No backend.")
                        .with("Retry-After", Long.toString(retryAfter.toSeconds())));
    }

    /** A page with any status, as a firewall or a load balancer sends it in place of the instance. */
    public static Fault page(int status) {
        return instead("page with " + status, Answer.html(status, "Blocked", "Your request was blocked."));
    }

    public static Fault connectionReset() {
        return instead("connection reset", Answer.broken(CONNECTION_RESET_BY_PEER));
    }

    /** The work is done at once, the answer takes so long. */
    public static Fault slow(Duration delay) {
        return onAnswer("slow", (endpoint, answer, now) -> answer.delayedBy(delay));
    }

    /** The work is done; only the first half of the JSON comes back. */
    public static Fault cutOffJson() {
        return onAnswer(
                "cut-off JSON",
                (endpoint, answer, now) -> answer.withBody(Arrays.copyOf(answer.body(), answer.body().length / 2)));
    }

    /** 200 and {@code application/json}, but neither JSON nor UTF-8. */
    public static Fault garbage() {
        byte[] bytes = {(byte) 0xff, (byte) 0xfe, 0, 1, '{', '"', (byte) 0xc3, '(', 27, ']'};
        return instead("garbage", Answer.of(200, "application/json;charset=UTF-8", bytes));
    }

    /** What comes back is not even HTTP. */
    public static Fault notHttp() {
        return instead("not HTTP", Answer.broken(RANDOM_DATA_THEN_CLOSE));
    }

    /** 200, then the transfer breaks off in the middle of the body. */
    public static Fault brokenTransfer() {
        return instead("broken transfer", Answer.broken(MALFORMED_RESPONSE_CHUNK));
    }

    /** 200 with a JSON content type and no body. */
    public static Fault emptyBody() {
        return instead("empty body", Answer.of(200, "application/json;charset=UTF-8", ""));
    }

    /** 200, yet the body says that it failed. */
    public static Fault errorInSuccess() {
        Answer error = Answer.error(500, "Operation Failed", "Something went wrong");
        return instead("200 with an error", Answer.of(200, "application/json;charset=UTF-8", error.body()));
    }

    /** 200 with the page of a hibernating instance. */
    public static Fault html() {
        return instead("200 with HTML", Answer.html(200, "Instance Hibernating page", "Your instance is hibernating."));
    }

    /** 302 to the login page of the simulator, which answers 200 with HTML. */
    public static Fault redirectToLogin() {
        return redirectTo("/login_with_sso.do");
    }

    /** 302 to any address, for example {@code simulator.elsewhere().url()}. */
    public static Fault redirectTo(String location) {
        return instead("302", Answer.redirect(location));
    }

    /** 200 with valid JSON of so many megabytes. */
    public static Fault hugeBody(int megabytes) {
        byte[] body = new byte[megabytes << 20];
        Arrays.fill(body, (byte) ' ');
        byte[] head = "{\"result\":[".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(head, 0, body, 0, head.length);
        body[body.length - 2] = ']';
        body[body.length - 1] = '}';
        return instead("huge body", Answer.of(200, "application/json;charset=UTF-8", body));
    }

    /** UTF-8 that says it is ISO-8859-1: who believes the header reads other letters. */
    public static Fault wrongCharset() {
        return wrongCharset(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1);
    }

    /** The true answer in one charset, declared as another. */
    public static Fault wrongCharset(Charset written, Charset declared) {
        return onAnswer(
                "wrong charset",
                (endpoint, answer, now) -> answer.withBody(
                                new String(answer.body(), StandardCharsets.UTF_8).getBytes(written))
                        .withContentType("application/json;charset=" + declared.name()));
    }

    /** 401 in the shape that belongs to the endpoint, whatever the credentials. */
    public static Fault unauthorized() {
        return new Fault(
                "401",
                Timing.INSTEAD_OF_THE_WORK,
                (endpoint, real, now) -> endpoint == Endpoint.TOKEN ? Refusals.token() : Refusals.notAuthenticated());
    }

    /** The token expires on the way: what was given out until now is worth nothing. */
    public static Fault tokenExpired() {
        return new Fault("token expired", Timing.BEFORE_THE_WORK, (endpoint, real, now) -> real);
    }

    public static Fault forbidden() {
        return instead("403", Refusals.noWriteRole());
    }

    public static Fault notFound() {
        return instead("404", Refusals.noRecord());
    }

    /** Any other answer that ServiceNow's error body fits. */
    public static Fault error(int status, String message, String detail) {
        return instead(Integer.toString(status), Answer.error(status, message, detail));
    }

    /** Any other answer, for example JSON that no instance should send. */
    public static Fault answer(int status, String contentType, String body) {
        return instead(Integer.toString(status), Answer.of(status, contentType, body));
    }

    boolean expiresTokens() {
        return timing == Timing.BEFORE_THE_WORK;
    }

    boolean replacesTheWork() {
        return timing == Timing.INSTEAD_OF_THE_WORK;
    }

    boolean waitsForACommit() {
        return timing == Timing.AFTER_THE_COMMIT;
    }

    Answer apply(Endpoint endpoint, Answer real, Instant now) {
        return effect.on(endpoint, real, now);
    }

    @Override
    public String toString() {
        return name;
    }
}
