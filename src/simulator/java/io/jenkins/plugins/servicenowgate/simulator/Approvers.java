package io.jenkins.plugins.servicenowgate.simulator;

import java.time.Instant;

/** What people do with a change in ServiceNow itself; the rules for clients do not bind them. */
public final class Approvers {
    private final ChangeTable changes;
    private final ApprovalTable approvals;
    private final Conflicts conflicts;

    Approvers(ChangeTable changes, ApprovalTable approvals, Conflicts conflicts) {
        this.conflicts = conflicts;
        this.changes = changes;
        this.approvals = approvals;
    }

    /**
     * Requests the approval of people, from now on instead of that of the one approver whom the instance asks by itself.
     *
     * @param group for which they are asked; empty for people who are asked alone
     * @param users their user names; none for a change that nobody is asked to approve
     */
    public Approvers requestApproval(String number, String group, String... users) {
        SimulatedChange change = find(number);
        synchronized (change) {
            approvals.request(change, group, users);
            if (users.length > 0) {
                change.set("approval", "requested");
                if (current(change) == SimulatedState.NEW) {
                    step(change);
                }
            }
        }
        return this;
    }

    /** One person approves; what becomes of the change is another matter. */
    public Approvers approveAs(String number, String user) {
        return answer(number, user, "approved", "", user);
    }

    /** Somebody approves in the name of another, as a delegate or an administrator can. */
    public Approvers approveInTheNameOf(String number, String user, String by) {
        return answer(number, user, "approved", "", by);
    }

    /** One person rejects, but the change goes on, as where the majority decides. */
    public Approvers voteAgainst(String number, String user) {
        return answer(number, user, "rejected", "", user);
    }

    private Approvers answer(String number, String user, String state, String comment, String by) {
        SimulatedChange change = find(number);
        if (approvals.answer(change, row -> row.user().equals(user) && row.isRequested(), state, comment, by) == 0) {
            throw new IllegalStateException(user + " is not asked to approve " + change);
        }
        return this;
    }

    /** One person rejects, and with that the change: back to New, and the other requests are withdrawn. */
    public Approvers rejectAs(String number, String user, String comment) {
        SimulatedChange change = find(number);
        synchronized (change) {
            answer(number, user, "rejected", comment, user);
            approvals.answer(change, SimulatedApproval::isRequested, "cancelled", "", "system");
            change.set("approval", "rejected").set("state", SimulatedState.NEW.code());
        }
        return this;
    }

    /** Approves it and moves it on, state by state, to Implement. */
    public Approvers approve(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            while (current(change) != SimulatedState.IMPLEMENT) {
                if (current(change).ordinal() > SimulatedState.IMPLEMENT.ordinal()) {
                    throw new IllegalStateException(change + " is past Implement");
                }
                step(change);
            }
            change.set("approval", "approved");
            approvals.answer(change, SimulatedApproval::isRequested, "not_required", "", "system");
        }
        return this;
    }

    /** Moves it to the next state of its life cycle; entering Scheduled means that it was approved. */
    public Approvers advance(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            step(change);
        }
        return this;
    }

    private void step(SimulatedChange change) {
        SimulatedState next = LifeCycle.next(change.get("type"), current(change))
                .orElseThrow(() -> new IllegalStateException(change + " has no next state"));
        enter(change, next);
    }

    private static SimulatedState current(SimulatedChange change) {
        return change.state()
                .orElseThrow(() -> new IllegalStateException(change + " is outside the default life cycle"));
    }

    private void enter(SimulatedChange change, SimulatedState state) {
        if (state == SimulatedState.CLOSED && change.get("close_code").isEmpty()) {
            change.set("close_code", "successful").set("close_notes", "Closed in the simulator");
        }
        change.set("state", state.code());
        change.set(
                "approval",
                state == SimulatedState.SCHEDULED
                        ? "approved"
                        : LifeCycle.approval(change.get("type"), state, change.get("approval")));
    }

    /** Puts it into any state, whatever the life cycle says; all else stays as it is. */
    public Approvers moveTo(String number, SimulatedState state) {
        find(number).set("state", state.code());
        return this;
    }

    /** Puts a change of a model with states of its own into one of them. */
    public Approvers moveTo(String number, String state, String approval) {
        SimulatedChange change = find(number);
        synchronized (change) {
            change.set("approval", approval).set("state", state);
        }
        return this;
    }

    /** ServiceNow sends a rejected change back to New. */
    public Approvers reject(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            change.set("approval", "rejected").set("state", SimulatedState.NEW.code());
        }
        return this;
    }

    public Approvers hold(String number, String reason) {
        SimulatedChange change = find(number);
        synchronized (change) {
            change.set("on_hold", "true").set("on_hold_reason", reason);
        }
        return this;
    }

    public Approvers resume(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            change.set("on_hold", "false").set("on_hold_reason", "");
        }
        return this;
    }

    /** A change lockdown puts a change on hold, in whatever state, and nobody has to approve it meanwhile. */
    public Approvers lockDown(String number, String reason) {
        SimulatedChange change = find(number);
        synchronized (change) {
            hold(number, reason);
            approvals.answer(change, SimulatedApproval::isRequested, "not_required", "", "system");
        }
        return this;
    }

    /** The end of a lockdown: those who had been asked are asked again, with rows of their own. */
    public Approvers endLockdown(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            resume(number);
            approvals.requestAgain(change);
        }
        return this;
    }

    public Approvers review(String number) {
        return moveTo(number, SimulatedState.REVIEW);
    }

    public Approvers close(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            enter(change, SimulatedState.CLOSED);
        }
        return this;
    }

    public Approvers cancel(String number) {
        SimulatedChange change = find(number);
        synchronized (change) {
            change.set("reason", "Canceled in the simulator").set("state", SimulatedState.CANCELED.code());
        }
        return this;
    }

    /** Plans it; null leaves an end open. */
    public Approvers window(String number, Instant start, Instant end) {
        SimulatedChange change = find(number);
        synchronized (change) {
            change.set("start_date", start == null ? "" : Texts.date(start));
            change.set("end_date", end == null ? "" : Texts.date(end));
        }
        return this;
    }

    /** Something that the next check of the change for conflicts finds. */
    public Approvers addConflict(String number, String type, String with) {
        conflicts.add(find(number), type, with);
        return this;
    }

    /** The next check of the change for conflicts finds nothing. */
    public Approvers clearConflicts(String number) {
        conflicts.clear(find(number));
        return this;
    }

    /** Checks the change for conflicts by hand. */
    public Approvers checkConflicts(String number) {
        conflicts.start(find(number));
        return this;
    }

    /** Takes the change out of sight of the integration user. */
    public Approvers hide(String number) {
        find(number).hidden(true);
        return this;
    }

    public Approvers show(String number) {
        find(number).hidden(false);
        return this;
    }

    private SimulatedChange find(String number) {
        SimulatedChange change = changes.byNumber(number);
        if (change == null) {
            throw new IllegalArgumentException("No change " + number);
        }
        return change;
    }
}
