/** What the plugin assumes of ServiceNow, checked against an instance: {@code bin/contract}. */
package io.jenkins.plugins.servicenowgate.contract;
