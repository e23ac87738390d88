package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Actionable;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.User;
import hudson.scm.ChangeLogSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.scm.RunWithSCM;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Who made the commits that a deployment brings into its environment, or takes back: the authors in the change logs of the
 * builds between the one that made the version that was released before and the one that made this version, and of the
 * builds of the job that deploys since its last release. Unlike the evidence, it answers only if it knows all of them, as
 * far as change logs tell: commits that a script fetches are in none.
 */
@Restricted(NoExternalUse.class)
public final class CommitAuthors {
    private static final Logger LOGGER = Logger.getLogger(CommitAuthors.class.getName());

    private CommitAuthors() {}

    /**
     * The ids of the authors as users of Jenkins.
     *
     * @param origin the build or item of the queue that deploys; null if that is gone
     * @return null if one of them is not known, or there are no commits
     */
    @CheckForNull
    public static Set<String> sinceLastRelease(
            @NonNull Job<?, ?> job,
            @CheckForNull Actionable origin,
            @NonNull String project,
            @NonNull String version,
            @NonNull String environment) {
        ReleaseHistory.Released own = ReleaseHistory.lastReleasedBy(job, project, environment, version);
        Set<String> authors = ofVersion(job, origin, own, project, version, environment);
        return authors != null && addOfDeployment(job, origin, own, authors) ? authors : null;
    }

    /**
     * Adds those of the commits to the job that deploys, which are no part of the version: what started the build may be one
     * of them, and earlier builds with others may have deployed nothing. An item of the queue has no change log yet.
     */
    private static boolean addOfDeployment(
            Job<?, ?> job,
            @CheckForNull Actionable origin,
            @CheckForNull ReleaseHistory.Released previous,
            Set<String> authors) {
        boolean hasScm = MakingBuild.hasScm(job);
        if (!(origin instanceof Run<?, ?> deploys)) {
            return !hasScm;
        }
        if (deploys instanceof RunWithSCM<?, ?> own && !addAuthors(own, authors)) {
            return false;
        }
        int released = previous == null ? 0 : previous.build();
        // A later build may have been released before: what its commits changed is taken back.
        Run<?, ?> newest = deploys.getNumber() < released ? previous.run() : deploys;
        int oldest = Math.min(deploys.getNumber(), released);
        return newest != null
                && (hasScm ? addBetween(newest, oldest, authors) : addOfOwnCheckouts(newest, oldest, authors));
    }

    /** Of a job without sources of its own: what its builds checked out nevertheless, as far as they are still there. */
    private static boolean addOfOwnCheckouts(Run<?, ?> newest, int oldest, Set<String> authors) {
        int loaded = 0;
        for (Run<?, ?> run = newest; run != null && run.getNumber() > oldest; run = run.getPreviousBuild()) {
            if (run instanceof RunWithSCM<?, ?> build && !addAuthors(build, authors)) {
                return false;
            }
            if (++loaded > CommitSource.MAX_BUILDS) {
                return false;
            }
        }
        return true;
    }

    /** Of the commits that the version brings; null if one of them is not known, or there are none. */
    @CheckForNull
    private static Set<String> ofVersion(
            Job<?, ?> job,
            @CheckForNull Actionable origin,
            @CheckForNull ReleaseHistory.Released own,
            String project,
            String version,
            String environment) {
        Run<?, ?> to = MakingBuild.of(job, origin, version);
        if (to == null) {
            return null;
        }
        ReleaseHistory.Released last = ReleaseHistory.lastReleased(job, project, environment, version);
        Set<String> authors = since(own, to);
        if (authors == null || last == null || last.equals(own)) {
            return authors;
        }
        // What another job released, or what is under way, may only add authors.
        Set<String> others = since(last, to);
        if (others == null) {
            return null;
        }
        authors.addAll(others);
        return authors;
    }

    /** Of the commits between two versions; null if one of them is not known, or there are none. */
    @CheckForNull
    private static Set<String> since(@CheckForNull ReleaseHistory.Released previous, Run<?, ?> to) {
        if (previous == null) {
            // The first release brings all commits.
            return between(to, 0);
        }
        Run<?, ?> deployed = previous.run();
        Run<?, ?> from = deployed == null ? null : MakingBuild.of(deployed.getParent(), deployed, previous.version());
        if (from == null || !from.getParent().equals(to.getParent())) {
            return null;
        }
        boolean older = to.getNumber() < from.getNumber();
        return between(older ? from : to, Math.min(from.getNumber(), to.getNumber()));
    }

    /** Of the builds after number {@code oldest} up to {@code newest}, whose change logs must all be there. */
    @CheckForNull
    private static Set<String> between(Run<?, ?> newest, int oldest) {
        Set<String> authors = new LinkedHashSet<>();
        return addBetween(newest, oldest, authors) && !authors.isEmpty() ? authors : null;
    }

    private static boolean addBetween(Run<?, ?> newest, int oldest, Set<String> authors) {
        int next = newest.getNumber();
        for (Run<?, ?> run = newest; next > oldest; run = run.getPreviousBuild()) {
            if (run == null
                    || run.getNumber() != next
                    || newest.getNumber() - next >= CommitSource.MAX_BUILDS
                    || !(run instanceof RunWithSCM<?, ?> build)
                    || next == 1 && build.getChangeSets().isEmpty() // All commits are new to the first build.
                    || !addAuthors(build, authors)) {
                return false;
            }
            next--;
        }
        return true;
    }

    private static boolean addAuthors(RunWithSCM<?, ?> build, Set<String> authors) {
        for (ChangeLogSet<? extends ChangeLogSet.Entry> set : build.getChangeSets()) {
            for (ChangeLogSet.Entry entry : set) {
                String author = author(entry);
                if (author == null) {
                    return false;
                }
                authors.add(author);
            }
        }
        return true;
    }

    /** The change log of any SCM plugin: one that can't say who made a commit leaves the author unknown. */
    @CheckForNull
    private static String author(ChangeLogSet.Entry entry) {
        try {
            User author = entry.getAuthor();
            return author == null || author.equals(User.getUnknown()) ? null : author.getId();
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "A commit without an author");
            return null;
        }
    }
}
