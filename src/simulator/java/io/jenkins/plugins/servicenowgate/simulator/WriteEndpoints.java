package io.jenkins.plugins.servicenowgate.simulator;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creation of the three types, and updates under the rules of the life cycle. */
final class WriteEndpoints {
    private static final Set<String> NEVER_ON_CREATION = Set.of("state", "on_hold", "on_hold_reason");

    private final ChangeTable changes;
    private final Templates templates;
    private final Models models;
    private final ChangeTasks tasks;
    private final Behaviour behaviour;
    private final ReadEndpoints reads;
    private final FieldWriter writer;

    WriteEndpoints(
            ChangeTable changes,
            Templates templates,
            Models models,
            ChangeTasks tasks,
            Behaviour behaviour,
            ReadEndpoints reads) {
        this.models = models;
        this.tasks = tasks;
        this.changes = changes;
        this.templates = templates;
        this.behaviour = behaviour;
        this.reads = reads;
        this.writer = new FieldWriter(behaviour, models);
    }

    Answer create(RecordedRequest request, String type) {
        return create(request, type, Map.of(), NEVER_ON_CREATION);
    }

    /** {@code chg_model} is the sys_id or the name of an active model. */
    Answer createOfModel(RecordedRequest request) {
        Map<String, String> body = Incoming.read(request);
        Models.Model model = body == null ? null : models.active(body.getOrDefault("chg_model", ""));
        if (model == null) {
            return Refusals.noRecord();
        }
        boolean ignored = behaviour.ignoredOnCreation.contains("chg_model");
        return create(request, model.type(), ignored ? Map.of() : preset(model), NEVER_ON_CREATION);
    }

    private static Map<String, String> preset(Models.Model model) {
        Map<String, String> preset = new LinkedHashMap<>(Map.of("chg_model", model.name()));
        if (!model.states().isEmpty()) {
            preset.put("state", model.states().keySet().iterator().next());
        }
        return preset;
    }

    Answer createStandard(RecordedRequest request, String templateRow) {
        Templates.Template template = templates.active(templateRow);
        if (template == null) {
            return Refusals.noRecord();
        }
        Set<String> protectedFields = new HashSet<>(NEVER_ON_CREATION);
        protectedFields.addAll(Columns.FIXED_BY_TEMPLATE);
        Map<String, String> preset = new LinkedHashMap<>(template.fields());
        preset.put("std_change_producer_version", template.name());
        return create(request, "standard", preset, protectedFields);
    }

    private Answer create(
            RecordedRequest request, String type, Map<String, String> preset, Set<String> protectedFields) {
        Map<String, String> body = Incoming.read(request);
        if (body == null) {
            return Refusals.notJson();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        request.query().forEach((name, value) -> {
            if (!name.startsWith("sysparm_")) {
                fields.put(name, value);
            }
        });
        fields.putAll(body);
        fields.keySet().removeIf(preset.containsKey("chg_model") ? "chg_model"::equals : name -> false);
        Optional<Answer> refusal = refusal(fields);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Set<String> ignored = new HashSet<>(protectedFields);
        ignored.addAll(behaviour.ignoredOnCreation);
        Incoming incoming = Incoming.sort(fields, changes.columns(), ignored, behaviour);
        SimulatedChange change = changes.prepare().set("type", type);
        Models.Model designated = models.active(behaviour.newer.designatedModels.getOrDefault(type, ""));
        if (designated != null) {
            preset(designated).forEach(change::set);
        }
        preset.forEach(change::set);
        incoming.accepted().forEach(change::set);
        String lockdown = behaviour.newer.lockdown;
        if (lockdown != null) {
            change.set("on_hold", "true").set("on_hold_reason", lockdown);
        }
        changes.insert(change);
        return writer.single(change, changes.columns(), incoming.ignored());
    }

    Answer update(RecordedRequest request, String sysId) {
        SimulatedChange change = reads.readable(sysId);
        if (change == null) {
            return Refusals.noRecord();
        }
        Map<String, String> fields = Incoming.read(request);
        if (fields == null) {
            return Refusals.notJson();
        }
        Optional<Answer> refusal = refusal(fields);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Incoming incoming = Incoming.sort(fields, changes.columns(), Set.of(), behaviour);
        synchronized (change) {
            return apply(change, incoming);
        }
    }

    private Answer apply(SimulatedChange change, Incoming incoming) {
        Map<String, String> accepted = new LinkedHashMap<>(incoming.accepted());
        String before = change.get("state");
        if (behaviour.silentState) {
            accepted.remove("state");
        }
        Map<String, String> wish = change.snapshot();
        wish.putAll(accepted);
        boolean moves = !wish.get("state").equals(before);
        Optional<String> objection =
                moves ? LifeCycle.objection(before, wish, behaviour.assignmentGroupNeeded) : holdObjection(wish);
        if (moves && objection.isEmpty() && tasksBlock(change, wish)) {
            objection = Optional.of("Close or cancel the open change tasks first");
        }
        if (objection.isPresent()) {
            return Refusals.abortedBy(objection.get(), behaviour.abortStatus);
        }
        accepted.forEach(change::set);
        if (moves) {
            if (SimulatedState.REVIEW.code().equals(change.get("state")) && behaviour.reviewTask) {
                tasks.add(change, "Post implementation review");
            }
            change.state()
                    .ifPresent(entered -> change.set(
                            "approval", LifeCycle.approval(change.get("type"), entered, change.get("approval"))));
        }
        return writer.single(change, changes.columns(), incoming.ignored());
    }

    private boolean tasksBlock(SimulatedChange change, Map<String, String> wish) {
        return SimulatedState.CLOSED.code().equals(wish.get("state")) && tasks.anyOpen(change);
    }

    private static Optional<String> holdObjection(Map<String, String> wish) {
        return "true".equals(wish.get("on_hold"))
                        && wish.getOrDefault("on_hold_reason", "").isBlank()
                ? Optional.of("On hold reason is mandatory")
                : Optional.empty();
    }

    private Optional<Answer> refusal(Map<String, String> fields) {
        if (!behaviour.writeRole) {
            return Optional.of(Refusals.noWriteRole());
        }
        Behaviour.BusinessRule rule = behaviour.businessRule;
        return rule != null && rule.stops().test(fields)
                ? Optional.of(Refusals.abortedBy(rule.name(), rule.status()))
                : Optional.empty();
    }
}
