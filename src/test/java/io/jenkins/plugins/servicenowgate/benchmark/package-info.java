/** Measures what waiting costs: {@code bin/benchmark}. No part of the tests. */
package io.jenkins.plugins.servicenowgate.benchmark;
