package io.jenkins.plugins.servicenowgate.deployment;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.servicenowgate.config.StoredList;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What approvers are told, as it is stored with the deployment; the paths of files are relative. */
final class StoredEvidence implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String description;
    private final String testPlan;
    private final String backoutPlan;
    private final String justification;

    /** Null where it is the same as the description. */
    private final String workNote;

    private final String json;
    private final List<StoredFile> files = new ArrayList<>();

    /** A copied file. */
    private static final class StoredFile implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String name;
        private final String contentType;
        private final long size;
        private final String sha256;
        private final String path;

        private StoredFile(EvidenceFile file) {
            this.name = file.name();
            this.contentType = file.contentType();
            this.size = file.size();
            this.sha256 = file.sha256();
            this.path = file.path();
        }

        private boolean isComplete() {
            return Stream.of(name, contentType, sha256, path).allMatch(Objects::nonNull);
        }

        private EvidenceFile file() {
            return new EvidenceFile(name, contentType, size, sha256, path);
        }
    }

    StoredEvidence(@NonNull ChangeEvidence evidence) {
        this.description = evidence.description();
        this.testPlan = evidence.testPlan();
        this.backoutPlan = evidence.backoutPlan();
        this.justification = evidence.justification();
        this.workNote = evidence.workNote().equals(evidence.description()) ? null : evidence.workNote();
        this.json = evidence.json();
        evidence.files().forEach(file -> files.add(new StoredFile(file)));
    }

    /** What could not be read from the file is empty. */
    @NonNull
    ChangeEvidence evidence() {
        return new ChangeEvidence(
                Util.fixNull(description),
                Util.fixNull(testPlan),
                Util.fixNull(backoutPlan),
                Util.fixNull(justification),
                Util.fixNull(workNote == null ? description : workNote),
                Util.fixNull(json),
                StoredList.readable(files, StoredFile.class, StoredFile::isComplete)
                        .map(StoredFile::file)
                        .toList());
    }
}
