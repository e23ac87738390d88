package io.jenkins.plugins.servicenowgate.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Reports of evidence for tests. */
final class Reports {
    static final EvidenceReport.Build BUILD =
            new EvidenceReport.Build("apps » shop #7", "apps/shop", 7, "https://ci.example.com/job/apps/job/shop/7/");
    /** An item of the queue, in a Jenkins that does not know its own address. */
    static final EvidenceReport.Build ITEM = new EvidenceReport.Build("apps » shop", "apps/shop", 0, null);

    static final Instant RELEASED = Instant.parse("2026-11-01T10:00:00.123Z");
    static final EvidenceReport.Previous PREVIOUS = new EvidenceReport.Previous("1", "CHG0030001", RELEASED);

    private Reports() {}

    static EvidenceReport report(Map<String, EvidencePart> parts, EvidenceReport.Previous previous) {
        return new EvidenceReport(
                "shop",
                "2",
                "Production",
                "Started by user Ann",
                BUILD,
                BUILD,
                previous,
                parts,
                List.of(new EvidenceFile("report.pdf", "application/pdf", 12, "ab12", "id/0")),
                List.of("Not gathered: scan: not ready after 30 s"));
    }

    /** A report of nothing but these parts. */
    static EvidenceReport of(Map<String, EvidencePart> parts) {
        return new EvidenceReport("shop", "2", "Production", "Timer", ITEM, null, null, parts, List.of(), List.of());
    }
}
