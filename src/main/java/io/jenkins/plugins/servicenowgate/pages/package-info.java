/** What people see beside builds and forms: who waits, how the connections are doing, what is wrong. Reads, never acts. */
package io.jenkins.plugins.servicenowgate.pages;
