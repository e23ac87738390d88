package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** One page of a filtered list. */
@Restricted(NoExternalUse.class)
public abstract class PagedView<R> {
    static final int DEFAULT_SIZE = 50;
    static final int MAX_SIZE = 500;

    private final String filter;
    private final List<R> all;
    private final int size;
    private final int page;

    /**
     * @param all all filtered and sorted rows that the user may read
     * @param page number of the page, from 1; clipped to the existing pages
     * @param size rows per page; 0 for the default
     */
    PagedView(@CheckForNull String filter, @NonNull List<R> all, int page, int size) {
        this.filter = Util.fixNull(filter).strip();
        this.all = all;
        this.size = size <= 0 ? DEFAULT_SIZE : Math.min(size, MAX_SIZE);
        this.page = Math.max(1, Math.min(page, getPages()));
    }

    /** Whether any of the texts contains the filter text, ignoring case. An empty filter matches everything. */
    static boolean contains(@CheckForNull String filter, @NonNull Stream<String> texts) {
        String wanted = Util.fixNull(filter).strip().toLowerCase(Locale.ROOT);
        return wanted.isEmpty()
                || texts.anyMatch(
                        text -> text != null && text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    /** Parses a numeric URL parameter; 0 if it is missing or invalid. */
    static int number(@CheckForNull String parameter) {
        return parameter != null && parameter.matches("[0-9]{1,6}") ? Integer.parseInt(parameter) : 0;
    }

    @NonNull
    public List<R> getRows() {
        int from = Math.min((page - 1) * size, all.size());
        return all.subList(from, Math.min(from + size, all.size()));
    }

    /** The rows of all pages. */
    @NonNull
    List<R> all() {
        return all;
    }

    public int getTotal() {
        return all.size();
    }

    public int getPage() {
        return page;
    }

    public final int getPages() {
        return Math.max(1, (all.size() + size - 1) / size);
    }

    /** The number of the first row on the page, counted from 1; 0 if there are no rows. */
    public int getFirst() {
        return all.isEmpty() ? 0 : (page - 1) * size + 1;
    }

    public int getLast() {
        return all.isEmpty() ? 0 : getFirst() + getRows().size() - 1;
    }

    @NonNull
    public String getFilter() {
        return filter;
    }

    public int getPageSize() {
        return size;
    }

    @NonNull
    public abstract String pageAddress(int number);

    /** The URL parameters that all lists have in common. */
    @NonNull
    String address(int number) {
        return "?q=" + URLEncoder.encode(filter, StandardCharsets.UTF_8) + "&size=" + size + "&page=" + number;
    }
}
