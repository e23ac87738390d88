package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;

/** Content of a file that may not be larger than a limit. */
final class BoundedContent extends FilterInputStream {
    private long left;

    BoundedContent(@NonNull InputStream content, long most) {
        super(content);
        this.left = most;
    }

    /** The file is larger than the limit. */
    static final class TooLargeException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(@NonNull byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        count(Math.max(0, read));
        return read;
    }

    private void count(int read) throws IOException {
        left -= read;
        if (left < 0) {
            throw new TooLargeException();
        }
    }
}
