package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.deployment.Bypass;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;

/** The audit as comma-separated values. Spreadsheets take cells that begin in some ways for formulas; here none does. */
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
    /** With their wide forms, which some programs take for the same. */
    private static final String BEGINS_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private AuditTable() {}

    static void write(@NonNull List<AuditRow> rows, @NonNull Appendable out) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader(HEADER)
                .setQuoteMode(QuoteMode.ALL)
                .get();
        CSVPrinter printer = new CSVPrinter(out, format);
        for (AuditRow row : rows) {
            Bypass bypass = row.getBypass();
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
            printer.printRecord(Arrays.stream(cells).map(cell -> harmless((String) cell)));
        }
        printer.flush();
    }

    @NonNull
    static String harmless(@CheckForNull String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return BEGINS_FORMULA.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
