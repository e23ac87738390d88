package io.jenkins.plugins.servicenowgate.gathering;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.servicenowgate.evidence.EvidencePart;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The totals of the tests of the build that made the version. */
@Extension(ordinal = 300)
@Restricted(NoExternalUse.class)
public final class TestSource implements EvidenceSource {
    private static final String TITLE = "Tests";

    @NonNull
    @Override
    public String key() {
        return "tests";
    }

    @CheckForNull
    @Override
    public EvidencePart gather(@NonNull EvidenceContext context) {
        if (!context.settings().isTests()) {
            return null;
        }
        Run<?, ?> run = context.getMadeBy();
        if (run == null) {
            return unknown("it is not known which build made version " + context.getVersion());
        }
        try {
            EvidencePart totals = TestTotals.of(run, TITLE);
            return totals == null ? unknown(run.getFullDisplayName() + " has no test results") : totals.inTestPlan();
        } catch (LinkageError e) {
            return unknown("the JUnit plugin is not installed");
        }
    }

    private static EvidencePart unknown(String why) {
        return EvidencePart.of(TITLE, "unknown, because " + why).value("known", false);
    }
}
