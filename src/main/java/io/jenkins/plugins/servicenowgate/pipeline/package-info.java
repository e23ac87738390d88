/**
 * The Pipeline steps: two faces of one execution, which waits at a gate without holding anything. {@code freestyle} and
 * {@code pages} may not be imported.
 */
package io.jenkins.plugins.servicenowgate.pipeline;
