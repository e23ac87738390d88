package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlassRelease;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;

/** Writes the audit as comma-separated values. Cells that spreadsheets would evaluate as formulas are escaped. */
final class AuditTable {
    private static final String[] HEADER = {
        "decision",
        "result",
        "project",
        "version",
        "environment",
        "number",
        "url",
        "build",
        "path",
        "startedBy",
        "bypassedBy",
        "bypassReason",
        "reason",
        "asked",
        "released",
        "ended"
    };
    /** Including the full-width forms, which some programs treat in the same way. */
    private static final String FORMULA_PREFIXES = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private AuditTable() {}

    static void write(@NonNull List<AuditRow> rows, @NonNull Appendable out) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader(HEADER)
                .setQuoteMode(QuoteMode.ALL)
                .get();
        CSVPrinter printer = new CSVPrinter(out, format);
        for (AuditRow row : rows) {
            BreakGlassRelease bypass = row.getBypass();
            Object[] cells = {
                row.getDecision(),
                row.getResult(),
                row.getProject(),
                row.getVersion(),
                row.getEnvironment(),
                row.getNumber(),
                row.getUrl(),
                row.getBuild(),
                row.getPath(),
                row.getStartedBy(),
                bypass == null ? null : bypass.getWho(),
                bypass == null ? null : bypass.getReason(),
                row.getReason(),
                row.getAsked(),
                row.getReleased(),
                row.getEnded()
            };
            printer.printRecord(Arrays.stream(cells).map(cell -> escapeFormula((String) cell)));
        }
        printer.flush();
    }

    @NonNull
    static String escapeFormula(@CheckForNull String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return FORMULA_PREFIXES.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
