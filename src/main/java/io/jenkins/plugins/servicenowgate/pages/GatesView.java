package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import io.jenkins.plugins.servicenowgate.deployment.Deployment;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** One page of the waiting deployments that the user may read, filtered and sorted. */
@Restricted(NoExternalUse.class)
public final class GatesView extends PagedView<WaitingRow> {
    /** The sort columns; their lower-case names are values of a URL parameter. */
    public enum Column {
        PROJECT(row -> WaitingRow.key(row.getProject())),
        ENVIRONMENT(row -> WaitingRow.key(row.getEnvironment())),
        VERSION(row -> WaitingRow.key(row.getVersion())),
        CHANGE(row -> WaitingRow.key(row.getNumber())),
        STATE(row -> WaitingRow.key(row.getState())),
        REASON(row -> WaitingRow.key(row.getWaitsFor())),
        SINCE(WaitingRow::getSince),
        NEXT(row -> Util.fixNull(row.getNextPoll()));

        private final Function<WaitingRow, String> key;

        Column(Function<WaitingRow, String> key) {
            this.key = key;
        }

        /** The value of the URL parameter. */
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

    private final Column sort;
    private final boolean descending;

    private GatesView(
            @CheckForNull String filter, Column sort, boolean descending, List<WaitingRow> all, int page, int size) {
        super(filter, all, page, size);
        this.sort = sort;
        this.descending = descending;
    }

    @NonNull
    static GatesView of(
            @NonNull Collection<Deployment> gates,
            @CheckForNull String filter,
            @CheckForNull String sort,
            boolean descending,
            int page,
            int size) {
        Column column = Column.of(sort);
        Comparator<WaitingRow> order = Comparator.comparing(column.key);
        List<WaitingRow> all = gates.stream()
                .filter(deployment -> deployment.host().job().hasPermission(Item.READ))
                .map(WaitingRow::new)
                .filter(row -> contains(filter, row.texts()))
                .sorted((descending ? order.reversed() : order).thenComparing(WaitingRow::getBuild))
                .toList();
        return new GatesView(filter, column, descending, all, page, size);
    }

    @NonNull
    public Column getSort() {
        return sort;
    }

    /** The value of the URL parameter: {@code asc} or {@code desc}. */
    @NonNull
    public String getDirection() {
        return descending ? "desc" : "asc";
    }

    /** Whether the user may release any of the shown deployments without an approved change. */
    public boolean isBreakGlass() {
        return getRows().stream().anyMatch(row -> row.getBreakGlass() != null);
    }

    @NonNull
    public Column[] getColumns() {
        return Column.values();
    }

    /** The value of the {@code aria-sort} attribute: {@code ascending}, {@code descending} or {@code none}. */
    @NonNull
    public String ariaSort(@NonNull Column column) {
        if (column != sort) {
            return "none";
        }
        return descending ? "descending" : "ascending";
    }

    /** The relative URL that sorts by a column, or reverses the order if the list is sorted by it. */
    @NonNull
    public String sortAddress(@NonNull Column column) {
        return address(column, column == sort && !descending, 1);
    }

    @NonNull
    @Override
    public String pageAddress(int number) {
        return address(sort, descending, number);
    }

    private String address(Column column, boolean down, int number) {
        return address(number) + "&sort=" + column.getParameter() + "&dir=" + (down ? "desc" : "asc");
    }
}
