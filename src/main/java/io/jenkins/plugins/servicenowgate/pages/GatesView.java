package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.deployment.DeploymentGate;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The part of the waiting deployments that a request asks for: those the viewer may read, filtered, sorted, one page. */
@Restricted(NoExternalUse.class)
public final class GatesView {
    static final int USUAL_SIZE = 50;
    static final int MOST = 500;

    /** What the list is sorted by; the names are parameters of its address. */
    public enum Column {
        PROJECT(row -> WaitingRow.key(row.getProject())),
        ENVIRONMENT(row -> WaitingRow.key(row.getEnvironment())),
        VERSION(row -> WaitingRow.key(row.getVersion())),
        CHANGE(row -> WaitingRow.key(row.getNumber())),
        STATE(row -> WaitingRow.key(row.getState())),
        SINCE(WaitingRow::getSince),
        NEXT(row -> Util.fixNull(row.getNextLook())),
        TROUBLE(row -> WaitingRow.key(row.getLastTrouble()));

        private final Function<WaitingRow, String> key;

        Column(Function<WaitingRow, String> key) {
            this.key = key;
        }

        /** As in an address. */
        @NonNull
        public String getParameter() {
            return name().toLowerCase(Locale.ROOT);
        }

        @NonNull
        static Column of(@CheckForNull String parameter) {
            for (Column column : values()) {
                if (column.getParameter().equals(parameter)) {
                    return column;
                }
            }
            return SINCE;
        }
    }

    private final String filter;
    private final Column sort;
    private final boolean descending;
    private final int size;
    private final int page;
    private final int total;
    private final List<WaitingRow> rows;

    /**
     * @param page counted from 1; one that does not exist gives the nearest
     * @param size of a page; 0 for the usual one
     */
    GatesView(
            @NonNull Collection<DeploymentGate> gates,
            @CheckForNull String filter,
            @CheckForNull String sort,
            boolean descending,
            int page,
            int size) {
        this.filter = Util.fixNull(filter).strip();
        this.sort = Column.of(sort);
        this.descending = descending;
        this.size = size <= 0 ? USUAL_SIZE : Math.min(size, MOST);
        String wanted = this.filter.toLowerCase(Locale.ROOT);
        Comparator<WaitingRow> order = Comparator.comparing(this.sort.key);
        List<WaitingRow> all = gates.stream()
                .filter(gate -> gate.home().job().hasPermission(Item.READ))
                .map(WaitingRow::new)
                .filter(row -> wanted.isEmpty() || row.contains(wanted))
                .sorted((descending ? order.reversed() : order).thenComparing(WaitingRow::getBuild))
                .toList();
        this.total = all.size();
        this.page = Math.max(1, Math.min(page, getPages()));
        int from = (this.page - 1) * this.size;
        this.rows = all.subList(Math.min(from, total), Math.min(from + this.size, total));
    }

    @NonNull
    public List<WaitingRow> getRows() {
        return rows;
    }

    public int getTotal() {
        return total;
    }

    public int getPage() {
        return page;
    }

    public int getPages() {
        return Math.max(1, (total + size - 1) / size);
    }

    /** The number of the first row that is shown, counted from 1; 0 where there is none. */
    public int getFirst() {
        return total == 0 ? 0 : (page - 1) * size + 1;
    }

    public int getLast() {
        return total == 0 ? 0 : getFirst() + rows.size() - 1;
    }

    @NonNull
    public String getFilter() {
        return filter;
    }

    @NonNull
    public Column getSort() {
        return sort;
    }

    /** As in an address: {@code asc} or {@code desc}. */
    @NonNull
    public String getDirection() {
        return descending ? "desc" : "asc";
    }

    public int getPageSize() {
        return size;
    }

    /** Whether the viewer may let any of those that are shown go without an approved change. */
    public boolean isBreakGlass() {
        return rows.stream().anyMatch(row -> row.getBreakGlass() != null);
    }

    @NonNull
    public Column[] getColumns() {
        return Column.values();
    }

    /** {@code ascending}, {@code descending} or {@code none}, as assistive technology wants to hear it. */
    @NonNull
    public String ariaSort(@NonNull Column column) {
        if (column != sort) {
            return "none";
        }
        return descending ? "descending" : "ascending";
    }

    /** The address that sorts by the column, the other way round if it already does. */
    @NonNull
    public String sortAddress(@NonNull Column column) {
        return address(column, column == sort && !descending, 1);
    }

    @NonNull
    public String pageAddress(int number) {
        return address(sort, descending, number);
    }

    private String address(Column column, boolean down, int number) {
        return "?q=" + URLEncoder.encode(filter, StandardCharsets.UTF_8) + "&sort=" + column.getParameter() + "&dir="
                + (down ? "desc" : "asc") + "&size=" + size + "&page=" + number;
    }
}
