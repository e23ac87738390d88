package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Size and checksum of a file.
 *
 * @param sha256 in hexadecimal digits
 */
record Checksum(long size, @NonNull String sha256) {
    /**
     * Reads the whole file, and copies it.
     *
     * @throws InterruptedIOException if the thread was interrupted
     */
    @NonNull
    static Checksum copy(@NonNull InputStream file, @NonNull OutputStream copy) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException();
            }
            digest.update(buffer, 0, read);
            copy.write(buffer, 0, read);
            size += read;
        }
        return new Checksum(size, HexFormat.of().formatHex(digest.digest()));
    }

    @NonNull
    static Checksum of(@NonNull FoundFiles.Found file) throws IOException, InterruptedException {
        try (InputStream content = file.open()) {
            return copy(content, OutputStream.nullOutputStream());
        }
    }
}
