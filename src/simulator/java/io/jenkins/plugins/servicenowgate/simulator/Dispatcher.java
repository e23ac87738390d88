package io.jenkins.plugins.servicenowgate.simulator;

import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/** WireMock's way in: records each request, lets a fault strike or does the work, and answers. */
final class Dispatcher implements ResponseDefinitionTransformerV2 {
    private final InstantSource clock;
    private final Behaviour behaviour;
    private final Faults faults;
    private final RequestLog log;
    private final Tokens tokens;
    private final ReadEndpoints reads;
    private final WriteEndpoints writes;
    private final Attachments attachments;
    private final OtherTables tables;
    private final ChangeTasks tasks;
    private final Conflicts conflicts;
    private final PageEndpoints page;

    Dispatcher(
            InstantSource clock,
            Behaviour behaviour,
            Faults faults,
            RequestLog log,
            Tokens tokens,
            ReadEndpoints reads,
            WriteEndpoints writes,
            Attachments attachments,
            OtherTables tables,
            ChangeTasks tasks,
            Conflicts conflicts,
            PageEndpoints page) {
        this.conflicts = conflicts;
        this.clock = clock;
        this.behaviour = behaviour;
        this.faults = faults;
        this.log = log;
        this.tokens = tokens;
        this.reads = reads;
        this.writes = writes;
        this.attachments = attachments;
        this.tables = tables;
        this.tasks = tasks;
        this.page = page;
    }

    @Override
    public String getName() {
        return "servicenow-simulator";
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        Request request = event.getRequest();
        String url = request.getUrl();
        int mark = url.indexOf('?');
        String path = mark < 0 ? url : url.substring(0, mark);
        String query = mark < 0 ? "" : url.substring(mark + 1);
        String method = request.getMethod().getName();
        Route route = Route.of(method, path);
        Map<String, String> headers = new HashMap<>();
        request.getAllHeaderKeys().forEach(key -> headers.put(key, request.getHeader(key)));
        RecordedRequest recorded =
                new RecordedRequest(clock.instant(), route.endpoint(), method, path, query, headers, request.getBody());
        Answer forPeople = page.answer(recorded);
        Answer answer =
                forPeople != null ? forPeople : forClient(route, recorded).delayedBy(behaviour.latency);
        return answer.with("Date", date()).toWireMock();
    }

    private String date() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                clock.instant().plus(behaviour.dateSkew).atOffset(ZoneOffset.UTC));
    }

    private Answer forClient(Route route, RecordedRequest request) {
        log.add(request);
        Fault fault = faults.take(route.endpoint());
        if (fault == null) {
            return work(route, request);
        }
        if (fault.expiresTokens()) {
            faults.count(fault);
            tokens.expire();
            return work(route, request);
        }
        if (fault.replacesTheWork()) {
            faults.count(fault);
            return fault.apply(route.endpoint(), null, clock.instant());
        }
        Answer real = work(route, request);
        if (fault.waitsForACommit() && !real.succeeded()) {
            faults.giveBack(route.endpoint(), fault);
            return real;
        }
        faults.count(fault);
        return fault.apply(route.endpoint(), real, clock.instant());
    }

    private Answer work(Route route, RecordedRequest request) {
        if (route.endpoint() == Endpoint.TOKEN) {
            return tokens.answer(request);
        }
        if (route.endpoint() == Endpoint.OTHER && !request.path().startsWith("/api/")) {
            return Answer.html(200, "Log in", "User name and password, please.");
        }
        Answer refusal = tokens.refusal(request);
        if (refusal != null) {
            return refusal;
        }
        conflicts.settle();
        return switch (route.endpoint()) {
            case CHECK_CONFLICTS -> conflicts.check(reads.readable(route.id()));
            case CONFLICTS -> conflicts.read(reads.readable(route.id()));
            case LIST -> reads.list(request, route.type());
            case READ -> reads.read(route.id());
            case NEXT_STATES -> reads.nextStates(route.id());
            case TEMPLATES -> reads.templates(request);
            case CREATE_NORMAL, CREATE_EMERGENCY -> writes.create(request, route.type());
            case CREATE_STANDARD -> writes.createStandard(request, route.id());
            case CREATE_OF_MODEL -> writes.createOfModel(request);
            case MODELS -> reads.models(request);
            case UPDATE -> writes.update(request, route.id());
            case ATTACH -> attachments.upload(request);
            case ATTACHMENTS -> attachments.list(request);
            case TABLE -> tables.list(request, route.id());
            case TASKS -> tasks.list(request, reads.readable(route.id()));
            case UPDATE_TASK -> tasks.update(request, reads.readable(route.id()), route.task());
            default -> Refusals.noResource();
        };
    }
}
