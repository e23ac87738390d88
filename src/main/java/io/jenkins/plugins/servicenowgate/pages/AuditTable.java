package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.deployment.BreakGlassRelease;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;

/** Writes the audit as comma-separated values. Cells that spreadsheets would evaluate as formulas are escaped. */
final class AuditTable {
    private record Column(String name, Function<AuditRow, String> cell) {}

    /** New columns at the end. */
    private static final List<Column> COLUMNS = List.of(
            new Column("decision", AuditRow::getDecision),
            new Column("result", AuditRow::getResult),
            new Column("project", AuditRow::getProject),
            new Column("version", AuditRow::getVersion),
            new Column("environment", AuditRow::getEnvironment),
            new Column("number", AuditRow::getNumber),
            new Column("url", AuditRow::getUrl),
            new Column("build", AuditRow::getBuild),
            new Column("path", AuditRow::getPath),
            new Column("startedBy", AuditRow::getStartedBy),
            new Column("bypassedBy", row -> bypass(row, BreakGlassRelease::getWho)),
            new Column("bypassReason", row -> bypass(row, BreakGlassRelease::getReason)),
            new Column("reason", AuditRow::getReason),
            new Column("requested", AuditRow::getRequested),
            new Column("released", AuditRow::getReleased),
            new Column("ended", AuditRow::getEnded),
            new Column("approvedBy", AuditRow::getApprovedBy),
            new Column("approvedAt", AuditRow::getApprovedAt),
            new Column("changeLeftIn", AuditRow::getChangeLeftIn),
            new Column("risk", AuditRow::getRisk),
            new Column("conflictStatus", AuditRow::getConflictStatus),
            new Column("plannedStart", AuditRow::getPlannedStart),
            new Column("plannedEnd", AuditRow::getPlannedEnd));

    /** Including the full-width forms, which some programs treat in the same way. */
    private static final String FORMULA_PREFIXES = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private AuditTable() {}

    static void write(@NonNull List<AuditRow> rows, @NonNull Appendable out) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader(COLUMNS.stream().map(Column::name).toArray(String[]::new))
                .setQuoteMode(QuoteMode.ALL)
                .get();
        CSVPrinter printer = new CSVPrinter(out, format);
        for (AuditRow row : rows) {
            printer.printRecord(
                    COLUMNS.stream().map(column -> escapeFormula(column.cell().apply(row))));
        }
        printer.flush();
    }

    @CheckForNull
    private static String bypass(AuditRow row, Function<BreakGlassRelease, String> value) {
        BreakGlassRelease bypass = row.getBypass();
        return bypass == null ? null : value.apply(bypass);
    }

    @NonNull
    static String escapeFormula(@CheckForNull String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return FORMULA_PREFIXES.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
