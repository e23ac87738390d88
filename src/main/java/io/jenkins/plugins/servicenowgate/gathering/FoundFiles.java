package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Run;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jenkins.util.VirtualFile;

/**
 * The files that ant patterns match: among the archived artifacts of the build that made the version, else in the workspace
 * of the step.
 *
 * @param archived whether they are archived artifacts
 */
record FoundFiles(boolean archived, @NonNull List<Found> files) {
    /** One file. */
    interface Found {
        /** In the archive or the workspace. */
        @NonNull
        String path();

        @NonNull
        InputStream open() throws IOException, InterruptedException;
    }

    private record Archived(String path, VirtualFile root) implements Found {
        @NonNull
        @Override
        public InputStream open() throws IOException {
            return root.child(path).open();
        }
    }

    private record InWorkspace(String path, FilePath file) implements Found {
        @NonNull
        @Override
        public InputStream open() throws IOException, InterruptedException {
            return file.read();
        }
    }

    @NonNull
    static FoundFiles of(
            @CheckForNull Run<?, ?> madeBy, @CheckForNull FilePath workspace, @NonNull List<String> patterns)
            throws IOException, InterruptedException {
        List<Found> found = madeBy == null ? List.of() : archived(madeBy, patterns);
        return found.isEmpty() && workspace != null
                ? new FoundFiles(false, inWorkspace(workspace, patterns))
                : new FoundFiles(true, found);
    }

    private static List<Found> archived(Run<?, ?> run, List<String> patterns) throws IOException {
        VirtualFile root = run.getArtifactManager().root();
        Set<String> paths = new TreeSet<>();
        for (String pattern : patterns) {
            paths.addAll(root.list(pattern, null, true));
        }
        return paths.stream()
                .<Found>map(path -> new Archived(path.replace('\\', '/'), root))
                .toList();
    }

    private static List<Found> inWorkspace(FilePath workspace, List<String> patterns)
            throws IOException, InterruptedException {
        List<Found> found = new ArrayList<>();
        String base = workspace.getRemote();
        for (FilePath file : workspace.list(String.join(",", patterns))) {
            String path = file.getRemote();
            found.add(new InWorkspace(
                    path.startsWith(base)
                            ? path.substring(base.length()).replace('\\', '/').replaceFirst("^/+", "")
                            : file.getName(),
                    file));
        }
        found.sort(Comparator.comparing(Found::path));
        return found;
    }
}
