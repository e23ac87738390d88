package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeApproval;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowUser;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jvnet.localizer.Localizable;

/**
 * Decides whether an approved change was approved by somebody else than whoever started its deployment. Only what is
 * proven counts: an approval of the current round, of another person, that was not entered by a starter or by the
 * integration user in the name of that person. ServiceNow names only who changed an approval last.
 */
public final class SeparationRule {
    private SeparationRule() {}

    /**
     * @param starters the people who started the deployment, all of them
     * @param integrationUser the user as whom the plugin signs in
     * @return why the deployment is refused; null if it may be released
     */
    @CheckForNull
    public static Localizable refusal(
            @NonNull String number,
            @NonNull ApprovalRound approvals,
            @NonNull Collection<ServiceNowUser> starters,
            @NonNull ServiceNowUser integrationUser) {
        List<ServiceNowUser> excluded = new ArrayList<>(starters);
        excluded.add(integrationUser);
        List<ChangeApproval> approved = approvals.approved();
        if (starters.isEmpty() || approved.isEmpty()) {
            return Messages._SeparationRule_NotApproved(number);
        }
        return approved.stream().anyMatch(approval -> isByAnother(approval, excluded))
                ? null
                : Messages._SeparationRule_NobodyElse(number, approvals.approvedBy(), names(starters));
    }

    private static boolean isByAnother(ChangeApproval approval, List<ServiceNowUser> excluded) {
        String enteredBy = approval.updatedBy().strip();
        return !enteredBy.isEmpty()
                && excluded.stream()
                        .noneMatch(user -> user.sysId().equals(approval.approver())
                                || isSame(user.email(), approval.email())
                                || isSame(user.userName(), enteredBy));
    }

    private static boolean isSame(String one, String other) {
        return !one.isBlank() && one.strip().equalsIgnoreCase(other.strip());
    }

    private static String names(Collection<ServiceNowUser> users) {
        return users.stream()
                .map(user -> TextSanitizer.clean(user.userName(), 60))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
