package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.StaplerRequest2;

/** The submitted form of the global configuration. */
final class GlobalForm {
    private final StaplerRequest2 request;
    private final JSONObject form;

    GlobalForm(@NonNull StaplerRequest2 request, @NonNull JSONObject form) {
        this.request = request;
        this.form = form;
    }

    /**
     * Applies all settings, or none.
     *
     * @throws IllegalArgumentException if a setting is invalid; the message says what to enter
     */
    void applyTo(@NonNull ServiceNowGateConfiguration configuration) {
        // Everything is validated first, so that a rejected form changes nothing.
        List<ServiceNowConnection> connections =
                request.bindJSONToList(ServiceNowConnection.class, form.opt("connections"));
        // bindJSONToList does not call the descriptor, which would validate the booleans.
        Environment.checkForms(form.opt("environments"));
        List<Environment> environments = request.bindJSONToList(Environment.class, form.opt("environments"));
        ServiceNowConnection.check(connections);
        Environment.check(environments);
        List<MappedUser> userMappings = request.bindJSONToList(MappedUser.class, form.opt("userMappings"));
        MappedUser.check(userMappings);
        String titlePrefix = form.optString("titlePrefix");
        ServiceNowGateConfiguration.checkPrefix(titlePrefix);
        int interval = form.optInt("pollIntervalSeconds", configuration.getPollIntervalSeconds());
        int shortest = form.optInt("shortestPollIntervalSeconds", configuration.getShortestPollIntervalSeconds());
        int longest = form.optInt("longestPollIntervalSeconds", configuration.getLongestPollIntervalSeconds());
        PollIntervals.DEFAULT.check(interval);
        PollIntervals.INITIAL.check(shortest);
        PollIntervals.MAX.check(longest);
        int retention = form.optInt("auditRetentionDays", configuration.getAuditRetentionDays());
        AuditRetention.check(retention);
        ReservedAgents reservedAgents = form.has("reservedAgents")
                ? request.bindJSON(ReservedAgents.class, form.getJSONObject("reservedAgents"))
                : configuration.getReservedAgents();
        boolean enabled = parseBoolean("enabled", configuration.isEnabled());
        boolean workNotes = parseBoolean("workNotesEnabled", configuration.isWorkNotesEnabled());
        boolean breakGlass = parseBoolean("breakGlass", configuration.isBreakGlass());

        configuration.setPollIntervalSeconds(interval);
        configuration.setShortestPollIntervalSeconds(shortest);
        configuration.setLongestPollIntervalSeconds(longest);
        configuration.setAuditRetentionDays(retention);
        configuration.setConnections(connections);
        configuration.setEnvironments(environments);
        configuration.setUserMappings(userMappings);
        configuration.setReservedAgents(reservedAgents);
        configuration.setTitlePrefix(titlePrefix);
        configuration.setEnabled(enabled);
        configuration.setWorkNotesEnabled(workNotes);
        configuration.setBreakGlass(breakGlass);
    }

    private boolean parseBoolean(String setting, boolean current) {
        return form.has(setting) ? StrictBoolean.parse(setting, form.get(setting)) : current;
    }
}
