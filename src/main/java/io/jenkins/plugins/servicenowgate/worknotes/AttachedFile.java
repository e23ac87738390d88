package io.jenkins.plugins.servicenowgate.worknotes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.evidence.EvidenceFile;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jvnet.localizer.Localizable;

/** A file of the evidence as it is sent: what is hashed is what is sent. */
final class AttachedFile {
    /** What no name has that somebody may save under Windows, that is part of a path or of a query. */
    private static final Pattern UNUSABLE = Pattern.compile("[\\\\/:*?\"<>|^,]");

    /** The length of the column {@code file_name}. */
    private static final int MAX_NAME = 100;

    private static final int MAX_INPUT = 4096;
    private static final int MAX_EXTENSION = 12;
    private static final int ID = 8;
    private static final int MAX_MEBIBYTES = 32;

    private final String name;
    private final String contentType;
    private final byte[] content;
    private final String sha256;

    private AttachedFile(String name, String contentType, byte[] content) {
        this.name = name;
        this.contentType = contentType;
        this.content = content;
        this.sha256 = sha256(content);
    }

    /** A file that can't be sent, now or later. */
    static final class UnusableFileException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableFileException(Localizable why) {
            super(why.toString());
        }
    }

    /**
     * @param file index in the files of the evidence, or {@link PendingUpdate#JSON}
     * @throws UnusableFileException if the file is gone, or is not the one of the evidence
     */
    @NonNull
    static AttachedFile read(@CheckForNull ChangeEvidence evidence, int file) throws UnusableFileException {
        if (evidence == null || file >= evidence.files().size()) {
            throw new UnusableFileException(Messages._AttachedFile_Gone());
        }
        if (file == PendingUpdate.JSON) {
            return new AttachedFile(
                    name(evidence, file), "application/json", evidence.json().getBytes(StandardCharsets.UTF_8));
        }
        EvidenceFile described = evidence.files().get(file);
        AttachedFile read = new AttachedFile(name(evidence, file), described.contentType(), bytes(described));
        if (!read.sha256.equals(described.sha256().toLowerCase(Locale.ROOT))) {
            throw new UnusableFileException(Messages._AttachedFile_Changed());
        }
        return read;
    }

    private static byte[] bytes(EvidenceFile file) throws UnusableFileException {
        if (file.size() < 0 || file.size() > MAX_MEBIBYTES << 20) {
            throw new UnusableFileException(Messages._AttachedFile_Changed());
        }
        try (InputStream stream = Files.newInputStream(Path.of(file.path()))) {
            // One byte more shows that the file has grown.
            return stream.readNBytes((int) file.size() + 1);
        } catch (IOException | InvalidPathException e) {
            throw new UnusableFileException(Messages._AttachedFile_Gone());
        }
    }

    /** The name as it is sent: without a path, and of the length that an attachment can have. */
    @NonNull
    static String name(@CheckForNull ChangeEvidence evidence, int file) {
        if (evidence == null || file >= evidence.files().size()) {
            return "?";
        }
        return file == PendingUpdate.JSON
                ? "jenkins-evidence.json"
                : clean(evidence.files().get(file).name());
    }

    private static String clean(String name) {
        String clean = UNUSABLE.matcher(TextSanitizer.clean(name, MAX_INPUT)).replaceAll("_");
        return clean.isEmpty() ? "file" : cut(clean);
    }

    /** The name, cut before its extension so that a mark still fits into the column. */
    private static String cut(String name) {
        int stem = stem(name);
        String extension = name.substring(stem);
        int end = Math.min(stem, MAX_NAME - ID - 1 - extension.length());
        // Both halves of a character, or none.
        end = Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end;
        return name.substring(0, end) + extension;
    }

    /** The length of the name without its extension. */
    private static int stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 && name.length() - dot <= MAX_EXTENSION ? dot : name.length();
    }

    @NonNull
    String name() {
        return name;
    }

    /**
     * A name that no other deployment uses.
     *
     * @param mark begins with the id of the deployment
     */
    @NonNull
    String nameFor(@NonNull String mark) {
        int stem = stem(name);
        return name.substring(0, stem) + "-" + mark.substring(0, Math.min(ID, mark.length())) + name.substring(stem);
    }

    @NonNull
    String contentType() {
        return contentType;
    }

    @NonNull
    byte[] content() {
        return content.clone();
    }

    /** Whether an attachment is proven to be this file. */
    boolean is(@NonNull ServiceNowClient.Attachment attachment) {
        return attachment.sha256().equals(sha256);
    }

    /** Whether an attachment is this file as far as the instance tells. */
    boolean mayBe(@NonNull ServiceNowClient.Attachment attachment) {
        return attachment.sha256().isEmpty()
                ? attachment.size() < 0 || attachment.size() == content.length
                : is(attachment);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
