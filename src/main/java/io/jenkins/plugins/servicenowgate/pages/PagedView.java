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

/** The part of a list that a request asks for: what contains a text, one page of it. */
@Restricted(NoExternalUse.class)
public abstract class PagedView<R> {
    static final int USUAL_SIZE = 50;
    static final int MOST = 500;

    private final String filter;
    private final List<R> all;
    private final int size;
    private final int page;

    /**
     * @param all that the viewer may read and the filter lets through, in order
     * @param page counted from 1; one that does not exist gives the nearest
     * @param size of a page; 0 for the usual one
     */
    PagedView(@CheckForNull String filter, @NonNull List<R> all, int page, int size) {
        this.filter = Util.fixNull(filter).strip();
        this.all = all;
        this.size = size <= 0 ? USUAL_SIZE : Math.min(size, MOST);
        this.page = Math.max(1, Math.min(page, getPages()));
    }

    /** Whether any of the texts contains what the filter wants, whatever the case. */
    static boolean contains(@CheckForNull String filter, @NonNull Stream<String> texts) {
        String wanted = Util.fixNull(filter).strip().toLowerCase(Locale.ROOT);
        return wanted.isEmpty()
                || texts.anyMatch(
                        text -> text != null && text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    /** A number in an address; 0 where there is none. */
    static int number(@CheckForNull String parameter) {
        return parameter != null && parameter.matches("[0-9]{1,6}") ? Integer.parseInt(parameter) : 0;
    }

    @NonNull
    public List<R> getRows() {
        int from = Math.min((page - 1) * size, all.size());
        return all.subList(from, Math.min(from + size, all.size()));
    }

    /** Those of all pages. */
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

    /** The number of the first row that is shown, counted from 1; 0 where there is none. */
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

    /** The parameters that all lists have. */
    @NonNull
    String address(int number) {
        return "?q=" + URLEncoder.encode(filter, StandardCharsets.UTF_8) + "&size=" + size + "&page=" + number;
    }
}
