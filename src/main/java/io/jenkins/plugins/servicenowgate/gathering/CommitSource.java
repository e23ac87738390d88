package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.scm.ChangeLogSet;
import hudson.scm.RepositoryBrowser;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

    /** How many builds are loaded at most. */
    static final int MAX_BUILDS = 100;

    /** One commit; what of it is not known is empty. */
    private record Commit(String repository, String id, String author, String message, String link) {
        String line(boolean named) {
            String text = (named ? "[" + repository + "] " : "")
                    + (id.length() > 10 ? id.substring(0, 10) : id)
                    + ' '
                    + message
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
        Set<Commit> commits = new LinkedHashSet<>();
        addCommits(to, commits);
        return part(
                        "unknown since when, because no earlier release to " + context.getEnvironment() + " is known; "
                                + count(commits) + " in " + to.getFullDisplayName(),
                        commits)
                .value("known", false);
    }

    private static EvidencePart between(ReleaseHistory.Released previous, Run<?, ?> from, Run<?, ?> to) {
        boolean older = to.getNumber() < from.getNumber();
        Run<?, ?> newest = older ? from : to;
        int oldest = Math.min(from.getNumber(), to.getNumber());
        Set<Commit> commits = new LinkedHashSet<>();
        int loaded = 0;
        Run<?, ?> run = newest;
        while (run != null && run.getNumber() > oldest && loaded < MAX_BUILDS) {
            addCommits(run, commits);
            loaded++;
            run = run.getPreviousBuild();
        }
        int missing = newest.getNumber() - oldest - loaded;
        String since = previous.version() + (previous.change() == null ? "" : " (" + previous.change() + ")");
        String summary = older
                ? count(commits) + " taken back: version " + since + " is newer"
                : count(commits) + " since version " + since;
        if (missing > 0) {
            summary += "; those of " + missing + (missing == 1 ? " build" : " builds")
                    + " between are not known, because there are more than " + MAX_BUILDS + " or they were deleted";
        }
        return part(summary, commits)
                .value("known", missing == 0)
                .value("takenBack", older)
                .value("since", previous.version());
    }

    private static String count(Set<Commit> commits) {
        long authors = commits.stream().map(Commit::author).distinct().count();
        return commits.isEmpty() ? "none" : commits.size() + " by " + authors + (authors == 1 ? " author" : " authors");
    }

    private static EvidencePart part(String summary, Set<Commit> commits) {
        Set<String> repositories = new TreeSet<>();
        commits.forEach(commit -> repositories.add(commit.repository()));
        boolean named = repositories.size() > 1;
        EvidencePart part =
                EvidencePart.of(TITLE, named ? summary + ", in " + repositories.size() + " repositories" : summary);
        commits.forEach(commit -> part.line(commit.line(named)));
        return part.value("count", commits.size())
                .value("repositories", new ArrayList<>(repositories))
                .value(
                        "commits",
                        commits.stream()
                                .limit(EvidencePart.MAX_LINES)
                                .map(Commit::values)
                                .toList());
    }

    private static void addCommits(Run<?, ?> run, Set<Commit> commits) {
        if (run instanceof RunWithSCM<?, ?> build) {
            int number = 0;
            for (ChangeLogSet<? extends ChangeLogSet.Entry> set : build.getChangeSets()) {
                number++;
                List<Commit> newestFirst = new ArrayList<>();
                for (ChangeLogSet.Entry entry : set) {
                    newestFirst.add(0, commit(set, entry, number));
                }
                commits.addAll(newestFirst);
            }
        }
    }

    private static Commit commit(ChangeLogSet<?> set, ChangeLogSet.Entry entry, int number) {
        String id = entry.getCommitId() == null ? "" : entry.getCommitId();
        String link = link(set.getBrowser(), entry);
        int at = id.isEmpty() ? -1 : link.indexOf(id);
        String repository = at < 0
                ? (set.getKind() == null ? "repository" : set.getKind()) + ' ' + number
                : link.substring(0, at).replaceAll("[/?&=#]+$|/(?:-/)?commits?/$", "");
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
