/** The Pipeline steps: two faces of one execution, which waits at a gate without holding anything. */
package io.jenkins.plugins.servicenowgate.pipeline;
