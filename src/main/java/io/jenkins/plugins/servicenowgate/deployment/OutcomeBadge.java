package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.worknotes.PendingUpdate.CloseCode;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * How pages show what became of a deployment.
 *
 * @param closeCode how it ended; null while it has not, or where it never began
 */
@Restricted(NoExternalUse.class)
public record OutcomeBadge(
        @NonNull GateOutcome outcome, @CheckForNull CloseCode closeCode) {
    /** In a word or two. */
    @NonNull
    public String getText() {
        return switch (outcome) {
            case WAIT -> Messages.Card_Waits();
            case PROCEED -> released();
            case REFUSE -> Messages.Card_Refused();
            case ABORTED -> Messages.Card_Aborted();
            case NOT_REQUIRED -> Messages.Card_NotRequired();
            case SWITCHED_OFF -> Messages.Card_NotEnforced();
            case BYPASSED -> Messages.Card_Bypassed();
            case SKIPPED -> Messages.Card_Skipped();
        };
    }

    private String released() {
        if (closeCode == null) {
            return Messages.Card_Released();
        }
        return switch (closeCode) {
            case SUCCESSFUL -> Messages.Card_Successful();
            case SUCCESSFUL_ISSUES -> Messages.Card_WithIssues();
            case UNSUCCESSFUL -> Messages.Card_Unsuccessful();
        };
    }

    @NonNull
    public String getSymbol() {
        return switch (outcome) {
            case WAIT -> "symbol-hourglass";
            case PROCEED -> "symbol-status-blue";
            case NOT_REQUIRED -> "symbol-status-disabled";
            case REFUSE, ABORTED -> "symbol-status-red";
            case SWITCHED_OFF, BYPASSED, SKIPPED -> "symbol-warning";
        };
    }

    /** A class of the Design Library that colours what the words say already. */
    @NonNull
    public String getColor() {
        return switch (outcome) {
            case WAIT -> "jenkins-!-text-color";
            case PROCEED -> "jenkins-!-success-color";
            case NOT_REQUIRED -> "jenkins-!-text-color-secondary";
            case REFUSE, ABORTED -> "jenkins-!-error-color";
            case SWITCHED_OFF, BYPASSED, SKIPPED -> "jenkins-!-warning-color";
        };
    }
}
