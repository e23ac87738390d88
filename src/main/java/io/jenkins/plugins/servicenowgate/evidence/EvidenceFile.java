package io.jenkins.plugins.servicenowgate.evidence;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.nio.file.Path;

/**
 * A file that becomes an attachment of the change: a copy that was made when the evidence was gathered.
 *
 * @param name as approvers see it, without a directory
 * @param contentType of the file
 * @param size in bytes
 * @param sha256 of its content, in hexadecimal digits
 * @param path of the copy: relative in a stored record, absolute in the evidence of a {@code ChangeSpec}. The copy may be
 *     gone by the time it is read
 */
public record EvidenceFile(
        @NonNull String name,
        @NonNull String contentType,
        long size,
        @NonNull String sha256,
        @NonNull String path) {
    /** The same file, its relative path taken from this directory. */
    @NonNull
    public EvidenceFile in(@NonNull Path directory) {
        return new EvidenceFile(
                name, contentType, size, sha256, directory.resolve(path).toString());
    }
}
