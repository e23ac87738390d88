/** ServiceNow Gate: no change-controlled deployment without an approved change. The rooms below say what each is for. */
package io.jenkins.plugins.servicenowgate;
