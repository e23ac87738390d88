/** What can be told of the repository from its files alone: texts, languages, links. Knows nothing of Jenkins. */
package io.jenkins.plugins.servicenowgate.sources;
