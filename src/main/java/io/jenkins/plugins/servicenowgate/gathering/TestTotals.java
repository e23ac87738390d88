package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.tasks.test.AbstractTestResultAction;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;

/** The totals of the JUnit plugin; loaded only if that plugin is installed. */
final class TestTotals {
    private TestTotals() {}

    /** Null for a build without test results. */
    @CheckForNull
    static EvidencePart of(@NonNull Run<?, ?> run, @NonNull String title) {
        AbstractTestResultAction<?> results = run.getAction(AbstractTestResultAction.class);
        if (results == null) {
            return null;
        }
        int failed = results.getFailCount();
        int skipped = results.getSkipCount();
        int passed = results.getTotalCount() - failed - skipped;
        EvidencePart part = EvidencePart.of(
                        title,
                        passed + " passed, " + failed + " failed, " + skipped + " skipped in "
                                + run.getFullDisplayName())
                .value("known", true)
                .value("passed", passed)
                .value("failed", failed)
                .value("skipped", skipped);
        String page = results.getUrlName();
        String address = page == null ? null : EvidenceContext.address(run, page);
        return address == null ? part : part.line(address).value("link", address);
    }
}
