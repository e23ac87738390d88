package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.List;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.StaplerRequest2;

/** The settings of the whole controller as somebody sent them with a form. */
final class GlobalForm {
    private final StaplerRequest2 request;
    private final JSONObject form;

    GlobalForm(@NonNull StaplerRequest2 request, @NonNull JSONObject form) {
        this.request = request;
        this.form = form;
    }

    /**
     * Sets all of it, or nothing.
     *
     * @throws IllegalArgumentException for what can't be set; the message says what to do
     */
    void applyTo(@NonNull ServiceNowGateConfiguration configuration) {
        // The checks that can fail come first, so that a refused form changes nothing.
        List<ServiceNowConnection> connections =
                request.bindJSONToList(ServiceNowConnection.class, form.opt("connections"));
        // Bound without their descriptor, which would check them.
        Environment.checkForms(form.opt("environments"));
        List<Environment> environments = request.bindJSONToList(Environment.class, form.opt("environments"));
        ServiceNowConnection.check(connections);
        Environment.check(environments);
        String titlePrefix = form.optString("titlePrefix");
        ServiceNowGateConfiguration.checkPrefix(titlePrefix);
        int interval = form.optInt("pollIntervalSeconds", configuration.getPollIntervalSeconds());
        int shortest = form.optInt("shortestPollIntervalSeconds", configuration.getShortestPollIntervalSeconds());
        int longest = form.optInt("longestPollIntervalSeconds", configuration.getLongestPollIntervalSeconds());
        PollIntervals.USUAL.check(interval);
        PollIntervals.NEW.check(shortest);
        PollIntervals.OLD.check(longest);
        ReservedAgents reservedAgents = form.has("reservedAgents")
                ? request.bindJSON(ReservedAgents.class, form.getJSONObject("reservedAgents"))
                : configuration.getReservedAgents();
        boolean enabled = flag("enabled", configuration.isEnabled());
        boolean workNotes = flag("workNotesEnabled", configuration.isWorkNotesEnabled());
        boolean breakGlass = flag("breakGlass", configuration.isBreakGlass());

        configuration.setPollIntervalSeconds(interval);
        configuration.setShortestPollIntervalSeconds(shortest);
        configuration.setLongestPollIntervalSeconds(longest);
        configuration.setConnections(connections);
        configuration.setEnvironments(environments);
        configuration.setReservedAgents(reservedAgents);
        configuration.setTitlePrefix(titlePrefix);
        configuration.setEnabled(enabled);
        configuration.setWorkNotesEnabled(workNotes);
        configuration.setBreakGlass(breakGlass);
    }

    private boolean flag(String setting, boolean otherwise) {
        return form.has(setting) ? StrictBoolean.parse(setting, form.get(setting)) : otherwise;
    }
}
