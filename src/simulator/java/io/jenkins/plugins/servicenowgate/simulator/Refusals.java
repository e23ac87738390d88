package io.jenkins.plugins.servicenowgate.simulator;

/** ServiceNow's standard refusals, each with the one body that it has. */
final class Refusals {
    private Refusals() {}

    /** The same for every cause: wrong client, wrong user, locked user, grant switched off. */
    static Answer token() {
        return Answer.json(
                401, Json.object().put("error_description", "access_denied").put("error", "server_error"));
    }

    static Answer notAuthenticated() {
        return Answer.error(401, "User Not Authenticated", "Required to provide Auth information")
                .with("WWW-Authenticate", "BASIC realm=\"Service-now\"");
    }

    static Answer outOfScope() {
        return Answer.error(403, "User Not Authorized", "Failed API level ACL Validation");
    }

    static Answer noWriteRole() {
        return Answer.error(403, "Operation Failed", "ACL Exception Update Failed due to security constraints");
    }

    static Answer noRecord() {
        return Answer.error(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
    }

    static Answer noResource() {
        return Answer.error(400, "Requested URI does not represent any resource", null);
    }

    static Answer notJson() {
        return Answer.error(400, "Exception while reading request", "The payload is not valid JSON.");
    }

    static Answer abortedBy(String businessRule, int status) {
        return Answer.error(
                status,
                "Operation Failed",
                "Operation against file 'change_request' was aborted by Business Rule '" + businessRule
                        + "'. Business Rule Stack:" + businessRule);
    }
}
