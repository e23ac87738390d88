package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The pages of the documentation to which findings refer. */
@Restricted(NoExternalUse.class)
public enum GuidePage {
    CONNECTIONS("administrator-guide.md#connections"),
    ENVIRONMENTS("administrator-guide.md#environments"),
    APPROVAL_SETTINGS("administrator-guide.md#who-decides-who-approves"),
    SEPARATION_OF_DUTIES("administrator-guide.md#separation-of-duties"),
    MARKS("administrator-guide.md#change-control-of-jobs-and-folders"),
    MONITORING("administrator-guide.md#monitoring"),
    SWITCHED_OFF("administrator-guide.md#switching-enforcement-off"),
    PERMISSIONS("administrator-guide.md#who-may-do-what"),
    RESERVED_AGENTS("reserved-agents.md"),
    RIGHTS("servicenow-guide.md#rights");

    private static final String BASE = "https://github.com/jenkinsci/servicenow-gate-plugin/blob/main/docs/";

    private final String page;

    GuidePage(String page) {
        this.page = page;
    }

    @NonNull
    String address() {
        return BASE + page;
    }
}
