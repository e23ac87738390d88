package io.jenkins.plugins.servicenowgate.servicenow;

import java.time.Instant;

/**
 * A change as a test reads it: Normal, approved, in Implement, without a planned window, not assessed, and created by
 * somebody else, unless a test says otherwise.
 */
public final class ChangeFixture {
    private SysId sysId = new SysId("a".repeat(32));
    private String number = "CHG1";
    private String title = "t";
    private int state = ChangeState.IMPLEMENT.value();
    private String approval = "approved";
    private boolean onHold;
    private String onHoldReason = "";
    private boolean active = true;
    private Instant plannedStart;
    private Instant plannedEnd;
    private String type = "normal";
    private String template = "";
    private CreationOrigin origin;
    private ChangeModel model;
    private boolean modelHidden;
    private ChangeAssessment assessment = new ChangeAssessment("", null, null, "", null, false);

    private ChangeFixture() {}

    public static ChangeFixture change() {
        return new ChangeFixture();
    }

    /** A copy of a change, in which single values can be set. */
    public static ChangeFixture of(ChangeRequest change) {
        return change().sysId(change.sysId())
                .number(change.number())
                .title(change.shortDescription())
                .state(change.stateValue())
                .approval(change.approval())
                .onHold(change.onHold())
                .onHoldReason(change.onHoldReason())
                .active(change.active())
                .plannedStart(change.plannedStart())
                .plannedEnd(change.plannedEnd())
                .type(change.type())
                .template(change.template())
                .origin(change.origin())
                .model(change.model())
                .modelHidden(change.isModelHidden())
                .assessment(change.assessment());
    }

    public ChangeRequest get() {
        return new ChangeRequest(
                sysId,
                number,
                title,
                state,
                approval,
                onHold,
                onHoldReason,
                active,
                plannedStart,
                plannedEnd,
                type,
                "",
                template,
                origin,
                model,
                modelHidden,
                assessment);
    }

    public ChangeFixture sysId(SysId value) {
        sysId = value;
        return this;
    }

    public ChangeFixture number(String value) {
        number = value;
        return this;
    }

    public ChangeFixture title(String value) {
        title = value;
        return this;
    }

    public ChangeFixture state(int value) {
        state = value;
        return this;
    }

    public ChangeFixture approval(String value) {
        approval = value;
        return this;
    }

    public ChangeFixture onHold(boolean value) {
        onHold = value;
        return this;
    }

    public ChangeFixture onHoldReason(String value) {
        onHoldReason = value;
        return this;
    }

    public ChangeFixture active(boolean value) {
        active = value;
        return this;
    }

    public ChangeFixture plannedStart(Instant value) {
        plannedStart = value;
        return this;
    }

    public ChangeFixture plannedEnd(Instant value) {
        plannedEnd = value;
        return this;
    }

    public ChangeFixture type(String value) {
        type = value;
        return this;
    }

    public ChangeFixture template(String value) {
        template = value;
        return this;
    }

    public ChangeFixture origin(CreationOrigin value) {
        origin = value;
        return this;
    }

    public ChangeFixture model(ChangeModel value) {
        model = value;
        return this;
    }

    public ChangeFixture modelHidden(boolean value) {
        modelHidden = value;
        return this;
    }

    public ChangeFixture assessment(ChangeAssessment value) {
        assessment = value;
        return this;
    }
}
