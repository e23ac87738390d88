package io.jenkins.plugins.servicenowgate.gathering;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Git repository on the disk, with its work tree. */
public final class GitRepository {
    private final Path directory;

    private GitRepository(Path directory) {
        this.directory = directory;
    }

    public static GitRepository create(Path directory) throws IOException, InterruptedException {
        GitRepository repository = new GitRepository(Files.createDirectories(directory));
        repository.git("init", "--quiet", "--initial-branch=main");
        return repository;
    }

    /** The address for a checkout. */
    public String url() {
        return directory.toUri().toString();
    }

    /** Writes a file and commits it; returns the id of the commit. */
    public String commit(String author, String message, String file, String content)
            throws IOException, InterruptedException {
        Path target = directory.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
        git("add", "--all");
        git(
                "-c",
                "user.name=" + author,
                "-c",
                "user.email=" + author.toLowerCase(java.util.Locale.ROOT) + "@example.com",
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                message);
        return git("rev-parse", "HEAD").strip();
    }

    public String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
