package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.FaultBarrier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * The findings of all checks.
 *
 * @param hidden the number of findings about items that the viewer may not read
 */
@Restricted(NoExternalUse.class)
public record SetupReport(@NonNull List<Section> sections, int hidden) {
    /**
     * The findings of one check, the worst first.
     */
    public record Section(
            @NonNull Localizable title, @NonNull List<SetupFinding> findings) {
        @NonNull
        public String getTitle() {
            return title.toString();
        }

        @NonNull
        public List<SetupFinding> getFindings() {
            return findings;
        }
    }

    /**
     * Runs all checks. Sends no request.
     *
     * @param readable whether the viewer may read the item of this full name
     */
    @NonNull
    public static SetupReport create(@NonNull Predicate<String> readable) {
        List<Section> sections = new ArrayList<>();
        int hidden = 0;
        for (SetupCheck check : ExtensionList.lookup(SetupCheck.class)) {
            List<SetupFinding> all = FaultBarrier.call(
                    check.getClass(),
                    () -> {
                        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
                            return check.findings();
                        }
                    },
                    () -> List.of(new SetupFinding(
                            SetupFinding.Level.UNKNOWN,
                            Messages._Setup_CheckFailed(),
                            SetupFinding.Place.MANAGE,
                            GuidePage.MONITORING)));
            List<SetupFinding> shown = all.stream()
                    .filter(finding -> finding.place().item() == null
                            || readable.test(finding.place().item()))
                    .sorted(Comparator.comparing(SetupFinding::level))
                    .toList();
            hidden += all.size() - shown.size();
            if (!shown.isEmpty()) {
                sections.add(new Section(check.title(), shown));
            }
        }
        return new SetupReport(sections, hidden);
    }

    @NonNull
    public List<Section> getSections() {
        return sections;
    }

    public int getHidden() {
        return hidden;
    }

    /** The number of findings of a level. */
    public long count(@NonNull SetupFinding.Level level) {
        return sections.stream()
                .flatMap(section -> section.findings().stream())
                .filter(finding -> finding.level() == level)
                .count();
    }
}
