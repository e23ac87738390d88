package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.scm.ChangeLogSet;
import hudson.scm.RepositoryBrowser;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.scm.RunWithSCM;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The commits since the version that was last released to the environment, from the change logs of the builds. */
@Extension(ordinal = 400)
@Restricted(NoExternalUse.class)
public final class CommitSource implements EvidenceSource {
    private static final Logger LOGGER = Logger.getLogger(CommitSource.class.getName());
    private static final String TITLE = "Commits";
    private static final String KIND = "repository";

    /** How many builds are loaded at most. */
    static final int MAX_BUILDS = 100;

    /** How much of a message is shown. */
    private static final int MAX_MESSAGE = 120;

    /** One commit; what of it is not known is empty. */
    private record Commit(String repository, String id, String author, String message, String link) {
        /** The same commit of a repository that its link does not name. */
        Commit in(String place) {
            return repository.isEmpty() ? new Commit(place, id, author, message, link) : this;
        }

        String line(boolean named) {
            // A long message must not cost the author and the link.
            String text = (named ? "[" + repository + "] " : "")
                    + (id.length() > 10 ? id.substring(0, 10) : id)
                    + ' '
                    + TextSanitizer.clean(message, MAX_MESSAGE)
                    + (author.isEmpty() ? "" : " (" + author + ")");
            return link.isEmpty() ? text : text + ' ' + link;
        }

        Map<String, Object> values() {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("repository", repository);
            values.put("id", id);
            values.put("author", author);
            values.put("message", message);
            values.put("link", link);
            return values;
        }
    }

    @NonNull
    @Override
    public String key() {
        return "changes";
    }

    @CheckForNull
    @Override
    public EvidencePart gather(@NonNull EvidenceContext context) {
        if (!context.settings().isChanges()) {
            return null;
        }
        Run<?, ?> to = context.getMadeBy();
        if (to == null) {
            return unknown("it is not known which build made version " + context.getVersion());
        }
        if (!(to instanceof RunWithSCM)) {
            return unknown(to.getFullDisplayName() + " has no change log");
        }
        ReleaseHistory.Released previous = context.previous();
        if (previous == null) {
            return first(context, to);
        }
        Run<?, ?> from = context.getPreviousMadeBy();
        if (from == null) {
            return unknown(
                    "it is not known which build made version " + previous.version() + ", which was released before");
        }
        if (!from.getParent().equals(to.getParent())) {
            return unknown("version " + previous.version() + ", which was released before, was made by "
                    + from.getFullDisplayName());
        }
        return between(previous, from, to);
    }

    private static EvidencePart unknown(String why) {
        return EvidencePart.of(TITLE, "unknown, because " + why).value("known", false);
    }

    private static EvidencePart first(EvidenceContext context, Run<?, ?> to) {
        Commits commits = new Commits();
        commits.addAll(to);
        return part(
                        "unknown, because no earlier release to " + context.getEnvironment()
                                + " is known. In the build " + to.getFullDisplayName() + " alone: " + count(commits),
                        commits)
                .value("known", false);
    }

    private static EvidencePart between(ReleaseHistory.Released previous, Run<?, ?> from, Run<?, ?> to) {
        boolean older = to.getNumber() < from.getNumber();
        Run<?, ?> newest = older ? from : to;
        int oldest = Math.min(from.getNumber(), to.getNumber());
        Commits commits = new Commits();
        int loaded = 0;
        Run<?, ?> run = newest;
        while (run != null && run.getNumber() > oldest && loaded < MAX_BUILDS) {
            commits.addAll(run);
            loaded++;
            run = run.getPreviousBuild();
        }
        int builds = newest.getNumber() - oldest;
        String since = previous.version() + (previous.change() == null ? "" : " (" + previous.change() + ")");
        String which = older ? "taken back: version " + since + " is newer" : "since version " + since;
        String summary = count(commits) + ' ' + which;
        if (loaded < builds) {
            String read = loaded == MAX_BUILDS
                    ? "In the newest " + loaded + " of " + builds + " builds: "
                    : "In " + loaded + " of " + builds + " builds (the others are deleted): ";
            summary = "not all known " + which + ". " + read + count(commits);
        }
        return part(summary, commits)
                .value("known", loaded == builds)
                .value("takenBack", older)
                .value("since", previous.version());
    }

    private static String count(Commits commits) {
        int number = commits.all.size();
        long authors = commits.all.stream().map(Commit::author).distinct().count();
        return number == 0 ? "none" : number + " by " + authors + (authors == 1 ? " author" : " authors");
    }

    private static EvidencePart part(String summary, Commits commits) {
        Set<String> repositories = new TreeSet<>();
        commits.all.forEach(commit -> repositories.add(commit.repository()));
        boolean several = repositories.size() > 1;
        EvidencePart part = EvidencePart.of(TITLE, several ? summary + ", in several repositories" : summary);
        commits.all.forEach(commit -> part.line(commit.line(several)));
        return part.value("count", commits.all.size())
                .value("repositories", new ArrayList<>(repositories))
                .value(
                        "commits",
                        commits.all.stream()
                                .limit(EvidencePart.MAX_LINES)
                                .map(Commit::values)
                                .toList());
    }

    /** The commits of some builds, those of the newest build first. */
    private static final class Commits {
        final List<Commit> all = new ArrayList<>();

        /** A build that checks out a repository twice, as for its Jenkinsfile, does not make two commits of one. */
        private final Set<List<String>> known = new HashSet<>();

        void addAll(Run<?, ?> run) {
            if (run instanceof RunWithSCM<?, ?> build) {
                List<List<Commit>> logs = build.getChangeSets().stream()
                        .map(this::added)
                        .filter(log -> !log.isEmpty())
                        .toList();
                for (int i = 0; i < logs.size(); i++) {
                    // A change log does not name its repository. In another build, the same place may be another one.
                    String place = KIND + (logs.size() == 1 ? "" : " " + (i + 1) + " of #" + run.getNumber());
                    logs.get(i).forEach(commit -> all.add(commit.in(place)));
                }
            }
        }

        private List<Commit> added(ChangeLogSet<? extends ChangeLogSet.Entry> set) {
            List<Commit> newestFirst = new ArrayList<>();
            for (ChangeLogSet.Entry entry : set) {
                Commit commit = commit(set, entry);
                if (commit.id().isEmpty() || known.add(List.of(commit.id(), commit.author(), commit.message()))) {
                    newestFirst.add(0, commit);
                }
            }
            return newestFirst;
        }
    }

    private static Commit commit(ChangeLogSet<?> set, ChangeLogSet.Entry entry) {
        String id = entry.getCommitId() == null ? "" : entry.getCommitId();
        String link = link(set.getBrowser(), entry);
        int at = id.isEmpty() ? -1 : link.indexOf(id);
        String repository = at < 0 ? "" : link.substring(0, at).replaceAll("[/?&=#]+$|/(?:-/)?commits?/$", "");
        String message =
                entry.getMsg() == null ? "" : entry.getMsg().lines().findFirst().orElse("");
        return new Commit(repository, id, author(entry), message, link);
    }

    /** The change log of any SCM plugin: one that can't say who made a commit does not cost the commit. */
    private static String author(ChangeLogSet.Entry entry) {
        try {
            return entry.getAuthor().getDisplayName();
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "A commit without an author");
            return "";
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // The browser is one for the entries of its own set.
    private static String link(@CheckForNull RepositoryBrowser browser, ChangeLogSet.Entry entry) {
        try {
            URL link = browser == null ? null : browser.getChangeSetLink(entry);
            return link == null ? "" : link.toExternalForm();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "A commit without a link");
            return "";
        }
    }
}
